import Testing

@testable import Guard

/// Every combination of what a decision depends on, against the rules of the contract (section 2) written out as a table.
@Suite("the policy's decision, by every combination")
struct DecisionTableTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var mode: Mode
    var verdict: Verdict
    var isReadable: Bool
    var refusal: Policy.Refusal?
    var quarantine: Bool

    var testDescription: String {
      "\(mode) \(verdict.name) readable \(isReadable) \(refusal as Any) held \(quarantine)"
    }
  }

  static let refusals: [Policy.Refusal?] = [nil, .toolNotAllowed, .rateLimited]
  static let verdicts: [Verdict] = [.clean, .flag, .quarantine, .block]

  static let all: [Case] = Mode.allCases.flatMap { mode in
    verdicts.flatMap { verdict in
      [true, false].flatMap { isReadable in
        refusals.flatMap { refusal in
          [true, false].map { quarantine in
            Case(mode: mode, verdict: verdict, isReadable: isReadable, refusal: refusal, quarantine: quarantine)
          }
        }
      }
    }
  }

  /// What enforce does without a refusal: verdict, readable, quarantine enabled.
  private static let enforced: [(Verdict, Bool, Bool, PolicyDecision, DeliveryStatus)] = [
    (.clean, true, true, .allow, .delivered), (.clean, true, false, .allow, .delivered),
    (.clean, false, true, .uninspectable, .error), (.clean, false, false, .uninspectable, .error),
    (.flag, true, true, .contentFlagged, .delivered), (.flag, true, false, .contentFlagged, .delivered),
    (.flag, false, true, .uninspectable, .error), (.flag, false, false, .uninspectable, .error),
    (.quarantine, true, true, .contentQuarantined, .quarantined),
    (.quarantine, true, false, .contentBlocked, .blocked),
    (.quarantine, false, true, .contentQuarantined, .quarantined),
    (.quarantine, false, false, .contentBlocked, .blocked),
    (.block, true, true, .contentBlocked, .blocked), (.block, true, false, .contentBlocked, .blocked),
    (.block, false, true, .contentBlocked, .blocked), (.block, false, false, .contentBlocked, .blocked),
  ]

  private func decide(_ given: Case) -> Decision {
    var settings = PolicySettings()
    settings.mode = given.mode
    settings.quarantineEnabled = given.quarantine
    return Policy(settings).decide(verdict: given.verdict, isReadable: given.isReadable, refusal: given.refusal)
  }

  @Test("96 combinations are tried")
  func complete() { #expect(Self.all.count == 96) }

  @Test("the table", arguments: all)
  func table(given: Case) throws {
    let decision = decide(given)
    #expect(decision.verdict == given.verdict)
    if let refusal = given.refusal {
      #expect(decision.isStopped && decision.status == .rejected)
      switch refusal {
      case .toolNotAllowed: #expect(decision.policy == .toolNotAllowed)
      case .rateLimited: #expect(decision.policy == .rateLimited)
      }
      return
    }
    let row = try #require(
      Self.enforced.first { $0.0 == given.verdict && $0.1 == given.isReadable && $0.2 == given.quarantine })
    #expect(decision.policy == row.3)
    #expect(decision.status == (given.mode == .enforce ? row.4 : .delivered))
    #expect(decision.isStopped == (given.mode == .enforce && row.4 != .delivered))
  }

  @Test("observe stops nothing for its content, and says what it would have been")
  func observe() {
    for given in Self.all where given.mode == .observe && given.refusal == nil {
      var enforced = given
      enforced.mode = .enforce
      #expect(!decide(given).isStopped && decide(given).status == .delivered)
      #expect(decide(given).policy == decide(enforced).policy)
    }
  }

  @Test("a higher severity never leads to a milder verdict: critical block, high quarantine, medium flag, else clean")
  func severities() {
    let expected: [(Severity, Verdict)] = [
      (.info, .clean), (.low, .clean), (.medium, .flag), (.high, .quarantine), (.critical, .block),
    ]
    #expect(expected.map { Verdict($0.0) } == expected.map(\.1))
    #expect(Set(expected.map(\.0)) == Set(Severity.allCases))
  }
}
