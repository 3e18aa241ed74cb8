/// The address of a web service, taken apart. The config has checked its form; this refuses what it cannot tell.
package struct TargetURL: Sendable, Equatable {
  /// Scheme and host in lower case, the rest as it was written.
  package let text: String
  package let isTLS: Bool
  /// A name or a numeric address, lower case, without brackets.
  package let host: String
  package let port: Int

  /// - Returns: nil for what is no `http` or `https` URL with a host, and for one with a user or a fragment.
  package init?(_ text: String) {
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let lower = text.lowercased()
    guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return nil }
    let rest = lower.dropFirst(scheme.count)
    guard !rest.contains("#"), !rest.contains("\\") else { return nil }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@") else { return nil }
    var host = authority
    var behind = Substring()
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      behind = authority[authority.index(after: end)...]
      guard NetworkAddress(String(host)) != nil, host.contains(":") else { return nil }
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      behind = authority[colon...]
    }
    // Nothing that another reader of URLs could decode into a different name.
    guard !host.isEmpty, host.contains(":") || host.utf8.allSatisfy(Self.isNameByte) else { return nil }
    isTLS = scheme == "https://"
    if behind.isEmpty {
      port = isTLS ? 443 : 80
    } else {
      let digits = behind.dropFirst()
      guard behind.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        (1...65_535).contains(number)
      else { return nil }
      port = number
    }
    self.text = scheme + authority + text.dropFirst(scheme.count + authority.count)
    self.host = String(host)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// Whether the address is written as one of this machine or of a private network. For addresses whose writer means that
  /// by writing it (`deliver_to`); a public name that resolves to one does not.
  package var isPlainlyPrivate: Bool {
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    return NetworkAddress(host).map { $0.kind == .special } ?? false
  }
}
