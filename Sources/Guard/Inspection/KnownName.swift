import JSONRPC

/// Member names of MCP that decide what a string below them is.
enum KnownName: UInt8 {
  case unknown
  /// Defined by the protocol, without a meaning for the extraction.
  case plain
  case params, result, error, method, jsonrpc, id
  case meta, name, uri, arguments, cursor, requestID
  case code, message, data
  case tools, prompts, resources, resourceTemplates
  case instructions, serverInfo, timeToLive, resultType, isError
  case inputRequests, structuredContent, schema, freeForm, opaque
  case protocolVersion
  /// The text of a content block.
  case text

  init(_ string: JSONString, in text: UnsafeRawBufferPointer) {
    guard string.end - string.start <= 48 else {
      self = .unknown
      return
    }
    if string.hasEscapes {
      self = Self.table[string.value(in: text)] ?? .unknown
      return
    }
    let bytes = UnsafeRawBufferPointer(rebasing: text[string.range])
    guard Self.lengths.contains(bytes.count) else {
      self = .unknown
      return
    }
    self = Self.table[String(decoding: bytes, as: UTF8.self)] ?? .unknown
  }

  /// All names above, and those that are merely the protocol's, for the folding check.
  static let reserved = ReservedNames(table.keys.filter { !$0.contains("/") })
  static let reservedMeta = ReservedNames(
    ["progressToken", "traceparent", "tracestate", "baggage"]
      + ["protocolVersion", "clientCapabilities", "clientInfo", "logLevel", "serverInfo", "subscriptionId"].map {
        "io.modelcontextprotocol/" + $0
      })

  private static let lengths = Set(table.keys.map(\.utf8.count))

  private static let table: [String: KnownName] = {
    var table: [String: KnownName] = [
      "params": .params, "result": .result, "error": .error, "method": .method, "jsonrpc": .jsonrpc, "id": .id,
      "_meta": .meta, "name": .name, "uri": .uri, "arguments": .arguments, "cursor": .cursor,
      "requestId": .requestID, "code": .code, "message": .message, "data": .data,
      "tools": .tools, "prompts": .prompts, "resources": .resources, "resourceTemplates": .resourceTemplates,
      "instructions": .instructions, "serverInfo": .serverInfo, "ttlMs": .timeToLive, "resultType": .resultType,
      "isError": .isError, "text": .text, "inputRequests": .inputRequests, "structuredContent": .structuredContent,
      "inputSchema": .schema, "outputSchema": .schema, "requestedSchema": .schema,
      "metadata": .freeForm, "experimental": .freeForm, "extensions": .freeForm, "input": .freeForm,
      "nextCursor": .opaque, "requestState": .opaque, "taskId": .opaque, "progressToken": .opaque,
      "io.modelcontextprotocol/protocolVersion": .protocolVersion,
      "io.modelcontextprotocol/subscriptionId": .opaque,
    ]
    for name in [
      "action", "annotations", "argument", "audience", "blob", "cacheScope", "capabilities", "clientInfo",
      "completion", "content", "contents", "context", "description", "hasMore", "icons", "includeContext",
      "inputResponses", "level", "logger", "maxTokens", "messages", "mimeType", "mode", "model", "modelPreferences",
      "priority", "progress", "protocolVersion", "reason", "ref", "resource", "role", "roots", "size", "statusMessage",
      "stopReason", "stopSequences", "supportedVersions", "systemPrompt", "title", "toolChoice", "total",
      "type", "uriTemplate", "url", "value", "values", "version", "websiteUrl",
    ] { table[name] = .plain }
    return table
  }()
}
