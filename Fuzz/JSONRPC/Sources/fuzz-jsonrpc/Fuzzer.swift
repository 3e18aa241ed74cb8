import JSONRPC

/// One run: a pool of texts that grow out of each other, and the checks on each.
struct Fuzzer {
  private var generator: MessageGenerator
  private var random: SeededGenerator
  /// Earlier texts, damaged ones among them, to mutate again.
  private var pool: [[UInt8]] = []
  private let checks = Checks()

  private(set) var rounds = 0
  private(set) var accepted = 0
  private(set) var messages = 0
  private(set) var ids = 0
  private(set) var findings = 0
  private(set) var known: [FoundationReader.Difference: Int] = [:]

  private static let poolSize = 500

  init(seed: UInt64) {
    generator = MessageGenerator(seed: seed)
    random = SeededGenerator(seed: ~seed)
  }

  mutating func round() {
    let text = nextText()
    rounds += 1
    keep(text)
    let limit = 1 + random.below(random.oneIn(3) ? 400 : 40)
    report(checks.stream(text, chunks: randomChunks(text, using: &random), limit: limit), text)
    report(checks.repair(text), text)
    report(checks.envelope(text, chunks: randomChunks(text, using: &random)), text)
    report(checks.scanBytes(text), text)

    switch FoundationReader.compare(text) {
    case .unexplained(let reason): report("Foundation: \(reason)", text)
    case .known(let difference): known[difference, default: 0] += 1
    case .bothRefuse, .bothAcceptTheSameValue: break
    }
    // From here on the text is UTF-8, as in the relay.
    let repaired = text.withUnsafeBytes { UTF8Repair.repaired($0) }
    report(checks.values(repaired), repaired)
    report(checks.spans(repaired), repaired)
    report(checks.pointers(repaired, offset: random.below(repaired.count + 1)), repaired)
    let (problem, found) = checks.messages(repaired)
    report(problem, repaired)
    messages += found.count
    ids += found.count { $0.requestID != nil }
    if !found.isEmpty { accepted += 1 }
  }

  // MARK: Texts

  private mutating func nextText() -> [UInt8] {
    switch random.below(10) {
    case 0: return generator.text()
    case 1:
      let value = generator.json.value()
      return generator.json.spell(value)
    case 2:
      let batch = JSONValue.array((0..<random.below(4)).map { _ in generator.message() })
      return generator.json.spell(batch)
    case 3:
      // Deep, wide, or a stream of several lines.
      switch random.below(4) {
      case 0: return nested(depth: 500 + random.below(30))
      case 1: return wide(count: random.below(60))
      default:
        return (0..<random.below(5)).flatMap { _ in generator.text() + random.pick([[0x0A], [0x0D, 0x0A], []]) }
      }
    case 4: return (0..<random.below(60)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    default:
      let parent = pool.isEmpty || random.oneIn(3) ? generator.text() : random.pick(pool)
      let child = ByteMutator.mutated(parent, using: &random)
      return random.oneIn(8) && !pool.isEmpty ? spliced(child, random.pick(pool)) : child
    }
  }

  private mutating func nested(depth: Int) -> [UInt8] {
    let objects = (0..<depth).map { _ in random.oneIn(2) }
    return objects.flatMap { Array(($0 ? "{\"a\":" : "[").utf8) } + [0x31]
      + objects.reversed().map { UInt8(ascii: $0 ? "}" : "]") }
  }

  private mutating func wide(count: Int) -> [UInt8] {
    let members = (0..<count).map { _ in "\"\(random.oneIn(4) ? "\\u006e" : "n")\(random.below(500))\":{\"n\":1}" }
    return Array("{\(members.joined(separator: ","))}".utf8)
  }

  private mutating func spliced(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    Array(left.prefix(random.below(left.count + 1))) + right.suffix(random.below(right.count + 1))
  }

  private mutating func keep(_ text: [UInt8]) {
    guard text.count < 2000 else { return }
    if pool.count < Self.poolSize { pool.append(text) } else { pool[random.below(Self.poolSize)] = text }
  }

  // MARK: Findings

  private mutating func report(_ problem: String?, _ text: [UInt8]) {
    guard let problem else { return }
    findings += 1
    print("text \(rounds): \(problem)")
    print("  \(String(reflecting: String(decoding: text, as: UTF8.self)))")
    print("  bytes: \(text)")
  }
}
