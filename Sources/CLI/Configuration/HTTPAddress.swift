#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Checks addresses that people write into a config. It does not resolve names.
package enum HTTPAddress {
  enum Defect: String {
    case scheme = "it must begin with http:// or https://"
    case host = "the host is missing or no host name or IP address"
    case port = "the port must be a number from 1 to 65535"
    case credentials = "a user name or password does not belong there"
    case characters = "it holds a space or another character that must be percent-encoded"
    case fragment = "a fragment (#) is never sent"
    case tooLong = "it is longer than 2048 bytes"
  }

  /// What is wrong with a text as the address of a web service (RFC 3986); nil when nothing is.
  static func defect(in text: String) -> Defect? {
    guard text.utf8.count <= 2048 else { return .tooLong }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }) else { return .characters }
    guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else { return .scheme }
    let rest = text.dropFirst(scheme.count)
    if rest.contains("#") { return .fragment }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    if authority.contains("@") { return .credentials }
    var host = authority
    var port: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return .host }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let behind = authority[authority.index(after: end)...]
      guard host.contains(":"), behind.isEmpty || behind.hasPrefix(":") else { return .host }
      port = behind.isEmpty ? nil : behind.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
      if host.contains(":") { return .host }
    }
    guard isHost(String(host)), authority.hasPrefix("[") || !host.contains(":") else { return .host }
    if let port {
      guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port), (1...65_535).contains(number) else {
        return .port
      }
    }
    return nil
  }

  /// Whether a text is a host name (RFC 1123, also with `_`) or an IPv4 or IPv6 address without brackets.
  static func isHost(_ text: String) -> Bool {
    if isAddress(text) { return true }
    guard (1...253).contains(text.utf8.count) else { return false }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    // All digits in the last label: an IPv4 address that is none.
    guard let last = labels.last, !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
          default: false
          }
        }
    }
  }

  /// Whether what listens there can be reached from this machine only.
  package static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    return isAddress(host) && host.hasPrefix("127.")
  }

  private static let forbidden = Set("\"<>\\^`{|}".utf8)

  private static func isAddress(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
  }
}
