import JSONRPC
import MCPServer

/// A prompt made of a closure.
struct FixturePrompt: Prompt {
  let declaration: PromptDeclaration
  private let body: ([String: String], CallContext) -> Outcome<PromptResult>

  init(
    _ name: String, _ title: String, _ arguments: [String] = [],
    _ body: @escaping ([String: String], CallContext) -> Outcome<PromptResult>
  ) {
    declaration = PromptDeclaration(
      name: name, title: title, description: title,
      arguments: arguments.map { PromptArgument(name: $0, description: "A text.", isRequired: true) })
    self.body = body
  }

  func messages(_ arguments: [String: String], _ context: inout CallContext) -> Outcome<PromptResult> {
    body(arguments, context)
  }

  static func say(_ contents: Content...) -> Outcome<PromptResult> {
    .complete(PromptResult(description: "A fixture.", messages: contents.map { (.user, $0) }))
  }
}

enum Prompts {
  static var all: [any Prompt] {
    [
      FixturePrompt("test_simple_prompt", "A simple prompt") { _, _ in
        FixturePrompt.say(.text("This is a simple prompt for testing."))
      },
      FixturePrompt("test_prompt_with_arguments", "A prompt with arguments", ["arg1", "arg2"]) { arguments, _ in
        FixturePrompt.say(
          .text("Prompt with arguments: arg1='\(arguments["arg1"] ?? "")', arg2='\(arguments["arg2"] ?? "")'"))
      },
      FixturePrompt("test_prompt_with_embedded_resource", "A prompt with a resource", ["resourceUri"]) { arguments, _ in
        FixturePrompt.say(
          .resource(
            ResourceContents(
              uri: arguments["resourceUri"] ?? "", mimeType: "text/plain",
              body: .text("Embedded resource content for testing."))),
          .text("Please process the embedded resource above."))
      },
      FixturePrompt("test_prompt_with_image", "A prompt with an image") { _, _ in
        FixturePrompt.say(
          .image(data: Fixture.image, mimeType: "image/png"), .text("Please analyze the image above."))
      },
      FixturePrompt("test_input_required_result_prompt", "A prompt that asks first") { _, context in
        let question = Fixture.form(
          "user_context", "What context should the prompt use?", #"{"context":{"type":"string"}}"#,
          required: #"["context"]"#)
        guard let answer = context.answers[question.key] else { return .inputRequired(InputNeed([question])) }
        return FixturePrompt.say(.text("Use this context: \(answer["content"]?["context"]?.string ?? "")"))
      },
    ]
  }
}

struct Resources: ResourceProvider {
  static let watched = "test://watched-resource"
  private static let templateParts = (prefix: "test://template/", suffix: "/data")

  let resources = [
    ResourceDeclaration(
      address: "test://static-text", name: "static-text", title: "Static text", description: "A text.",
      mimeType: "text/plain"),
    ResourceDeclaration(
      address: "test://static-binary", name: "static-binary", title: "Static binary", description: "An image.",
      mimeType: "image/png"),
    ResourceDeclaration(
      address: Self.watched, name: "watched-resource", title: "Watched", description: "A text that may change.",
      mimeType: "text/plain"),
  ]

  let templates = [
    ResourceDeclaration(
      address: "test://template/{id}/data", name: "template", title: "Template", description: "Data by an id.",
      mimeType: "application/json")
  ]

  func read(_ uri: String, _ context: inout CallContext) -> Outcome<[ResourceContents]> {
    switch uri {
    case "test://static-text":
      return Self.text(uri, "text/plain", "This is the content of the static text resource.")
    case "test://static-binary":
      return .complete([ResourceContents(uri: uri, mimeType: "image/png", body: .blob(Fixture.image))])
    case Self.watched: return Self.text(uri, "text/plain", "Watched resource content")
    default:
      let (prefix, suffix) = Self.templateParts
      guard uri.hasPrefix(prefix), uri.hasSuffix(suffix), uri.utf8.count > prefix.utf8.count + suffix.utf8.count else {
        return .complete([])
      }
      let id = String(uri.dropFirst(prefix.count).dropLast(suffix.count))
      let data = JSONValue.object([
        ("id", .string(id)), ("templateTest", .bool(true)), ("data", .string("Data for ID: \(id)")),
      ])
      return Self.text(uri, "application/json", data.text)
    }
  }

  private static func text(_ uri: String, _ mimeType: String, _ text: String) -> Outcome<[ResourceContents]> {
    .complete([ResourceContents(uri: uri, mimeType: mimeType, body: .text(text))])
  }
}

struct Completion: CompletionProvider {
  func values(for reference: CompletionReference, argument: String, startingWith text: String) -> [String]? {
    ["paris", "park", "party"].filter { $0.hasPrefix(text) }
  }
}
