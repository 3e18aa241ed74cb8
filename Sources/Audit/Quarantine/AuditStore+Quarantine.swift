import Guard
import Threads

extension AuditStore: QuarantineStore {
  package func hold(
    _ item: QuarantineItem, with entry: AuditEntry, withinMilliseconds milliseconds: Int
  ) -> HoldOutcome {
    let interval = MonotonicTime.Interval.milliseconds(milliseconds)
    guard item.payload.count <= QuarantineItem.maximumPayload else {
      let reason = "it is larger than \(QuarantineItem.maximumPayload / 1_048_576) MiB"
      return .blocked(commit(entry.blocked(reason), withinMilliseconds: milliseconds))
    }
    switch core.commit(entry, .hold(item), within: interval) {
    case .special(.held(let id)): return .held(item: id)
    case .written, .special: return .blocked(.committed)
    case .dropped: return .blocked(.dropped)
    case .late: return .late
    }
  }

  package var mayHaveApprovals: Bool { approvals.mayExist }

  package func takeApproval(for key: ApprovalKey) -> Approval? { approvals.take(key) }
}
