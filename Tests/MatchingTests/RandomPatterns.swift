@testable import Matching

/// A small deterministic generator (SplitMix64), so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Random expressions over a small alphabet, with gaps in every place where they are difficult, and texts that nearly match.
struct RandomPatterns {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func expression() -> String {
    (random.chance(20) ? "(?i)" : "") + (random.chance(15) ? "(?m)" : "") + (random.chance(15) ? "(?s)" : "")
      + sequence(depth: 3)
  }

  private mutating func sequence(depth: Int) -> String {
    (0..<Int.random(in: 1...4, using: &random)).map { _ in part(depth: depth) }.joined()
  }

  private mutating func part(depth: Int) -> String {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<7: return word()
    case 7..<10: return gap()
    case 10: return phrase()
    case 11: return random.pick(["^", "$", "\\b", "\\B", "\\A", "\\z"])
    case 12..<14: return random.pick(["[ab]", "[^a]", "\\w", "\\s", "\\d", ".", "[^\\n]", "\\W"]) + quantifier()
    case 14..<17 where depth > 0:
      let branches = (0..<Int.random(in: 2...3, using: &random)).map { _ in sequence(depth: depth - 1) }
      return "(?:" + branches.joined(separator: "|") + (random.chance(10) ? "|" : "") + ")" + quantifier()
    case 17..<19 where depth > 0: return "(" + sequence(depth: depth - 1) + ")" + quantifier()
    default: return word()
    }
  }

  private mutating func word() -> String {
    random.pick(["a", "b", "ab", "ba", "abc", "bca", "a b", "key", "\\n", "aab", "x"])
  }

  /// Words with white space between them.
  private mutating func phrase() -> String {
    let space = random.pick(["\\s", "\\s{1,3}", "\\s{0,2}", " ", "  ", "\\s{2}", "[ \\t]{1,2}", "\\n"])
    let first = random.pick(["", "key", "(?:ab|cab|kxey)", "bca"])
    let second = random.pick(["key", "(?:ab|bca)", "(?:key|aabx|)", "xab"])
    return first + space + second + random.pick(["", space + "abc"])
  }

  private mutating func gap() -> String {
    let set = random.pick([".", "[^a]", "[ab]", "\\w", "[^\\n]", "\\S", "[^b ]", "\\s"])
    return set + random.pick(["{0,6}", "{0,9}", "{5,7}", "{2,8}", "*", "+", "{6}", "{5,}", "{0,30}", "*?"])
  }

  private mutating func quantifier() -> String {
    random.chance(60) ? "" : random.pick(["?", "{0,2}", "{1,3}", "{2}", "??", "*", "+"])
  }

  /// A text of pieces that the pattern matches, damaged, between noise.
  mutating func text(for node: Node, length: Int) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < length {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        var piece = sample(node)
        if random.chance(40), !piece.isEmpty { piece[Int.random(in: 0..<piece.count, using: &random)] = noise() }
        text += piece
      case 5: text.append(0xFF)
      default: text += (0..<Int.random(in: 1...6, using: &random)).map { _ in noise() }
      }
    }
    return text
  }

  private mutating func noise() -> UInt8 {
    random.pick(Array("aabbc kxey  \n\tA_9".utf8) + [0x00, 0x80, 0xC3, 0xFE, 0xFF])
  }

  /// Something the node would match if its assertions held.
  private mutating func sample(_ node: Node) -> [UInt8] {
    switch node {
    case .empty, .assertion: return []
    case .bytes(let set):
      let usual = Array("abc kxey\n\tB".utf8).filter(set.contains)
      return [random.pick(usual.isEmpty ? set.members : usual)]
    case .concatenation(let parts): return parts.flatMap { sample($0) }
    case .alternation(let branches): return sample(random.pick(branches))
    case .repetition(let inner, let minimum, let maximum):
      let most = min(maximum ?? minimum + 4, minimum + 9)
      return (0..<Int.random(in: minimum...most, using: &random)).flatMap { _ in sample(inner) }
    }
  }
}
