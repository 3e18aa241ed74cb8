import JSONRPC

/// Everything that one server offers.
package struct ServerCatalog {
  package var implementation: Implementation
  /// For the model: what the server is for.
  package var instructions: String?
  /// In the order in which they are listed. Names are unique.
  package var tools: [any Tool] = []
  package var prompts: [any Prompt] = []
  package var resources: (any ResourceProvider)?
  package var completion: (any CompletionProvider)?
  /// Whether tools send log messages.
  package var hasLogging = false
  /// Whether lists and resources can change while the server runs.
  package var announcesChanges = false
  /// Entries of a list that are sent at once.
  package var pageLength = 100
  /// How long a modern client may keep lists, in milliseconds.
  package var cacheMilliseconds = 300_000

  package init(implementation: Implementation, instructions: String? = nil) {
    self.implementation = implementation
    self.instructions = instructions
  }

  func tool(_ name: String) -> (any Tool)? {
    tools.first { $0.declaration.name.utf8.elementsEqual(name.utf8) }
  }

  func prompt(_ name: String) -> (any Prompt)? {
    prompts.first { $0.declaration.name.utf8.elementsEqual(name.utf8) }
  }

  func capabilities(for version: ProtocolVersion) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = []
    let changes: JSONValue = announcesChanges ? .object([("listChanged", .bool(true))]) : .emptyObject
    if !tools.isEmpty { members.append(("tools", changes)) }
    if !prompts.isEmpty { members.append(("prompts", changes)) }
    if resources != nil {
      members.append(
        (
          "resources",
          announcesChanges ? .object([("subscribe", .bool(true)), ("listChanged", .bool(true))]) : .emptyObject
        ))
    }
    if completion != nil, version.hasAnnotations { members.append(("completions", .emptyObject)) }
    if hasLogging { members.append(("logging", .emptyObject)) }
    return .object(members)
  }
}
