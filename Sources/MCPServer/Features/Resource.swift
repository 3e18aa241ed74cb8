import JSONRPC

/// Documents that a client can read by their address.
package protocol ResourceProvider {
  /// In the order in which they are listed.
  var resources: [ResourceDeclaration] { get }
  var templates: [ResourceDeclaration] { get }
  /// What stands behind an address. Empty: nothing does.
  func read(_ uri: String, _ context: inout CallContext) -> Outcome<[ResourceContents]>
}

/// A document, or with a template as its address a family of them.
package struct ResourceDeclaration: Sendable {
  package let address: String
  package let name: String
  package let title: String?
  package let description: String
  package let mimeType: String

  package init(address: String, name: String, title: String? = nil, description: String, mimeType: String) {
    self.address = address
    self.name = name
    self.title = title
    self.description = description
    self.mimeType = mimeType
  }

  func value(for version: ProtocolVersion, addressMember: String) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [(addressMember, .string(address)), ("name", .string(name))]
    if let title, version.hasStructuredContent { members.append(("title", .string(title))) }
    members.append(("description", .string(description)))
    members.append(("mimeType", .string(mimeType)))
    return .object(members)
  }
}
