/// The network address that a host name stands for, in any spelling that resolvers and URL parsers take.
struct HostAddress: Equatable {
  enum Value: Equatable {
    case v4(UInt32)
    case v6([UInt16])
    case name
  }

  let value: Value
  /// Written otherwise than in the usual form: octal, hexadecimal, one number, too few parts, too big octets, an IPv4 address
  /// inside an IPv6 one or inside a name.
  let isDisguised: Bool
  /// Lower-case ASCII, without a trailing dot.
  let name: [UInt8]

  /// - Parameter host: as in a URL: no port, no user, brackets allowed. At most 255 bytes are looked at.
  init(_ host: some Sequence<UInt8>) {
    let plain = Self.plain(Array(host.prefix(255)))
    var disguised = plain.changed
    name = plain.name
    if let words = IPv6Text.parse(plain.name) {
      if let embedded = IPv6Text.embeddedIPv4(words) {
        value = .v4(embedded)
        disguised = true
      } else {
        value = .v6(words)
      }
    } else if let number = IPv4Text.parse(plain.name) {
      value = .v4(number.value)
      disguised = disguised || !number.isUsual
    } else if let number = WildcardDNS.address(plain.name) {
      value = .v4(number)
      disguised = true
    } else {
      value = .name
    }
    isDisguised = disguised
  }

  /// Lower case; full-width and circled characters and the other full stops made ASCII; brackets and dots at the end taken off.
  private static func plain(_ host: [UInt8]) -> (name: [UInt8], changed: Bool) {
    var result: [UInt8] = []
    var changed = false
    host.withUnsafeBytes { bytes in
      var index = 0
      while index < bytes.count {
        let scalar = DecodedScalar(bytes, at: index)
        index += scalar.length
        if scalar.value < 0x80 {
          let byte = UInt8(scalar.value)
          result.append(byte.isASCIIUpper ? byte | 0x20 : byte)
          continue
        }
        changed = true
        if let digits = circledNumber(scalar.value) {
          result.append(contentsOf: digits)
        } else {
          let folded = ScalarClass.of(scalar.value).ascii
          if folded == 0 {
            result.append(scalar: scalar.value)
          } else {
            result.append(folded.isASCIIUpper ? folded | 0x20 : folded)
          }
        }
      }
    }
    if result.first == UInt8(ascii: "[") { result.removeFirst() }
    if result.last == UInt8(ascii: "]") { result.removeLast() }
    while result.last == UInt8(ascii: ".") { result.removeLast() }
    return (result, changed)
  }

  /// ① to ⑳, ⓪, superscripts and subscripts, which IDNA maps to digits.
  private static func circledNumber(_ scalar: UInt32) -> [UInt8]? {
    let number: UInt32
    switch scalar {
    case 0x2460...0x2473: number = scalar - 0x2460 + 1
    case 0x24EA, 0x2070, 0x2080: number = 0
    case 0x00B9: number = 1
    case 0x00B2, 0x00B3: number = scalar - 0xB0
    case 0x2074...0x2079: number = scalar - 0x2070
    case 0x2081...0x2089: number = scalar - 0x2080
    default: return nil
    }
    return Array(String(number).utf8)
  }
}
