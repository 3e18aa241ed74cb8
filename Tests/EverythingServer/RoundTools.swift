import JSONRPC
import MCPServer

/// Multi round-trip requests of MCP 2026-07-28.
enum RoundTools {
  private static let nameForm = #"{"name":{"type":"string"}}"#
  private static let okForm = #"{"ok":{"type":"boolean"}}"#

  static var all: [any Tool] {
    [
      Fixture("test_input_required_result_elicitation", "Asks for a name, then greets.") {
        _, context throws(ArgumentProblem) in
        guard let name = accepted(context, "user_name", "name") else { return .inputRequired(InputNeed([userName])) }
        return Fixture.text("Hello, \(name)!")
      },
      Fixture("test_input_required_result_sampling", "Asks the model.") { _, context throws(ArgumentProblem) in
        let question = Fixture.sampling("capital_question", "What is the capital of France?")
        guard let answer = context.answers[question.key] else { return .inputRequired(InputNeed([question])) }
        return Fixture.text(answer["content"]?["text"]?.string ?? "")
      },
      Fixture("test_input_required_result_list_roots", "Asks for the client's folders.") {
        _, context throws(ArgumentProblem) in
        let question = InputRequest("client_roots", .roots)
        guard let answer = context.answers[question.key] else { return .inputRequired(InputNeed([question])) }
        let roots = (answer["roots"]?.elements ?? []).compactMap { $0["uri"]?.string }
        return Fixture.text("Roots: \(roots.joined(separator: ", "))")
      },
      Fixture("test_input_required_result_request_state", "Needs its state back.") {
        _, context throws(ArgumentProblem) in
        confirmed(context, state: "request-state", "state-ok: the state came back")
      },
      Fixture("test_input_required_result_tampered_state", "Refuses a state that was altered.") {
        _, context throws(ArgumentProblem) in
        confirmed(context, state: "tampered-state", "integrity-ok: the state is what it was")
      },
      Fixture("test_input_required_result_multiple_inputs", "Asks three things at once.") {
        _, context throws(ArgumentProblem) in
        let questions = [
          userName, Fixture.sampling("greeting", "Generate a greeting", maximumTokens: 50),
          InputRequest("client_roots", .roots),
        ]
        guard questions.allSatisfy({ context.answers[$0.key] != nil }) else {
          return .inputRequired(InputNeed(questions, state: "three"))
        }
        return Fixture.text("All answers: \(context.answers.keys.sorted().joined(separator: ", "))")
      },
      Fixture("test_input_required_result_multi_round", "Asks twice.") { _, context throws(ArgumentProblem) in
        multiRound(context)
      },
      Fixture("test_input_required_result_capabilities", "Asks only what the client can be asked.") {
        _, context throws(ArgumentProblem) in
        if !context.answers.isEmpty { return Fixture.text("Answered: \(context.answers.keys.sorted())") }
        let questions = [Fixture.sampling("capital_question", "What is the capital of France?"), userName]
        let allowed = questions.filter { context.canAsk($0) }
        return allowed.isEmpty ? Fixture.text("Nothing to ask.") : .inputRequired(InputNeed(allowed))
      },
    ]
  }

  private static var userName: InputRequest {
    Fixture.form("user_name", "What is your name?", nameForm, required: #"["name"]"#)
  }

  private static func confirmed(
    _ context: CallContext, state: String, _ text: String
  ) -> Outcome<ToolResult> {
    guard context.state == state, context.answers["confirm"] != nil else {
      let question = Fixture.form("confirm", "Please confirm", okForm, required: #"["ok"]"#)
      return .inputRequired(InputNeed([question], state: state))
    }
    return Fixture.text(text)
  }

  private static func multiRound(_ context: CallContext) -> Outcome<ToolResult> {
    if let state = context.state, state.hasPrefix("2 "), let color = accepted(context, "step2", "color") {
      return Fixture.text("\(state.dropFirst(2)) likes \(color)")
    }
    if context.state == "1", let name = accepted(context, "step1", "name") {
      let question = Fixture.form(
        "step2", "Step 2: What is your favorite color?", #"{"color":{"type":"string"}}"#, required: #"["color"]"#)
      return .inputRequired(InputNeed([question], state: "2 \(name)"))
    }
    let question = Fixture.form("step1", "Step 1: What is your name?", nameForm, required: #"["name"]"#)
    return .inputRequired(InputNeed([question], state: "1"))
  }

  private static func accepted(_ context: CallContext, _ key: String, _ member: String) -> String? {
    context.answers[key]?["content"]?[member]?.string
  }
}
