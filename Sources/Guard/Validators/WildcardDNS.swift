/// Public name services that answer with the address written in the name: `169.254.169.254.nip.io`, `a9fea9fe.rbndr.us`.
enum WildcardDNS {
  static func address(_ name: [UInt8]) -> UInt32? {
    if isLoopbackName(name) { return 0x7F00_0001 }
    guard services.contains(where: { hasSuffix(name, $0) }) else { return nil }
    // Four numbers with dots or hyphens between, anywhere in the name; or eight hexadecimal digits as a part.
    var numbers: [UInt32] = []
    for part in name.split(whereSeparator: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) {
      if part.count == 8, part.allSatisfy({ $0.hexValue != nil }) {
        return part.reduce(0) { $0 << 4 | UInt32($1.hexValue ?? 0) }
      }
      if part.count <= 3, part.allSatisfy(\.isASCIIDigit) {
        let value = part.reduce(0) { $0 * 10 + UInt32($1 - 0x30) }
        numbers.append(value & 255)
        if numbers.count == 4 { return numbers.reduce(0) { $0 << 8 | $1 } }
      } else {
        numbers = []
      }
    }
    return nil
  }

  private static func isLoopbackName(_ name: [UInt8]) -> Bool {
    loopbackNames.contains { name == Array($0.utf8) || hasSuffix(name, $0) }
  }

  private static func hasSuffix(_ name: [UInt8], _ suffix: String) -> Bool {
    let suffix = Array(suffix.utf8)
    guard name.count > suffix.count else { return false }
    return name.suffix(suffix.count).elementsEqual(suffix) && name[name.count - suffix.count - 1] == UInt8(ascii: ".")
  }

  private static let services = [
    "nip.io", "sslip.io", "xip.io", "rbndr.us", "1u.ms", "backname.io", "ip6.name", "getlocal.email", "traefik.me",
    "local-ip.co",
    "local-ip.sh", "my.local-ip.co", "plex.direct", "xip.name", "omg.lol", "ipv4.ga",
  ]

  /// Every name below these is 127.0.0.1.
  private static let loopbackNames = [
    "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "fbi.com.localtest.me", "localho.st",
    "yoogle.com.localtest.me",
    "fuf.me", "domaincontrol.localtest.me", "lvh.direct", "readme.localtest.me", "local.gd",
  ]
}
