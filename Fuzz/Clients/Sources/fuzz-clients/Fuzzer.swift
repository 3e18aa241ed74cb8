import Guard
import JSONRPC
import StdioProxy

/// One run: files that grow out of each other, and the checks on each.
struct Fuzzer {
  private var generator: SettingsGenerator
  private var random: RandomSource
  private var pool: [(format: SettingsFormat, text: [UInt8])] = []

  private(set) var rounds = 0
  private(set) var read = 0
  private(set) var wrapped = 0
  private(set) var refused = 0
  private(set) var findings = 0

  private static let agent = AgentName("agent")

  init(seed: UInt64) {
    generator = SettingsGenerator(seed: seed)
    random = RandomSource(seed: ~seed)
  }

  mutating func round() {
    let (format, text) = nextText()
    rounds += 1
    if text.count < 3000 {
      if pool.count < 400 { pool.append((format, text)) } else { pool[random.below(400)] = (format, text) }
    }
    guard let document = try? SettingsDocument(text, dialect: Self.dialect(format)) else { return }
    read += 1
    if let whole = try? format.read(text) { report(places(whole, format, text), text) }
    let wraps = wraps(document)
    guard !wraps.isEmpty else { return }
    guard let done = try? document.wrapping(wraps) else {
      refused += 1
      return
    }
    wrapped += 1
    report(comesBack(document, wraps, done), text)
  }

  // MARK: Checks

  /// Every text stands where it is said to.
  private func places(_ node: SettingsNode, _ format: SettingsFormat, _ text: [UInt8]) -> String? {
    if let range = node.range {
      guard range.lowerBound >= 0, range.upperBound <= text.count else { return "a place beyond the text" }
      if let value = node.text {
        let literal = Array(text[range])
        let prefix = format == .toml ? Array("x = ".utf8) : []
        let again = try? format.read(prefix + literal)
        let meaning = format == .toml ? again?["x"]?.text : again?.text
        // A plain word of YAML may mean something else when it stands alone.
        if meaning.map({ Array($0.utf8) }) != Array(value.utf8), format != .yaml || literal.first == 0x22 {
          return "the bytes of a text do not say the text"
        }
      }
    }
    for child in (node.elements ?? []) + (node.members ?? []).map(\.value) {
      if let problem = places(child, format, text) { return problem }
    }
    return nil
  }

  /// The product has checked its own work; this looks at it from outside.
  private func comesBack(
    _ document: SettingsDocument, _ wraps: [SettingsDocument.Wrap], _ done: SettingsDocument.Wrapped
  ) -> String? {
    guard let after = try? SettingsDocument(done.text, dialect: document.dialect) else {
      return "wrapped, it cannot be read"
    }
    let unwraps = zip(wraps, done.traces).map {
      SettingsDocument.Unwrap(entry: $0.entry, invocation: $0.invocation, trace: $1)
    }
    guard let back = try? after.unwrapping(unwraps) else { return "it cannot be unwrapped" }
    guard back.text == document.text else { return "unwrapping does not give the same bytes" }
    let blind = unwraps.map { SettingsDocument.Unwrap(entry: $0.entry, invocation: $0.invocation, trace: nil) }
    guard let plain = try? after.unwrapping(blind) else { return "it cannot be unwrapped without its trace" }
    guard let again = try? SettingsDocument(plain.text, dialect: document.dialect) else {
      return "unwrapped, it cannot be read"
    }
    func words(_ document: SettingsDocument) -> [[String]] {
      document.entries.map { $0.process?.words.compactMap(\.text) ?? [] }
    }
    return words(again) == words(document) ? nil : "unwrapping without its trace changes a command line"
  }

