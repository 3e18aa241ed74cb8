import Foundation
import JSONRPC

@testable import MCPServer

/// The schemas that the makers of MCP publish, one file per revision. They are not part of the project: they are looked
/// for in `$OKTSEC_MCP_SCHEMAS`, else beside the project in `../shared/mcp`.
enum OfficialSchemas {
  static var arePresent: Bool { ProtocolVersion.allCases.allSatisfy { validators[$0] != nil } }

  static let absence: String = "the official schemas are not here (see OKTSEC_MCP_SCHEMAS)"

  /// What is wrong with a message of ours; empty when it is valid, or when there are no schemas.
  ///
  /// - Parameter method: of the request that it answers.
  static func problems(_ message: OutgoingMessage, answering method: (JSONValue) -> String?) -> [String] {
    guard let validator = validators[message.version] else { return [] }
    guard let value = try? message.bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }) else { return ["not JSON"] }
    if message.kind == .batch {
      let elements = value.elements ?? []
      return elements.flatMap { problems($0, method, message.version, validator) }
        + validate(.array(elements.map(withID)), "JSONRPCBatchResponse", validator)
    }
    return problems(value, method, message.version, validator)
  }

  private static func problems(
    _ value: JSONValue, _ method: (JSONValue) -> String?, _ version: ProtocolVersion, _ validator: SchemaValidator
  ) -> [String] {
    if let name = value["method"]?.string { return validate(value, definitions[name] ?? "unknown \(name)", validator) }
    if let error = value["error"] { return checkError(value, error, version, validator) }
    let result = value["result"] ?? .null
    let named = value["id"].flatMap(method) ?? ""
    var definition = results[named] ?? "Result"
    if result["resultType"]?.string == "input_required" { definition = "InputRequiredResult" }
    let envelope = version >= .november2025 ? "JSONRPCResultResponse" : "JSONRPCResponse"
    var found = validate(value, envelope, validator) + validate(result, definition, validator)
    found += forbidden(result, version)
    return found
  }

  private static func checkError(
    _ value: JSONValue, _ error: JSONValue, _ version: ProtocolVersion, _ validator: SchemaValidator
  ) -> [String] {
    let special: [Int: String] = [
      -32022: "UnsupportedProtocolVersionError", -32021: "MissingRequiredClientCapabilityError",
    ]
    let definition = error["code"]?.integer.flatMap { special[$0] }
    return validate(
      version.errorsMayLackID ? value : withID(value),
      definition ?? (version >= .november2025 ? "JSONRPCErrorResponse" : "JSONRPCError"), validator)
  }

  /// JSON-RPC demands null where an id could not be read, and the revisions that demand an id forgot to allow it.
  private static func withID(_ value: JSONValue) -> JSONValue {
    guard value["id"] == .null, let error = value["error"] else { return value }
    return .object([("jsonrpc", value["jsonrpc"] ?? .null), ("id", .integer(0)), ("error", error)])
  }

  /// Members that only later revisions have. The schemas tolerate them; we do not send them.
  private static func forbidden(_ result: JSONValue, _ version: ProtocolVersion) -> [String] {
    var found: [String] = []
    if !version.isModern {
      for name in ["resultType", "ttlMs", "cacheScope", "_meta"] where result[name] != nil { found.append(name) }
    }
    var late: [String] = []
    if version < .june2025 { late += ["title", "outputSchema"] }
    if version < .march2025 { late.append("annotations") }
    if version < .june2025, result["structuredContent"] != nil { found.append("structuredContent") }
    for list in ["tools", "prompts", "resources", "resourceTemplates"] {
      for entry in result[list]?.elements ?? [] {
        for name in late where entry[name] != nil { found.append("\(list): \(name)") }
      }
    }
    if version < .june2025, result["serverInfo"]?["title"] != nil { found.append("serverInfo.title") }
    if version < .november2025, result["serverInfo"]?["description"] != nil { found.append("serverInfo.description") }
    return found.map { "\($0) has no place in \(version.rawValue)" }
  }

  private static func validate(_ value: JSONValue, _ name: String, _ validator: SchemaValidator) -> [String] {
    guard let schema = validator.definition(name) else { return ["the revision has no \(name)"] }
    return validator.problems(value, schema, at: name)
  }

  private static let results = [
    "initialize": "InitializeResult", "server/discover": "DiscoverResult", "ping": "EmptyResult",
    "tools/list": "ListToolsResult", "tools/call": "CallToolResult", "prompts/list": "ListPromptsResult",
    "prompts/get": "GetPromptResult", "resources/list": "ListResourcesResult", "resources/read": "ReadResourceResult",
    "resources/templates/list": "ListResourceTemplatesResult", "completion/complete": "CompleteResult",
    "subscriptions/listen": "SubscriptionsListenResult", "logging/setLevel": "EmptyResult",
    "resources/subscribe": "EmptyResult", "resources/unsubscribe": "EmptyResult",
  ]

  private static let definitions = [
    "notifications/cancelled": "CancelledNotification", "notifications/progress": "ProgressNotification",
    "notifications/message": "LoggingMessageNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
    "elicitation/create": "ElicitRequest", "sampling/createMessage": "CreateMessageRequest",
    "roots/list": "ListRootsRequest",
  ]

  private static let validators: [ProtocolVersion: SchemaValidator] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["OKTSEC_MCP_SCHEMAS"].map { URL(fileURLWithPath: $0) }
      ?? root.deletingLastPathComponent().appending(path: "shared/mcp")
    var validators: [ProtocolVersion: SchemaValidator] = [:]
    for version in ProtocolVersion.allCases {
      let file = folder.appending(path: "schema-\(version.rawValue).json")
      guard let data = try? Data(contentsOf: file),
        let value = try? data.withUnsafeBytes({ try JSONValue(parsing: $0) })
      else { continue }
      validators[version] = SchemaValidator(root: value)
    }
    return validators
  }()
}
