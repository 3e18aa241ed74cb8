import Audit
import Guard

/// The quarantine in the audit database. Opens it for each call: that takes a fraction of a millisecond, and whatever
/// became of the file since the last call does not matter.
package struct StoredQuarantine: QuarantineDesk {
  private let path: String
  private let events: Set<String>
  private let notifiedRules: Set<String>

  /// - Parameters:
  ///   - events: what webhooks want to hear of.
  ///   - notifiedRules: the rules whose findings they want to hear of.
  package init(path: String, events: Set<String> = [], notifiedRules: Set<String> = []) {
    self.path = path
    self.events = events
    self.notifiedRules = notifiedRules
  }

  package func items(status: QuarantineState?, limit: Int) throws(QuarantineUnavailable) -> [ReviewItem] {
    do throws(DatabaseError) {
      return try AuditReader.ifPresent(at: path)?.quarantineItems(status, limit: limit).map { ReviewItem($0) } ?? []
    } catch {
      throw QuarantineUnavailable(error.description)
    }
  }

  package func item(_ id: EventID) throws(QuarantineUnavailable) -> ReviewItem? {
    do throws(DatabaseError) {
      guard case .found(let found) = try AuditReader.ifPresent(at: path)?.quarantineItem(idPrefix: id.description)
      else {
        return nil
      }
      return ReviewItem(found)
    } catch {
      throw QuarantineUnavailable(error.description)
    }
  }

  package func decide(
    _ decision: ReviewDecision, _ id: EventID, by reviewer: Reviewer
  ) throws(QuarantineUnavailable) -> ReviewOutcome {
    guard let item = try item(id) else { return .unknown }
    do throws(DatabaseError) {
      let review = QuarantineReview(
        decision == .approve ? .approve : .reject, reviewer: reviewer.name, channel: "by MCP")
      switch try QuarantineReviewer(path: path, events: events, notifiedRules: notifiedRules)
        .decide(id, review)
      {
      case .decided: return .done(next: Self.next(decision, item))
      case .alreadyDecided(let state): return .notPending(state)
      case .unknown: return .unknown
      }
    } catch {
      throw QuarantineUnavailable(error.description)
    }
  }

  private static func next(_ decision: ReviewDecision, _ item: ReviewItem) -> String {
    guard decision == .approve else { return "It stays withheld for good; the same message may be withheld anew." }
    let limit = "until \(Timestamp.text(item.expires))"
    return switch item.kind {
    case .request: "The next request that is the same passes, once, \(limit)."
    case .result: "The next request that is the same is answered with the withheld result, once, \(limit)."
    case .message: "It is delivered to the inbox of its recipient."
    }
  }
}

extension ReviewItem {
  fileprivate init(_ listing: QuarantineListing) {
    self.init(
      id: listing.id, kind: listing.kind, status: listing.state, created: listing.created, expires: listing.expires,
      from: listing.record.from, to: listing.record.to, direction: listing.record.direction,
      method: listing.record.method, tool: listing.record.tool, findings: listing.record.findings,
      timesHeld: listing.timesHeld, reviewer: listing.reviewer)
  }
}
