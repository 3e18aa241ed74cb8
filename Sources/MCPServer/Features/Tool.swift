import JSONRPC

/// A function that a model can call.
package protocol Tool {
  var declaration: ToolDeclaration { get }
  /// Does the work, at once. The arguments have been checked against the declaration.
  ///
  /// - Throws: what is wrong with the arguments beyond their form.
  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult>
}

/// What a tool tells about itself.
package struct ToolDeclaration: Sendable {
  package let name: String
  package let title: String?
  package let description: String
  package let arguments: [any ArgumentDeclaration]
  package let outputSchema: JSONSchema?
  package let hints: ToolHints?
  /// Replaces the schema that follows from the arguments, which are then not checked.
  package let rawInputSchema: JSONSchema?

  package init(
    name: String, title: String? = nil, description: String, arguments: [any ArgumentDeclaration] = [],
    outputSchema: JSONSchema? = nil, hints: ToolHints? = nil, rawInputSchema: JSONSchema? = nil
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.arguments = arguments
    self.outputSchema = outputSchema
    self.hints = hints
    self.rawInputSchema = rawInputSchema
  }

  var inputSchema: JSONSchema {
    rawInputSchema ?? .object(arguments.map { ($0.name, $0.schema, $0.isRequired) })
  }

  func value(for version: ProtocolVersion) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("name", .string(name))]
    if let title, version.hasStructuredContent { members.append(("title", .string(title))) }
    members.append(("description", .string(description)))
    members.append(("inputSchema", inputSchema.value))
    if let outputSchema, version.hasStructuredContent { members.append(("outputSchema", outputSchema.value)) }
    if let hints, version.hasAnnotations { members.append(("annotations", hints.value)) }
    return .object(members)
  }

  /// Everything that is wrong with the arguments, in one sentence per problem; nil when nothing is.
  func problems(in arguments: JSONValue) -> String? {
    guard rawInputSchema == nil else { return nil }
    var sentences = self.arguments.compactMap { $0.problem(in: arguments)?.message }
    let known = Set(self.arguments.map { Array($0.name.utf8) })
    let unknown = arguments.members.count { !known.contains(Array($0.name.utf8)) }
    if unknown > 0 {
      let names = self.arguments.map(\.name).joined(separator: ", ")
      let what = unknown == 1 ? "there is an argument that" : "there are \(unknown) arguments that"
      sentences.append(
        names.isEmpty
          ? "\(name) takes no arguments" : "\(what) \(name) does not have; it has: \(names)")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }
}

/// What clients may assume about a tool before they call it.
package struct ToolHints: Sendable {
  package let isReadOnly: Bool
  package let isDestructive: Bool
  package let isIdempotent: Bool

  package init(isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool) {
    self.isReadOnly = isReadOnly
    self.isDestructive = isDestructive
    self.isIdempotent = isIdempotent
  }

  package static let readOnly = ToolHints(isReadOnly: true, isDestructive: false, isIdempotent: true)

  /// None of our tools leaves this machine.
  var value: JSONValue {
    .object([
      ("readOnlyHint", .bool(isReadOnly)), ("destructiveHint", .bool(isDestructive)),
      ("idempotentHint", .bool(isIdempotent)), ("openWorldHint", .bool(false)),
    ])
  }
}

/// What a tool answers.
package struct ToolResult: Sendable {
  package let content: [Content]
  package let structured: JSONValue?
  package let isError: Bool

  package init(_ content: [Content], structured: JSONValue? = nil, isError: Bool = false) {
    self.content = content
    self.structured = structured
    self.isError = isError
  }

  /// A structured result, and the same as text for clients that know no other.
  package static func structured(_ value: JSONValue) -> ToolResult {
    ToolResult([.text(value.text)], structured: value)
  }

  /// A failure that the model can act on.
  package static func failure(_ sentence: String) -> ToolResult {
    ToolResult([.text(sentence)], isError: true)
  }

  func members(for version: ProtocolVersion) -> [(name: String, value: JSONValue)] {
    var members: [(name: String, value: JSONValue)] = [
      ("content", .array(content.map { $0.value(for: version) }))
    ]
    if let structured, version.hasStructuredContent { members.append(("structuredContent", structured)) }
    if isError { members.append(("isError", .bool(true))) }
    return members
  }
}
