/// A path, and what answers there.
package struct Route: Sendable {
  /// What a client must show beyond what the gate asks of every request.
  package enum Access: Sendable {
    /// The API key, when the server has one.
    case key
    /// Nothing: the endpoint has an access rule of its own, or tells nothing.
    case open
  }

  /// For metrics: one word for all paths that the route takes.
  package let name: String
  /// Empty: every method; the endpoint answers others than it knows itself.
  package let methods: [String]
  package let access: Access
  /// Longest body, in bytes.
  package let maximumBody: Int
  /// Media types that a body may have; empty for any.
  package let mediaTypes: [String]
  package let endpoint: any Endpoint
  /// The segments between slashes. Nil stands for `{…}`, which takes one segment that is not empty.
  private let segments: [Substring?]
  /// `/**` at the end: whatever follows, also nothing.
  private let isOpenEnded: Bool

  /// - Parameter pattern: such as `/v1/inbox/{agent}` or `/dashboard/**`.
  package init(
    _ pattern: String, name: String, methods: [String], access: Access = .key, maximumBody: Int = 0,
    mediaTypes: [String] = [], endpoint: any Endpoint
  ) {
    self.name = name
    self.methods = methods
    self.access = access
    self.maximumBody = maximumBody
    self.mediaTypes = mediaTypes
    self.endpoint = endpoint
    isOpenEnded = pattern.hasSuffix("/**")
    let path = isOpenEnded ? pattern.dropLast(3) : Substring(pattern)
    segments = path.split(separator: "/", omittingEmptySubsequences: false).map { $0.hasPrefix("{") ? nil : $0 }
  }

  /// What the `{…}` segments matched; nil when the path is another.
  ///
  /// - Parameter parts: what stands between the slashes of a path.
  func parameters(of parts: [Substring]) -> [String]? {
    guard isOpenEnded ? parts.count >= segments.count : parts.count == segments.count else { return nil }
    var parameters: [String] = []
    for (segment, part) in zip(segments, parts) {
      if let segment {
        guard segment.utf8.elementsEqual(part.utf8) else { return nil }
      } else {
        guard !part.isEmpty else { return nil }
        parameters.append(String(part))
      }
    }
    return parameters
  }
}

/// The routes of a server, looked through in their order.
package struct RouteTable: Sendable {
  package let routes: [Route]

  package init(_ routes: [Route]) { self.routes = routes }

  package enum Match: Sendable {
    case found(Route, parameters: [String])
    /// With the methods for `Allow`.
    case wrongMethod([String])
    case unknownPath
  }

  /// Linear in the number of routes, of which there are a dozen. HEAD goes where GET does.
  package func match(method: String, path: String) -> Match {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    var allowed: [String] = []
    for route in routes {
      guard let parameters = route.parameters(of: parts) else { continue }
      let isTaken =
        route.methods.isEmpty || route.methods.contains(method)
        || (method == "HEAD" && route.methods.contains("GET"))
      if isTaken { return .found(route, parameters: parameters) }
      allowed += route.methods
    }
    guard !allowed.isEmpty else { return .unknownPath }
    if allowed.contains("GET") { allowed.append("HEAD") }
    return .wrongMethod(Array(Set(allowed)).sorted())
  }
}
