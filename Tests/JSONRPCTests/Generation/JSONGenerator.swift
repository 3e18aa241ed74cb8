import JSONRPC

/// Makes random JSON values, and spells a value in one of the many ways that RFC 8259 allows.
struct JSONGenerator {
  var random: SeededGenerator
  var maximumDepth = 5
  var maximumCount = 5

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  // MARK: Values

  mutating func value(depth: Int = 0) -> JSONValue {
    switch random.below(depth >= maximumDepth ? 5 : 9) {
    case 0: .null
    case 1: .bool(random.oneIn(2))
    case 2: .number(number())
    case 3, 4: .string(string())
    case 5, 6: .array((0..<random.below(maximumCount)).map { _ in value(depth: depth + 1) })
    default: object(depth: depth)
    }
  }

  /// Member names are distinct.
  mutating func object(depth: Int = 0) -> JSONValue {
    var names: Set<[UInt8]> = []
    var members: [(name: String, value: JSONValue)] = []
    for _ in 0..<random.below(maximumCount) {
      let name = string()
      if names.insert(Array(name.utf8)).inserted { members.append((name, value(depth: depth + 1))) }
    }
    return .object(members)
  }

  mutating func string() -> String {
    var text = ""
    for _ in 0..<random.below(random.oneIn(10) ? 60 : 8) { text.unicodeScalars.append(scalar()) }
    return text
  }

  /// Every form that the grammar of section 6 has, inside the range of a double.
  mutating func number() -> String {
    var text = random.oneIn(3) ? "-" : ""
    text += random.oneIn(4) ? "0" : digits(first: 1...9, count: 1 + random.below(6))
    if random.oneIn(3) { text += "." + digits(first: 0...9, count: 1 + random.below(5)) }
    if random.oneIn(4) { text += random.pick(["e", "E", "e+", "E-", "e-", "E+"]) + String(random.below(30)) }
    return text
  }

  private mutating func digits(first: ClosedRange<Int>, count: Int) -> String {
    let head = Int.random(in: first, using: &random)
    return String(head) + (1..<count).map { _ in String(random.below(10)) }.joined()
  }

  private static let unusual: [Unicode.Scalar] = [
    "\u{0}", "\u{1}", "\u{8}", "\t", "\n", "\u{C}", "\r", "\u{1F}", "\"", "\\", "/", "\u{7F}", "\u{80}", "\u{85}", "é",
    "\u{301}", "\u{7FF}", "\u{800}", "\u{2028}", "\u{2029}", "\u{212A}", "\u{17F}", "\u{D7FF}", "\u{E000}", "\u{FEFF}",
    "\u{FFFD}", "\u{FFFF}", "\u{10000}", "😀", "🇨", "\u{200D}", "\u{10FFFF}",
  ]

  private mutating func scalar() -> Unicode.Scalar {
    random.oneIn(3) ? random.pick(Self.unusual) : Unicode.Scalar(UInt8(0x20 + random.below(0x5F)))
  }

  // MARK: Spelling

  mutating func spell(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    spell(value, &output)
    return output
  }

  private mutating func spell(_ value: JSONValue, _ output: inout [UInt8]) {
    space(&output)
    switch value {
    case .null: output += Array("null".utf8)
    case .bool(let flag): output += Array((flag ? "true" : "false").utf8)
    case .number(let literal): output += Array(literal.utf8)
    case .string(let text): spellString(text, &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        spell(element, &output)
      }
      if elements.isEmpty { space(&output) }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        space(&output)
        spellString(member.name, &output)
        space(&output)
        output.append(UInt8(ascii: ":"))
        spell(member.value, &output)
      }
      if members.isEmpty { space(&output) }
      output.append(UInt8(ascii: "}"))
    }
    space(&output)
  }

  private mutating func space(_ output: inout [UInt8]) {
    while random.oneIn(6) { output.append(random.pick([0x20, 0x09, 0x0A, 0x0D])) }
  }

  mutating func spellString(_ text: String, _ output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
      guard mustEscape || random.oneIn(12) else {
        output += Array(String(scalar).utf8)
        continue
      }
      if let short = Self.shortEscapes[scalar], random.oneIn(2) {
        output += [UInt8(ascii: "\\"), short]
      } else {
        for unit in String(scalar).utf16 { output += Self.escape(unit, upper: random.oneIn(2)) }
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private static let shortEscapes: [Unicode.Scalar: UInt8] = [
    "\"": UInt8(ascii: "\""), "\\": UInt8(ascii: "\\"), "/": UInt8(ascii: "/"), "\u{8}": UInt8(ascii: "b"),
    "\u{C}": UInt8(ascii: "f"), "\n": UInt8(ascii: "n"), "\r": UInt8(ascii: "r"), "\t": UInt8(ascii: "t"),
  ]

  static func escape(_ unit: UInt16, upper: Bool) -> [UInt8] {
    let digits = String(unit, radix: 16, uppercase: upper)
    return Array("\\u".utf8) + Array(repeating: UInt8(ascii: "0"), count: 4 - digits.utf8.count) + Array(digits.utf8)
  }
}
