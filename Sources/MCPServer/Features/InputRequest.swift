import JSONRPC

/// A question that only the client, its model or its user can answer.
package struct InputRequest: Sendable {
  package enum Kind: Sendable {
    /// A form for the user. The schema is a flat object of simple types.
    case elicitation(message: String, schema: JSONSchema)
    /// Work for the client's model; the parameters of `sampling/createMessage`.
    case sampling(JSONValue)
    /// The folders that the client works in.
    case roots
  }

  /// Names the answer.
  package let key: String
  package let kind: Kind

  package init(_ key: String, _ kind: Kind) {
    self.key = key
    self.kind = kind
  }

  var method: String {
    switch kind {
    case .elicitation: "elicitation/create"
    case .sampling: "sampling/createMessage"
    case .roots: "roots/list"
    }
  }

  var parameters: JSONValue {
    switch kind {
    case .elicitation(let message, let schema):
      .object([("message", .string(message)), ("requestedSchema", schema.value)])
    case .sampling(let parameters): parameters
    case .roots: .emptyObject
    }
  }

  /// What a client has to declare to be asked this.
  var requiredCapabilities: JSONValue {
    switch kind {
    case .elicitation: .object([("elicitation", .object([("form", .emptyObject)]))])
    case .sampling: .object([("sampling", .emptyObject)])
    case .roots: .object([("roots", .emptyObject)])
    }
  }

  /// Whether a client with these capabilities can be asked.
  func isAllowed(by capabilities: JSONValue, in version: ProtocolVersion) -> Bool {
    switch kind {
    case .elicitation:
      guard version.hasElicitation, let declared = capabilities["elicitation"], declared.isObject else { return false }
      // Without a mode the form is meant; the modes came with URLs.
      return declared["form"] != nil || declared["url"] == nil
    case .sampling: return capabilities["sampling"]?.isObject ?? false
    case .roots: return capabilities["roots"]?.isObject ?? false
    }
  }
}
