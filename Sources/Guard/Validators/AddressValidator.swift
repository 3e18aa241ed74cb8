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

  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? {
    HostCandidates.evidence(text, match)
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
