import Guard

/// What every request must get past, before anybody looks at what it wants. Pure.
///
/// A web page in a browser on the same machine can send requests to loopback; `Host` and `Origin` tell it apart from a
/// program (DNS rebinding, cross-site requests).
package struct Gate: Sendable {
  /// Names and addresses besides those of loopback under which the server may be asked, in lower case, without ports.
  private let allowedHosts: Set<String>
  /// SHA-256 of the API key. Digests, so that a comparison tells nothing about the length either.
  private let key: Digest?

  package init(allowedHosts: [String] = [], apiKey: String? = nil) {
    self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
    key = apiKey.map(Self.digest)
  }

  /// Whether clients need a key at all.
  package var hasKey: Bool { key != nil }

  /// - Parameter authority: of the `Host` field; nil when there is none.
  /// - Returns: nil when the request may go on.
  func refusal(authority: String?, headers: HeaderList, access: Route.Access) -> EndpointReply? {
    guard let authority, let host = Self.host(of: authority) else {
      return .error(400, "the Host field is missing, or no host")
    }
    // 421: the connection reached a server that does not answer for that name (RFC 9110, section 15.5.20).
    guard isOurs(host) else {
      return .error(421, "this server does not answer for that host; see server.allowed_hosts")
    }
    if headers.contains("Origin") {
      guard let origin = headers["Origin"], isOurs(origin: origin, authority: authority) else {
        return .error(403, "requests from other web sites are refused")
      }
    }
    guard case .key = access, let key else { return nil }
    guard let offered = Self.offeredKey(headers), Self.isEqual(Self.digest(offered), key) else {
      return .error(
        401, "the API key is missing or wrong; send it as Authorization: Bearer KEY or X-API-Key: KEY",
        headers: HeaderList([("WWW-Authenticate", "Bearer realm=\"oktsec\"")]))
    }
    return nil
  }

  private func isOurs(_ host: String) -> Bool { Self.isLoopback(host) || allowedHosts.contains(host) }

  /// The same origin as the request's, or a host that the config allows.
  private func isOurs(origin: String, authority: String) -> Bool {
    let origin = origin.lowercased()
    guard let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else { return false }
    let other = String(origin.dropFirst(scheme.count))
    if other.utf8.elementsEqual(authority.lowercased().utf8) { return true }
    return Self.host(of: other).map(allowedHosts.contains) ?? false
  }

  /// Both, and different ones: two readers could take different ones, so neither counts.
  private static func offeredKey(_ headers: HeaderList) -> String? {
    var keys: [String] = headers.all("X-API-Key")
    for value in headers.all("Authorization") {
      let parts = value.split(separator: " ", omittingEmptySubsequences: true)
      guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
      keys.append(String(parts[1]))
    }
    return keys.count == 1 ? keys[0] : nil
  }

  /// Host without its port, in lower case. Nil when it is no host.
  static func host(of authority: String) -> String? {
    let text = authority.lowercased()
    guard !text.isEmpty, text.utf8.count <= 260, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    var host: Substring
    var rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else {
      host = text.prefix { $0 != ":" }
      rest = text.dropFirst(host.count)
    }
    if rest.hasPrefix(":") {
      rest = rest.dropFirst()
      guard rest.utf8.count <= 5, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    } else if !rest.isEmpty {
      return nil
    }
    if host.hasSuffix(".") { host = host.dropLast() }
    return host.isEmpty ? nil : String(host)
  }

  /// `localhost`, 127.0.0.0/8 as four decimal numbers, `::1`.
  package static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { (1...3).contains($0.utf8.count) && Int($0).map { (0...255).contains($0) } ?? false }
  }

  private static func digest(_ text: String) -> Digest {
    var text = text
    return text.withUTF8 { SHA256.digest(UnsafeRawBufferPointer($0)) }
  }

  private static func isEqual(_ left: Digest, _ right: Digest) -> Bool {
    zip(left.bytes, right.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
