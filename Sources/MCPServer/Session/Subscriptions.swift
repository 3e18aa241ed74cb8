import JSONRPC

/// Who wants to be told about changes.
struct Subscriptions {
  /// A stream of a modern client: an open `subscriptions/listen`.
  struct Listener {
    let id: RequestID
    let wantsTools: Bool
    let wantsPrompts: Bool
    let wantsResources: Bool
    let addresses: Set<String>

    var idValue: JSONValue { .number(id.literal) }

    func wants(_ change: Change) -> Bool {
      switch change {
      case .tools: wantsTools
      case .prompts: wantsPrompts
      case .resources: wantsResources
      case .resource(let uri): addresses.contains(uri)
      }
    }
  }

  private(set) var listeners: [Listener] = []
  /// Addresses that a legacy client watches.
  var addresses: Set<String> = []

  mutating func add(_ listener: Listener) { listeners.append(listener) }
  mutating func removeListener(_ id: RequestID) { listeners.removeAll { $0.id == id } }
}

extension Change {
  fileprivate var method: String {
    switch self {
    case .tools: "notifications/tools/list_changed"
    case .prompts: "notifications/prompts/list_changed"
    case .resources: "notifications/resources/list_changed"
    case .resource: "notifications/resources/updated"
    }
  }

  fileprivate var parameters: [(name: String, value: JSONValue)] {
    if case .resource(let uri) = self { [("uri", .string(uri))] } else { [] }
  }
}

extension Session {
  /// Opens a stream. The first message on it says what of the wish is granted.
  func listen(_ request: Request) throws(RPCError) {
    guard let filter = request.params["notifications"], filter.isObject else {
      throw .invalidParams("notifications is missing, or no object")
    }
    guard subscriptions.listeners.count < limits.subscriptions else {
      throw .invalidRequest("At most \(limits.subscriptions) streams can be open")
    }
    let addresses = filter["resourceSubscriptions"]?.elements ?? []
    guard addresses.count <= limits.subscriptions, addresses.allSatisfy({ isAddress($0.string) }) else {
      throw .invalidParams(
        "resourceSubscriptions must be at most \(limits.subscriptions) addresses of \(limits.addressBytes) bytes")
    }
    let isWatchable = catalog.announcesChanges && catalog.resources != nil
    func grants(_ name: String, _ isOffered: Bool) -> Bool {
      catalog.announcesChanges && isOffered && filter[name]?.bool == true
    }
    let listener = Subscriptions.Listener(
      id: request.id, wantsTools: grants("toolsListChanged", !catalog.tools.isEmpty),
      wantsPrompts: grants("promptsListChanged", !catalog.prompts.isEmpty),
      wantsResources: grants("resourcesListChanged", catalog.resources != nil),
      addresses: isWatchable ? Set(addresses.compactMap(\.string)) : [])
    subscriptions.add(listener)
    var granted: [(name: String, value: JSONValue)] = []
    if listener.wantsTools { granted.append(("toolsListChanged", .bool(true))) }
    if listener.wantsPrompts { granted.append(("promptsListChanged", .bool(true))) }
    if listener.wantsResources { granted.append(("resourcesListChanged", .bool(true))) }
    if !listener.addresses.isEmpty { granted.append(("resourceSubscriptions", .array(addresses))) }
    send(
      .notification(
        "notifications/subscriptions/acknowledged",
        [
          ("_meta", .object([(MetaKey.subscriptionID, listener.idValue)])), ("notifications", .object(granted)),
        ], version: request.version))
  }

  func subscribe(_ request: Request) throws(RPCError) {
    let uri = try address(request)
    guard subscriptions.addresses.count < limits.subscriptions else {
      throw .invalidRequest("At most \(limits.subscriptions) resources can be watched")
    }
    subscriptions.addresses.insert(uri)
    complete(request, [])
  }

  func unsubscribe(_ request: Request) throws(RPCError) {
    subscriptions.addresses.remove(try address(request))
    complete(request, [])
  }

  private func address(_ request: Request) throws(RPCError) -> String {
    guard let uri = request.params["uri"]?.string, isAddress(uri) else {
      throw .invalidParams("uri is missing, no string, or longer than \(limits.addressBytes) bytes")
    }
    return uri
  }

  private func isAddress(_ uri: String?) -> Bool { uri.map { $0.utf8.count <= limits.addressBytes } ?? false }

  /// Sends the notifications of one change: to the legacy client of this connection, and on each stream that wants it.
  func tell(_ change: Change) {
    guard catalog.announcesChanges else { return }
    if let agreement {
      var wants = true
      if case .resource(let uri) = change { wants = subscriptions.addresses.contains(uri) }
      if wants { send(.notification(change.method, change.parameters, version: agreement.version)) }
    }
    for listener in subscriptions.listeners where listener.wants(change) {
      let meta: (name: String, value: JSONValue) = (
        "_meta", .object([(MetaKey.subscriptionID, listener.idValue)])
      )
      send(.notification(change.method, [meta] + change.parameters, version: .july2026))
    }
  }
}
