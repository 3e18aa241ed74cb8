#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A numeric address to which a connection may be made, and what kind of network it leads to.
struct NetworkAddress: Hashable, Sendable {
  enum Kind: Sendable, Equatable {
    /// Reachable by everybody.
    case `public`
    /// Loopback, private, link-local, shared, reserved, multicast: everything else that the registries of special-purpose
    /// addresses name (RFC 6890 and its successors).
    case special
    /// The metadata or credential service of a cloud.
    case metadata
  }

  /// 4 or 16 bytes, in network order. An IPv4 address inside an IPv6 one stands as the four bytes.
  private let bytes: [UInt8]

  /// - Returns: nil unless 4 or 16 bytes are given.
  init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    // ::ffff:a.b.c.d is reached over IPv4.
    if bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      self.bytes = Array(bytes[12...])
    } else {
      self.bytes = bytes
    }
  }

  /// - Parameter text: dotted decimal, or IPv6 without brackets; no other spelling.
  init?(_ text: String) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(bytes: withUnsafeBytes(of: v4) { Array($0) })
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      self.init(bytes: withUnsafeBytes(of: v6) { Array($0) })
    } else {
      return nil
    }
  }

  var isIPv4: Bool { bytes.count == 4 }

  /// The usual numeric form, without brackets.
  var text: String {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = socklen_t(buffer.count)
    let isWritten = bytes.withUnsafeBytes { raw in
      inet_ntop(isIPv4 ? AF_INET : AF_INET6, raw.baseAddress, &buffer, length) != nil
    }
    guard isWritten else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var kind: Kind { isIPv4 ? Self.kind(ofIPv4: bytes[...]) : kindOfIPv6 }

  private static func kind(ofIPv4 bytes: ArraySlice<UInt8>) -> Kind {
    let value = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if metadataIPv4.contains(value) { return .metadata }
    let isSpecial = specialIPv4.contains { network, bits in value >> (32 - bits) == network >> (32 - bits) }
    return isSpecial ? .special : .public
  }

  private var kindOfIPv6: Kind {
    let words = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    if Self.metadataIPv6.contains(words) { return .metadata }
    // Translation (RFC 6052): what counts is the address behind it. A network's own prefix for it cannot be known.
    if words[..<6] == [0x64, 0xFF9B, 0, 0, 0, 0] { return Self.kind(ofIPv4: bytes[12...]) }
    // 6to4 (RFC 3056) and addresses compatible with IPv4 (RFC 4291) are of the past; they carry one, which may be metadata.
    let embedded: ArraySlice<UInt8>? =
      if words[0] == 0x2002 {
        bytes[2..<6]
      } else if words[..<6].allSatisfy({ $0 == 0 }) {
        bytes[12...]
      } else {
        nil
      }
    if let embedded { return Self.kind(ofIPv4: embedded) == .metadata ? .metadata : .special }
    // Only 2000::/3 is given out for general use, and of it not these.
    let isGeneral = words[0] & 0xE000 == 0x2000
    let isReserved =
      (words[0] == 0x2001 && words[1] & 0xFE00 == 0)  // 2001::/23: protocols, Teredo among them
      || (words[0] == 0x2001 && words[1] == 0x0DB8) || (words[0] == 0x3FFF && words[1] & 0xF000 == 0)  // examples
    return isGeneral && !isReserved ? .public : .special
  }

  /// The IPv4 special-purpose registry, and multicast (RFC 5771).
  private static let specialIPv4: [(UInt32, UInt32)] = [
    (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
    (0xC000_0000, 24), (0xC000_0200, 24), (0xC01F_C400, 24), (0xC034_C100, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
    (0xC0AF_3000, 24), (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
  ]

  /// AWS, GCP, Azure and others; credentials of ECS and EKS; Azure's wire server; Alibaba; Oracle; Tencent; Scaleway.
  private static let metadataIPv4: Set<UInt32> = [
    0xA9FE_A9FE, 0xA9FE_AA02, 0xA9FE_AA17, 0xA83F_8110, 0x6464_64C8, 0xC000_00C0, 0xA9FE_0017, 0xA9FE_2A2A,
  ]

  /// fd00:ec2::254 and ::23 (AWS), fd20:ce::254 (GCP), fd00:42::42 (Scaleway), fd00:c1::a9fe:a9fe (Oracle).
  private static let metadataIPv6: Set<[UInt16]> = [
    [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254], [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x23], [0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254],
    [0xFD00, 0x42, 0, 0, 0, 0, 0, 0x42], [0xFD00, 0xC1, 0, 0, 0, 0, 0xA9FE, 0xA9FE],
  ]
}
