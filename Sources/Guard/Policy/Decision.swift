/// What the policy decided about one message, in the words of the record.
package struct Decision: Sendable, Equatable {
  package var policy: PolicyDecision
  /// What inspection said, whatever was decided.
  package var verdict: Verdict
  /// Whether the message must not arrive as it is.
  package var isStopped: Bool
  package var status: DeliveryStatus

  package init(policy: PolicyDecision, verdict: Verdict, isStopped: Bool, status: DeliveryStatus) {
    self.policy = policy
    self.verdict = verdict
    self.isStopped = isStopped
    self.status = status
  }
}
