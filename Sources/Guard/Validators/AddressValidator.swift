/// `metadata_address`, `private_address`, `disguised_address`: where the URLs and hosts in a match lead to.
struct AddressValidator: Validator {
  enum Target {
    /// The metadata or credential service of a cloud.
    case metadata
    /// Loopback, private, link-local, carrier-grade NAT, unspecified; metadata services too.
    case privateNetwork
    /// One of these, in a spelling that hides it.
    case disguised
  }

  private let target: Target

  init(_ target: Target) { self.target = target }

  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    HostCandidates.contains(text, match) { host in
      let address = HostAddress(host)
      switch target {
      case .metadata: return Self.isMetadata(address)
      case .privateNetwork: return Self.isPrivate(address) || Self.isMetadata(address)
      case .disguised: return address.isDisguised && (Self.isPrivate(address) || Self.isMetadata(address))
      }
    }
  }

  static func isMetadata(_ address: HostAddress) -> Bool {
    switch address.value {
    case .v4(let value): metadataIPv4.contains(value)
    case .v6(let words): metadataIPv6.contains(words)
    case .name: metadataNames.contains(String(decoding: address.name, as: UTF8.self))
    }
  }

  static func isPrivate(_ address: HostAddress) -> Bool {
    switch address.value {
    case .v4(let value):
      privateNetworks.contains { network, bits in value >> UInt32(32 - bits) == network >> UInt32(32 - bits) }
    case .v6(let words):
      words.dropLast().allSatisfy { $0 == 0 } && words[7] <= 1
        || words[0] & 0xFE00 == 0xFC00 || words[0] & 0xFF80 == 0xFE80
    case .name: isLocalName(address.name)
    }
  }

  private static func isLocalName(_ name: [UInt8]) -> Bool {
    let name = String(decoding: name, as: UTF8.self)
    return name == "localhost" || name.hasSuffix(".localhost") || name == "localhost.localdomain"
      || name == "ip6-localhost"
      || name == "ip6-loopback" || name == "host.docker.internal" || name == "gateway.docker.internal"
      || name == "kubernetes.default.svc" || name.hasSuffix(".svc.cluster.local")
  }

  /// AWS, GCP, Azure and others; ECS and EKS credentials; Azure's wire server; Alibaba; Oracle; Tencent; Scaleway.
  private static let metadataIPv4: Set<UInt32> = [
    0xA9FE_A9FE, 0xA9FE_AA02, 0xA9FE_AA17, 0xA83F_8110, 0x6464_64C8, 0xC000_00C0, 0xA9FE_0017, 0xA9FE_2A2A,
  ]

  /// fd00:ec2::254 and ::23 (AWS), fd20:ce::254 (GCP), fd00:42::42 (Scaleway), fd00:c1::a9fe:a9fe (Oracle).
  private static let metadataIPv6: Set<[UInt16]> = [
    [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254], [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x23], [0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254],
    [0xFD00, 0x42, 0, 0, 0, 0, 0, 0x42], [0xFD00, 0xC1, 0, 0, 0, 0, 0xA9FE, 0xA9FE],
  ]

  private static let metadataNames: Set<String> = [
    "metadata.google.internal", "metadata.goog", "metadata", "metadata.azure.internal", "metadata.azure.com",
    "instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com", "metadata.packet.net",
    "metadata.platformequinix.com", "api.metadata.cloud.ibm.com", "rancher-metadata", "metadata.internal",
  ]

  private static let privateNetworks: [(UInt32, Int)] = [
    (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
    (0xC0A8_0000, 16), (0xC612_0000, 15),
  ]
}

/// The hosts that a match names: of each URL in it, read also beyond the match; without a URL, every word that could be one.
enum HostCandidates {
  static func contains(_ text: UnsafeRawBufferPointer, _ match: Range<Int>, _ body: (ArraySlice<UInt8>) -> Bool) -> Bool
  {
    let start = max(0, match.lowerBound)
    let end = min(match.upperBound, text.count)
    var foundURL = false
    var index = start
    while index < end {
      if text[index] == UInt8(ascii: ":"), index + 2 < text.count, isSlash(text[index + 1]), isSlash(text[index + 2]) {
        foundURL = true
        var first = index + 3
        // http:///host and http:\\host are read as http://host.
        while first < text.count, isSlash(text[first]) { first += 1 }
        let authority = self.authority(text, from: first)
        if hosts(in: authority).contains(where: body) { return true }
        index = max(first, index + 1)
      } else {
        index += 1
      }
    }
    return foundURL ? false : words(text, start, end, body)
  }

  private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

  private static func authority(_ text: UnsafeRawBufferPointer, from start: Int) -> [UInt8] {
    var end = start
    while end < text.count, end - start < 512 {
      let byte = text[end]
      if byte <= 0x20 || isSlash(byte) || isEnd(byte) { break }
      end += 1
    }
    return Array(text[start..<end])
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
      UInt8(ascii: ">"),
      UInt8(ascii: "`"), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "{"):
      true
    default: false
    }
  }

  /// The part behind the last @ is the host, and so is, for parsers that disagree, what stands behind another one. Percent-encoding is
  /// undone.
  private static func hosts(in authority: [UInt8]) -> [ArraySlice<UInt8>] {
    let decoded = percentDecoded(authority)
    return decoded.split(separator: UInt8(ascii: "@")).enumerated().compactMap { position, part in
      let isUser = position == 0 && decoded.contains(UInt8(ascii: "@"))
      return isUser ? nil : withoutPort(part)
    }
  }

  private static func withoutPort(_ host: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if host.first == UInt8(ascii: "[") {
      let end = host.firstIndex(of: UInt8(ascii: "]")) ?? host.endIndex
      return host[host.startIndex..<end].dropFirst()
    }
    let colons = host.count { $0 == UInt8(ascii: ":") }
    return colons == 1 ? host.prefix { $0 != UInt8(ascii: ":") } : host
  }

  private static func percentDecoded(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
        let low = bytes[index + 2].hexValue
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func words(
    _ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ body: (ArraySlice<UInt8>) -> Bool
  ) -> Bool {
    func isPart(_ byte: UInt8) -> Bool {
      byte.isASCIIAlphanumeric || byte >= 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
    var index = start
    while index < end {
      guard isPart(text[index]) else {
        index += 1
        continue
      }
      var last = index
      while last < text.count, last < end + 128, isPart(text[last]) { last += 1 }
      var first = index
      while first > 0, index - first < 128, isPart(text[first - 1]) { first -= 1 }
      let word = Array(text[first..<last])[...]
      // A bare number is an address only in a URL.
      if word.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0.isASCIILetter }),
        body(withoutPort(word)) || body(word)
      {
        return true
      }
      index = last
    }
    return false
  }
}
