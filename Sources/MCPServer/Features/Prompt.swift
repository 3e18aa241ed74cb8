import JSONRPC

/// A message template that a person picks in the client.
package protocol Prompt {
  var declaration: PromptDeclaration { get }
  /// - Parameter arguments: as the client sent them; required ones are there.
  func messages(_ arguments: [String: String], _ context: inout CallContext) -> Outcome<PromptResult>
}

/// What a prompt tells about itself.
package struct PromptDeclaration: Sendable {
  package let name: String
  package let title: String?
  package let description: String
  package let arguments: [PromptArgument]

  package init(name: String, title: String? = nil, description: String, arguments: [PromptArgument] = []) {
    self.name = name
    self.title = title
    self.description = description
    self.arguments = arguments
  }

  func value(for version: ProtocolVersion) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("name", .string(name))]
    if let title, version.hasStructuredContent { members.append(("title", .string(title))) }
    members.append(("description", .string(description)))
    if !arguments.isEmpty { members.append(("arguments", .array(arguments.map(\.value)))) }
    return .object(members)
  }
}

package struct PromptArgument: Sendable {
  package let name: String
  package let description: String
  package let isRequired: Bool

  package init(name: String, description: String, isRequired: Bool) {
    self.name = name
    self.description = description
    self.isRequired = isRequired
  }

  var value: JSONValue {
    .object([
      ("name", .string(name)), ("description", .string(description)), ("required", .bool(isRequired)),
    ])
  }
}

/// What a prompt becomes.
package struct PromptResult: Sendable {
  package enum Speaker: String, Sendable {
    case user, assistant
  }

  package let description: String
  package let messages: [(speaker: Speaker, content: Content)]

  package init(description: String, messages: [(speaker: Speaker, content: Content)]) {
    self.description = description
    self.messages = messages
  }

  func members(for version: ProtocolVersion) -> [(name: String, value: JSONValue)] {
    let messages = messages.map { message in
      JSONValue.object([
        ("role", .string(message.speaker.rawValue)), ("content", message.content.value(for: version)),
      ])
    }
    return [("description", .string(description)), ("messages", .array(messages))]
  }
}
