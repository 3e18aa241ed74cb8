import Audit
import Guard
import JSONRPC

/// `review_quarantine`: what waits for review, and deciding about it.
///
/// A model must not let through what was withheld from it. So a decision counts only when it is made by an agent that the
/// config names as a reviewer and that is no party to the item, or when a person says yes in the client: asked with the
/// facts, about one item and one action, and the answer counts once.
struct ReviewQuarantine: Tool {
  let system: GuardedSystem

  enum Action: String, Sendable, CaseIterable {
    case list, detail, approve, reject
  }

  private static let action = Argument<Action>.required(
    "action", .choice,
    "list and detail show what was withheld and why. approve and reject decide; a person is asked first, unless this "
      + "server runs for a reviewer.")
  private static let id = Argument<String?>.optional(
    "id", .shortText(upTo: 20), "The item, for all actions but list.")
  private static let limit = Argument<Int>.defaulted(
    "limit", .integer(1...100), "For list: at most so many.", standard: 20, shown: .integer(20))
  private static let status = Argument<QuarantineState>.defaulted(
    "status", .choice, "For list: only items with this status.", standard: .pending, shown: .string("pending"))

  let declaration = ToolDeclaration(
    name: "review_quarantine", title: "Review the quarantine",
    description: """
      Lists messages that were withheld until a person looks at them, says why, and takes decisions. Never shows the \
      withheld text. Do not approve on your own judgement: it is for the person you work for to decide.
      """,
    arguments: [Self.action, Self.id, Self.limit, Self.status], outputSchema: ReviewAnswer.form.schema,
    hints: ToolHints(isReadOnly: false, isDestructive: true, isIdempotent: false))

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    let (action, limit, state) = (
      try arguments[Self.action], try arguments[Self.limit], try arguments[Self.status]
    )
    let given = try arguments[Self.id] ?? ""
    if given.isEmpty, action != .list { throw ArgumentProblem("id is missing; 'list' shows the ids") }
    guard let desk = system.quarantine else { return .complete(.failure("There is no quarantine on this machine.")) }
    do throws(QuarantineUnavailable) {
      if action == .list { return Self.answer(ReviewAnswer(items: try desk.items(status: state, limit: limit))) }
      guard let id = EventID(given.lowercased()), let item = try desk.item(id) else {
        return .complete(.failure("There is no such item; 'list' shows the ids."))
      }
      switch action {
      case .list, .detail: return Self.answer(ReviewAnswer(item: item))
      case .approve: return try decide(.approve, item, desk, context)
      case .reject: return try decide(.reject, item, desk, context)
      }
    } catch {
      return .complete(.failure("The quarantine cannot be used: \(error)."))
    }
  }

  // MARK: Deciding

  private func decide(
    _ decision: ReviewDecision, _ item: ReviewItem, _ desk: any QuarantineDesk, _ context: CallContext
  ) throws(QuarantineUnavailable) -> Outcome<ToolResult> {
    guard item.status == .pending else { return .complete(.failure(Self.notPending(item.status))) }
    guard system.takesDecisions else {
      return .complete(
        .failure(
          "Nothing is decided here: this server has no server.api_key, so anybody on this machine could. "
            + "In a terminal: oktsec quarantine \(decision == .approve ? "approve" : "reject") \(item.id)."))
    }
    if let agent = system.agent, system.reviewers.contains(agent), !item.concerns(agent) {
      return try conclude(decision, item, desk, by: .agent(agent))
    }
    let question = ReviewQuestion(decision, item)
    // Only an answer to this very question counts; a state of another one was not let through by the session, and
    // an answer without a state was never asked for.
    if context.state == question.state, let answer = context.answers[ReviewQuestion.key] {
      guard question.isYes(answer) else {
        let next = "Nothing has changed; the message stays withheld."
        return Self.answer(ReviewAnswer(decision: .init(id: item.id, outcome: "unchanged", by: nil, next: next)))
      }
      return try conclude(decision, item, desk, by: .person(client: context.clientName ?? ""))
    }
    guard context.canAsk(question.request) else { return Self.refusal(item, context) }
    return .inputRequired(InputNeed([question.request], state: question.state, isSingleUse: true))
  }

  private func conclude(
    _ decision: ReviewDecision, _ item: ReviewItem, _ desk: any QuarantineDesk, by reviewer: Reviewer
  ) throws(QuarantineUnavailable) -> Outcome<ToolResult> {
    switch try desk.decide(decision, item.id, by: reviewer) {
    case .done(let next):
      return Self.answer(
        ReviewAnswer(
          decision: .init(
            id: item.id, outcome: decision == .approve ? "approved" : "rejected", by: reviewer.name, next: next)))
    case .notPending(let state): return .complete(.failure(Self.notPending(state)))
    case .unknown: return .complete(.failure("There is no such item any more."))
    }
  }

  private static func answer(_ answer: ReviewAnswer) -> Outcome<ToolResult> {
    .complete(.structured(ReviewAnswer.form.value(answer)))
  }

  private static func notPending(_ state: QuarantineState) -> String {
    "This item is not pending any more: \(state.rawValue)."
  }

  /// The client cannot ask a person.
  private static func refusal(_ item: ReviewItem, _ context: CallContext) -> Outcome<ToolResult> {
    let sentence =
      "Only a person can decide this, and this client cannot ask one (it declares no elicitation). "
      + "In a terminal: oktsec quarantine approve \(item.id)"
    guard context.version.isModern else { return .complete(.failure(sentence + ".")) }
    return .error(.missingCapability(ReviewQuestion.requiredCapabilities, sentence))
  }
}
