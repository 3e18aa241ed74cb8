import JSONRPC

/// How a connection begins.
extension Session {
  /// Echoes the version that the client offers, or names the newest that has a handshake.
  func initialize(_ id: RequestID, _ params: JSONValue) throws(RPCError) {
    guard agreement == nil else { throw .invalidRequest("This connection is initialized already") }
    guard let offered = params["protocolVersion"]?.string else {
      throw .invalidParams(
        "protocolVersion is missing, or no string",
        data: .object([("supported", .strings(ProtocolVersion.supported))]))
    }
    let capabilities = params["capabilities"] ?? .emptyObject
    guard capabilities.isObject else { throw .invalidParams("capabilities must be an object") }
    let version = ProtocolVersion(rawValue: offered).flatMap { $0.isModern ? nil : $0 } ?? .newestHandshake
    agreement = Agreement(
      version: version, capabilities: capabilities, clientName: params["clientInfo"]?["name"]?.string)
    var members: [(name: String, value: JSONValue)] = [
      ("protocolVersion", .string(version.rawValue)), ("capabilities", catalog.capabilities(for: version)),
      ("serverInfo", catalog.implementation.value(for: version)),
    ]
    if let instructions = catalog.instructions { members.append(("instructions", .string(instructions))) }
    send(.result(id, members, version: version))
  }

  func discover(_ request: Request) {
    var members: [(name: String, value: JSONValue)] = [
      ("supportedVersions", .strings(ProtocolVersion.supported)),
      ("capabilities", catalog.capabilities(for: request.version)),
    ]
    if let instructions = catalog.instructions { members.append(("instructions", .string(instructions))) }
    complete(request, members, isCacheable: true)
  }

  func setLogLevel(_ request: Request) throws(RPCError) {
    guard let level = request.params["level"]?.string.flatMap({ LogLevel(rawValue: $0) }) else {
      let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidParams("level must be one of: \(levels)")
    }
    agreement?.logLevel = level
    complete(request, [])
  }
}
