import JSONRPC
import MCPServer

/// A tool made of a name and a closure.
struct Fixture: Tool {
  typealias Body = (Arguments, inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult>

  let declaration: ToolDeclaration
  private let body: Body

  init(
    _ name: String, _ description: String, _ arguments: [any ArgumentDeclaration] = [], schema: JSONSchema? = nil,
    _ body: @escaping Body
  ) {
    declaration = ToolDeclaration(
      name: name, description: description, arguments: arguments, rawInputSchema: schema)
    self.body = body
  }

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    try body(arguments, &context)
  }

  /// JSON written out in a fixture. One that is wrong shows as null in the list of tools, which a test looks for.
  static func json(_ text: String) -> JSONValue { (try? JSONValue(parsing: text)) ?? .null }

  static func text(_ text: String) -> Outcome<ToolResult> { .complete(ToolResult([.text(text)])) }

  /// A form with these properties, written as JSON.
  static func form(_ key: String, _ message: String, _ properties: String, required: String = "[]") -> InputRequest {
    let schema = json(#"{"type":"object","properties":\#(properties),"required":\#(required)}"#)
    return InputRequest(key, .elicitation(message: message, schema: JSONSchema(schema)))
  }

  static func sampling(_ key: String, _ prompt: String, maximumTokens: Int = 100) -> InputRequest {
    let content = JSONValue.object([("type", .string("text")), ("text", .string(prompt))])
    return InputRequest(
      key,
      .sampling(
        .object([
          ("messages", .array([.object([("role", .string("user")), ("content", content)])])),
          ("maxTokens", .number(String(maximumTokens))),
        ])))
  }

  /// One pixel.
  static let image =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNQSFgAAAHEASFcollRAAAAAElFTkSuQmCC"
  /// Eight samples of silence.
  static let audio = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA=="
}
