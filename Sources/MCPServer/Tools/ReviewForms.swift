import Audit
import Guard

/// What `review_quarantine` answers.
struct ReviewAnswer {
  var items: [ReviewItem]?
  var item: ReviewItem?
  var decision: Decided?

  /// What came of a decision.
  struct Decided: Sendable {
    let id: EventID
    /// `approved`, `rejected` or `unchanged`.
    let outcome: String
    let by: String?
    let next: String

    static let form = OutputForm<Decided>([
      .text("id") { $0.id.description },
      .choice("outcome", ["approved", "rejected", "unchanged"]) { $0.outcome },
      .optionalText("by", "Who decided.") { $0.by },
      .text("next", "What happens now.") { $0.next },
    ])
  }

  static let form = OutputForm<ReviewAnswer>([
    .optionalList("items", of: itemForm(findings: 3), "For list: the newest first.") { $0.items },
    .optionalObject("item", itemForm(findings: ShownFinding.maximumCount), "For detail.") { $0.item },
    .optionalObject("decision", Decided.form, "For approve and reject.") { $0.decision },
  ])

  private static func itemForm(findings maximum: Int) -> OutputForm<ReviewItem> {
    OutputForm<ReviewItem>([
      .text("id") { $0.id.description },
      .choice(
        "kind", QuarantineItem.Kind.allCases.map(\.rawValue),
        "What is withheld: a request, the result of one, or a message between agents."
      ) { $0.kind.rawValue },
      .choice("status", QuarantineState.allCases.map(\.rawValue)) { $0.status.rawValue },
      .text("created") { Timestamp.text($0.created) },
      .text("expires", "From then on it never passes.") { Timestamp.text($0.expires) },
      .text("from_agent") { Quotation.name($0.from) },
      .text("to_agent") { Quotation.name($0.to) },
      .choice("direction", Direction.allCases.map(\.rawValue)) { $0.direction.rawValue },
      .text("method") { Quotation.name($0.method) },
      .text("tool", "The tool, prompt or resource; empty when there is none.") { Quotation.name($0.tool) },
      .list("rules_triggered", of: ShownFinding.placedForm) { $0.findings.prefix(maximum).map { ShownFinding($0) } },
      .integer("rules_not_shown") { max(0, $0.findings.count - maximum) },
      .integer("times_held", "How often the same message came while it was waiting.") { $0.timesHeld },
      .optionalText("reviewer", "Who decided.") { $0.reviewer.map { Quotation.own($0) } },
    ])
  }
}
