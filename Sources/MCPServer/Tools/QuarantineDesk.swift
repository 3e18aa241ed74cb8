import Guard

/// The quarantine as a reviewer sees it. The store behind it belongs to others; this is what `review_quarantine` needs.
package protocol QuarantineDesk {
  /// The newest first.
  func items(status: QuarantineState?, limit: Int) throws(QuarantineUnavailable) -> [ReviewItem]
  func item(_ id: EventID) throws(QuarantineUnavailable) -> ReviewItem?
  /// Decides about an item that is pending, once: among several deciders one wins. The decision is recorded.
  func decide(
    _ decision: ReviewDecision, _ id: EventID, by reviewer: Reviewer
  ) throws(QuarantineUnavailable) -> ReviewOutcome
}

package enum ReviewDecision: String, Sendable, CaseIterable {
  case approve, reject
}

/// Who decided.
package enum Reviewer: Sendable, Equatable {
  /// An agent that the config names as a reviewer.
  case agent(AgentName)
  /// A person who said yes in a client, which calls itself by this name.
  case person(client: String)
}

package enum ReviewOutcome: Sendable, Equatable {
  /// With one sentence about what happens next.
  case done(next: String)
  /// Somebody else was faster, or the item has expired.
  case notPending(QuarantineState)
  case unknown
}

/// A withheld message. Nothing of its text is here but redacted excerpts.
package struct ReviewItem: Sendable {
  package var id: EventID
  package var kind: QuarantineItem.Kind
  package var status: QuarantineState
  /// Microseconds since 1970.
  package var created: Int64
  package var expires: Int64
  package var from: String
  package var to: String
  package var direction: Direction
  package var method: String
  package var tool: String
  package var findings: [FindingRecord]
  /// How often the same message came while it was waiting.
  package var timesHeld: Int
  /// Who decided; nil while nobody has.
  package var reviewer: String?

  package init(
    id: EventID, kind: QuarantineItem.Kind, status: QuarantineState, created: Int64, expires: Int64, from: String,
    to: String,
    direction: Direction,
    method: String, tool: String, findings: [FindingRecord], timesHeld: Int = 1, reviewer: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.status = status
    self.created = created
    self.expires = expires
    self.from = from
    self.to = to
    self.direction = direction
    self.method = method
    self.tool = tool
    self.findings = findings
    self.timesHeld = timesHeld
    self.reviewer = reviewer
  }

  /// Whether the agent sent it or would receive it.
  func concerns(_ agent: AgentName) -> Bool {
    [from, to].contains { $0.utf8.elementsEqual(agent.description.utf8) }
  }
}

/// Why the quarantine cannot be read or written.
package struct QuarantineUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
