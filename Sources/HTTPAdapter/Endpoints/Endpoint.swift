/// What answers the requests of one route. Knows no HTTP library and no socket.
package protocol Endpoint: Sendable {
  /// Called on the thread of an event loop: must not block. What waits for a disk or a lock goes through `WorkerPool`.
  func answer(_ request: EndpointRequest) async -> EndpointReply
}

/// One request that passed the gate (`Gate`), with its whole body.
package struct EndpointRequest: Sendable {
  /// Upper case, as it came.
  package var method: String
  /// As it came, without the query; not decoded. Route parameters are decoded by nobody: names here never need it.
  package var path: String
  /// As it came, without `?`. Empty when there is none.
  package var query: String
  package var headers: HeaderList
  package var body: [UInt8]
  package var peer: Peer
  /// Whether it came over TLS.
  package var isSecure: Bool
  /// Unique, or what the client sent in `X-Request-ID`.
  package var id: String
  /// What the route's `{…}` segments matched, in their order.
  package var parameters: [String] = []

  package init(
    method: String, path: String, query: String = "", headers: HeaderList = HeaderList(), body: [UInt8] = [],
    peer: Peer, isSecure: Bool = false, id: String = ""
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.peer = peer
    self.isSecure = isSecure
    self.id = id
  }
}

/// The other end of the connection.
package struct Peer: Sendable, Hashable {
  /// An IP address without port; empty when unknown.
  package let address: String
  package let isLoopback: Bool

  package init(address: String) {
    self.address = address
    isLoopback = address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
  }
}

/// An answer: status, headers, and a body that is there or still comes.
package struct EndpointReply: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Chunks as they come, for event streams. The stream is ended by its producer, and dropped when the client is gone.
    case stream(AsyncStream<[UInt8]>)
  }

  package var status: Int
  package var headers: HeaderList
  package var body: Body

  package init(status: Int, headers: HeaderList = HeaderList(), body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A JSON document.
  package static func json(status: Int, _ bytes: [UInt8], headers: HeaderList = HeaderList()) -> EndpointReply {
    var headers = headers
    headers.append("Content-Type", "application/json")
    return EndpointReply(status: status, headers: headers, body: .bytes(bytes))
  }
}
