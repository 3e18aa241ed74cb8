import JSONRPC
import MCPServer

/// Tools that ask the client, its model or its user one thing.
enum QuestionTools {
  private static let prompt = Argument<String>.required("prompt", .text, "What to ask the model.")
  private static let message = Argument<String>.required("message", .text, "What to ask the user.")

  static var all: [any Tool] {
    [
      Fixture("test_sampling", "Asks the client's model.", [prompt]) { arguments, context throws(ArgumentProblem) in
        let prompt = try arguments[prompt]
        guard let answer = context.answers["sample"] else {
          return .inputRequired(InputNeed([Fixture.sampling("sample", prompt)]))
        }
        return Fixture.text("LLM response: \(answer["content"]?["text"]?.string ?? "none")")
      },
      Fixture("test_elicitation", "Asks the user.", [message]) { arguments, context throws(ArgumentProblem) in
        let message = try arguments[message]
        return ask(
          Fixture.form(
            "answer", message, #"{"response":{"type":"string","description":"User's response"}}"#,
            required: #"["response"]"#), "User response", context)
      },
      Fixture("test_elicitation_sep1034_defaults", "Asks with defaults.") { _, context throws(ArgumentProblem) in
        ask(
          Fixture.form("answer", "Please review and update the form fields with defaults", defaults),
          "Elicitation completed", context)
      },
      Fixture("test_elicitation_sep1330_enums", "Asks with all kinds of choices.") {
        _, context throws(ArgumentProblem) in
        ask(
          Fixture.form("answer", "Please select options from the enum fields", enums), "Elicitation completed", context)
      },
    ]
  }

  private static func ask(_ question: InputRequest, _ prefix: String, _ context: CallContext) -> Outcome<ToolResult> {
    guard let answer = context.answers[question.key] else { return .inputRequired(InputNeed([question])) }
    let content = answer["content"] ?? .object([])
    return Fixture.text("\(prefix): action=\(answer["action"]?.string ?? "none"), content=\(content.text)")
  }

  private static let defaults = """
    {"name":{"type":"string","description":"User name","default":"John Doe"},\
    "age":{"type":"integer","description":"User age","default":30},\
    "score":{"type":"number","description":"User score","default":95.5},\
    "status":{"type":"string","description":"User status","enum":["active","inactive","pending"],"default":"active"},\
    "verified":{"type":"boolean","description":"Verification status","default":true}}
    """

  private static let enums = """
    {"untitledSingle":{"type":"string","enum":["option1","option2","option3"]},\
    "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},\
    {"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},\
    "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],\
    "enumNames":["Option One","Option Two","Option Three"]},\
    "untitledMulti":{"type":"array","minItems":1,"maxItems":3,\
    "items":{"type":"string","enum":["option1","option2","option3"]}},\
    "titledMulti":{"type":"array","minItems":1,"maxItems":3,"items":{"anyOf":[\
    {"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},\
    {"const":"value3","title":"Third Choice"}]}}}
    """
}
