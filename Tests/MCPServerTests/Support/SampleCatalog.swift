import JSONRPC

@testable import MCPServer

/// A tool made of a closure.
struct SampleTool: Tool, Sendable {
  let declaration: ToolDeclaration
  let body: @Sendable (Arguments, inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult>

  init(
    _ declaration: ToolDeclaration,
    _ body: @escaping @Sendable (Arguments, inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult>
  ) {
    self.declaration = declaration
    self.body = body
  }

  init(
    _ name: String,
    _ body: @escaping @Sendable (Arguments, inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult>
  ) {
    self.init(ToolDeclaration(name: name, description: "For tests."), body)
  }

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    try body(arguments, &context)
  }
}

struct SampleResources: ResourceProvider {
  var resources: [ResourceDeclaration] = (1...5).map { number in
    ResourceDeclaration(
      address: "test://\(number)", name: "r\(number)", title: "Number \(number)", description: "",
      mimeType: "text/plain")
  }
  var templates: [ResourceDeclaration] = [
    ResourceDeclaration(address: "test://{n}/x", name: "t", description: "", mimeType: "text/plain")
  ]

  func read(_ uri: String, _ context: inout CallContext) -> Outcome<[ResourceContents]> {
    guard resources.contains(where: { $0.address == uri }) else { return .complete([]) }
    return .complete([ResourceContents(uri: uri, mimeType: "text/plain", body: .text("text"))])
  }
}

struct SamplePrompt: Prompt {
  let declaration = PromptDeclaration(
    name: "greet", title: "Greeting", description: "",
    arguments: [PromptArgument(name: "who", description: "", isRequired: true)])

  func messages(_ arguments: [String: String], _ context: inout CallContext) -> Outcome<PromptResult> {
    .complete(PromptResult(description: "", messages: [(.user, .text("Hello \(arguments["who"] ?? "")"))]))
  }
}

struct SampleCompletion: CompletionProvider {
  func values(for reference: CompletionReference, argument: String, startingWith text: String) -> [String]? {
    guard case .prompt("greet") = reference else { return nil }
    return (1...150).map { "\(text)\($0)" }
  }
}

extension ServerCatalog {
  /// A server with everything, for tests of the protocol.
  static func sample(_ tools: [any Tool] = [SampleCatalog.echo]) -> ServerCatalog {
    var catalog = ServerCatalog(
      implementation: Implementation(
        name: "sample", version: "1", title: "Sample", description: "For tests.", websiteURL: "https://example.org"),
      instructions: "None.")
    catalog.tools = tools
    catalog.prompts = [SamplePrompt()]
    catalog.resources = SampleResources()
    catalog.completion = SampleCompletion()
    catalog.hasLogging = true
    catalog.announcesChanges = true
    return catalog
  }
}

enum SampleCatalog {
  static let text = Argument<String>.required("text", .text, "What to say.")

  static let echo = SampleTool(
    ToolDeclaration(
      name: "echo", title: "Echo", description: "Says it again.", arguments: [text],
      outputSchema: OutputForm<String>([.text("text") { $0 }]).schema, hints: .readOnly)
  ) { arguments, _ throws(ArgumentProblem) in
    .complete(.structured(.object([("text", .string(try arguments[text]))])))
  }

  static let nameQuestion = InputRequest(
    "name",
    .elicitation(
      message: "What is your name?",
      schema: .object([("name", .string(), true)])))

  /// Asks for a name, then greets.
  static let greeter = SampleTool("greeter") { _, context throws(ArgumentProblem) in
    guard let answer = context.answers["name"] else {
      return .inputRequired(InputNeed([nameQuestion], state: "asked", isSingleUse: true))
    }
    let name = answer["content"]?["name"]?.string ?? "nobody"
    return .complete(ToolResult([.text("Hello \(name), \(context.state ?? "not asked")")]))
  }

  static let form: JSONValue = .object([("elicitation", .emptyObject)])
}
