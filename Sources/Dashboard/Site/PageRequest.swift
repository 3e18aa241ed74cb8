/// One HTTP request for the dashboard, free of any HTTP library.
///
/// Whoever mounts the site has checked `Host` and the size of the body already; everything else is checked here.
package struct PageRequest: Sendable {
  /// Upper case.
  package let method: String
  /// Percent decoded, without the query.
  package let path: String
  package let query: FormFields
  package let body: [UInt8]
  /// The address of the other side as text, without a port.
  package let peer: String
  package let peerIsLoopback: Bool
  /// Whether the connection is encrypted: then the cookie may only travel so.
  package let isSecure: Bool
  /// Microseconds since 1970.
  package let now: Int64

  private let headers: [(name: String, value: String)]

  /// - Parameters:
  ///   - target: the request target in origin form: path, and query behind a question mark.
  ///   - headers: in the order in which they came; names in any case. `Host` may be given as `host`, or from
  ///     `:authority`.
  ///   - body: at most `maximumBody` bytes; a longer one is answered 413.
  package init(
    method: String, target: String, headers: [(name: String, value: String)], body: [UInt8] = [], peer: String,
    peerIsLoopback: Bool, isSecure: Bool, now: Int64
  ) {
    self.method = method.uppercased()
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = PercentCoding.decode(parts.first.map(String.init) ?? "", plusIsSpace: false)
    query = FormFields(parsing: parts.count > 1 ? Array(parts[1].utf8) : [])
    self.headers = headers.map { ($0.name.lowercased(), $0.value) }
    self.body = body
    self.peer = peer
    self.peerIsLoopback = peerIsLoopback
    self.isSecure = isSecure
    self.now = now
  }

  /// No form of the dashboard is longer.
  package static let maximumBody = 256 * 1024

  /// The first header of a name, given in lower case.
  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The values of a cookie: another site on the same host may have set one of the same name.
  func cookies(_ name: String) -> [String] {
    var values: [String] = []
    for header in headers where header.name == "cookie" {
      for part in header.value.split(separator: ";") {
        let pair = part.drop { $0 == " " }
        guard pair.hasPrefix(name + "=") else { continue }
        values.append(String(pair.dropFirst(name.utf8.count + 1)))
      }
    }
    return values
  }
}