  private func wraps(_ document: SettingsDocument) -> [SettingsDocument.Wrap] {
    guard let agent = Self.agent else { return [] }
    return document.entries.enumerated().compactMap { place, entry in
      guard let process = entry.process, !process.command.utf8.contains(0) else { return nil }
      let invocation = ProxyInvocation(
        agent: agent, config: "/c.yaml", command: process.command, arguments: process.arguments)
      return SettingsDocument.Wrap(entry: place, program: "/bin/oktsec", invocation: invocation)
    }
  }

  private static func dialect(_ format: SettingsFormat) -> Dialect {
    switch format {
    case .json: .json("mcpServers")
    case .toml: Dialect(.toml, [[[.name("mcp_servers")]]])
    case .yaml: Dialect(.yaml, [[[.name("extensions")]]], command: "cmd", environment: ["envs"])
    }
  }

  // MARK: Texts

  private mutating func nextText() -> (SettingsFormat, [UInt8]) {
    guard !pool.isEmpty, !random.oneIn(4) else {
      let format = random.pick([SettingsFormat.json, .toml, .yaml])
      return (format, generator.file(format).text)
    }
    let parent = random.pick(pool)
    var text = parent.text
    for _ in 0...random.below(3) { mutate(&text) }
    return (parent.format, text)
  }

  private static let pieces = [
    "\"", "'", "\"\"\"", "'''", "#", "//", "/*", "*/", "[", "]", "{", "}", ",", ":", "=", "\n", "\r\n", "\r", "\t", " ",
    "- ", "\\",
    "\\u0041", "null", "~", "true", "|\n", ">-\n", "&a ", "*a", "!!str ", "---\n", "?", "<<: ", "args", "command",
    "cmd",
    "é", "日", "\u{85}", "\u{2028}", "\u{FEFF}", "\0", "\u{7F}", "0x", "1979-05-27", "[[", "]]", ".", "mcp_servers",
    "proxy", "--",
  ]

  private mutating func mutate(_ text: inout [UInt8]) {
    let place = random.below(text.count + 1)
    switch random.below(5) {
    case 0: text.insert(contentsOf: random.pick(Self.pieces).utf8, at: place)
    case 1:
      let end = min(text.count, place + 1 + random.below(8))
      text.removeSubrange(place..<end)
    case 2:
      let end = min(text.count, place + 1 + random.below(30))
      text.insert(contentsOf: text[place..<end], at: random.below(text.count + 1))
    case 3: if place < text.count { text[place] = UInt8.random(in: .min ... .max, using: &random) }
    default:
      let end = min(text.count, place + random.below(4))
      text.replaceSubrange(place..<end, with: random.pick(Self.pieces).utf8)
    }
  }

  private mutating func report(_ problem: String?, _ text: [UInt8]) {
    guard let problem else { return }
    findings += 1
    print("text \(rounds): \(problem)")
    print("  \(String(reflecting: String(decoding: text, as: UTF8.self)))")
  }

  // MARK: Against another reader

  /// A TOML text and what it says, as one line of JSON; null when it is refused.
  mutating func described() -> String {
    var text = generator.file(.toml).text
    if !random.oneIn(3) { for _ in 0...random.below(2) { mutate(&text) } }
    var writer = JSONWriter()
    let node = try? SettingsFormat.toml.read(text)
    writer.object { writer in
      writer.name("bytes")
      writer.array { writer in
        for byte in text {
          writer.element()
          writer.raw(String(byte))
        }
      }
      writer.name("says")
      if let node { Self.write(node, &writer) } else { writer.raw("null") }
    }
    return writer.text
  }

  private static func write(_ node: SettingsNode, _ writer: inout JSONWriter) {
    switch node.value {
    case .text(let text): writer.string(text)
    case .literal, .null, .skipped: writer.raw("0")
    case .list(let elements):
      writer.array { writer in
        for element in elements {
          writer.element()
          write(element, &writer)
        }
      }
    case .table(let members):
      writer.object { writer in
        for member in members {
          writer.name(member.name)
          write(member.value, &writer)
        }
      }
    }
  }
}
