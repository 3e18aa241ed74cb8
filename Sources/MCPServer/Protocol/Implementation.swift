import JSONRPC

/// Who the server says it is.
package struct Implementation: Sendable {
  package let name: String
  package let version: String
  package let title: String?
  package let description: String?
  package let websiteURL: String?

  package init(
    name: String, version: String, title: String? = nil, description: String? = nil, websiteURL: String? = nil
  ) {
    self.name = name
    self.version = version
    self.title = title
    self.description = description
    self.websiteURL = websiteURL
  }

  func value(for revision: ProtocolVersion) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("name", .string(name)), ("version", .string(version))]
    if let title, revision.hasStructuredContent { members.append(("title", .string(title))) }
    if revision.hasImplementationDetails {
      if let description { members.append(("description", .string(description))) }
      if let websiteURL { members.append(("websiteUrl", .string(websiteURL))) }
    }
    return .object(members)
  }
}
