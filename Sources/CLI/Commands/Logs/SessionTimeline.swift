import Guard

/// What the records of one session tell, in the order in which they were committed.
///
/// Records hold no ids of requests. An answer is put to its request where only one of that method and tool was open;
/// where several were, it stands by itself.
struct SessionTimeline {
  /// A frame, with its answer where that is certain; or something that happened beside frames.
  struct Step {
    let record: AuditEntry
    fileprivate(set) var answer: AuditEntry?
    var kind: Kind
    /// How many equal ones in a row this stands for.
    fileprivate(set) var count = 1
    /// The shortest and the longest time to an answer, in microseconds, over those.
    fileprivate(set) var waits: ClosedRange<Int64>?
  }

  enum Kind: Equatable {
    /// Something that may be answered, or a notification.
    case message
    /// Answers one of several requests that were open.
    case answer
    /// A review, a changed config, lost records.
    case event
  }

  private(set) var steps: [Step] = []
  private var open: [OpenKey: OpenRequests] = [:]

  /// - Parameter records: all of one session, the oldest first.
  init(_ records: [AuditEntry]) {
    for record in records { take(record) }
  }

  /// The same with runs of equal steps without findings as one.
  var folded: [Step] {
    var folded: [Step] = []
    for step in steps {
      guard let last = folded.last, last.isPlain, step.isPlain, last.hasSameWords(as: step) else {
        folded.append(step)
        continue
      }
      folded[folded.count - 1].count += 1
      guard let wait = step.waits?.lowerBound else { continue }
      let waits = last.waits ?? wait...wait
      folded[folded.count - 1].waits = min(waits.lowerBound, wait)...max(waits.upperBound, wait)
    }
    return folded
  }

  // MARK: Requests and answers

  private struct OpenKey: Hashable {
    let direction: Direction
    let method: [UInt8]
    let tool: [UInt8]
  }

  /// Requests of one method and tool since none of them was open.
  private struct OpenRequests {
    var steps: [Int]
    var unanswered: Int
  }

  private mutating func take(_ record: AuditEntry) {
    switch record.action {
    case .gap, .reviewed, .changed: return steps.append(Step(record: record, kind: .event))
    case .forwarded, .filtered, .stopped: break
    }
    // By bytes: String compares by canonical equivalence, and peers do not.
    let (method, tool) = (Array(record.method.utf8), Array(record.tool.utf8))
    let asked = OpenKey(
      direction: record.direction == .clientToServer ? .serverToClient : .clientToServer, method: method, tool: tool)
    if var requests = open[asked] {
      requests.unanswered -= 1
      open[asked] = requests.unanswered == 0 ? nil : requests
      if requests.steps.count == 1 {
        let wait = max(0, record.timestamp - steps[requests.steps[0]].record.timestamp)
        steps[requests.steps[0]].answer = record
        steps[requests.steps[0]].waits = wait...wait
      } else {
        steps.append(Step(record: record, kind: .answer))
      }
      return
    }
    if record.isAnswerable {
      let key = OpenKey(direction: record.direction, method: method, tool: tool)
      var requests = open[key] ?? OpenRequests(steps: [], unanswered: 0)
      requests.steps.append(steps.count)
      requests.unanswered += 1
      open[key] = requests
    }
    steps.append(Step(record: record, kind: .message))
  }
}

extension SessionTimeline.Step {
  /// Whether it went through whole, and so did its answer, and nothing was found in either.
  var isPlain: Bool {
    let records = [record] + (answer.map { [$0] } ?? [])
    return kind != .event
      && records.allSatisfy {
        $0.action == .forwarded && $0.findings.isEmpty && $0.reason.isEmpty && $0.verdict == .clean
      }
  }

  fileprivate func hasSameWords(as other: Self) -> Bool {
    kind == other.kind && record.direction == other.record.direction && (answer == nil) == (other.answer == nil)
      && record.method.utf8.elementsEqual(other.record.method.utf8)
      && record.tool.utf8.elementsEqual(other.record.tool.utf8)
  }
}

extension AuditEntry {
  /// Whether the next of its method in the other direction is its answer. Not for a stopped frame, not for a notification
  /// by its name, and not for what either side may ask: there a question of the other looks the same.
  fileprivate var isAnswerable: Bool {
    guard action != .stopped, !method.isEmpty, method != "ping" else { return false }
    return !["notifications/", "tasks/"].contains { method.utf8.starts(with: $0.utf8) }
  }
}
