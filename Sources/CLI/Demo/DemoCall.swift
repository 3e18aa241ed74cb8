import JSONRPC

/// One request of the client, as far as the server looks at it.
struct DemoCall {
  /// The id as the client wrote it.
  let id: String
  let method: String
  /// An object, or null when there are none.
  let params: JSONValue
  /// Whether it carries the envelope of protocol revision 2026-07-28.
  let isModern: Bool

  init(id: String, method: String, params: JSONValue) {
    self.id = id
    self.method = method
    self.params = params
    isModern = params["_meta"]?[DemoKey.protocolVersion] != nil
  }

  /// `params.name`.
  var name: String { params["name"]?.string ?? "" }

  /// A string of `params.arguments`.
  func text(_ argument: String) -> String? { params["arguments"]?[argument]?.string }

  /// A number of `params.arguments`.
  func number(_ argument: String) -> Int? { params["arguments"]?[argument]?.integer }
}

/// Names of the keys that revision 2026-07-28 puts into `_meta`.
enum DemoKey {
  static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
  static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
  static let serverInfo = "io.modelcontextprotocol/serverInfo"
  static let subscription = "io.modelcontextprotocol/subscriptionId"
}

/// The revisions that the server speaks.
enum DemoVersion {
  static let handshake = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
  static let stateless = ["2026-07-28"]
  static let newestHandshake = "2025-11-25"
}
