// The fuzzer compiles this file together with the editors themselves.
#if canImport(CLI)
@testable import CLI
#endif

/// Settings files as people, editors and programs leave them behind: any indentation, comments wherever the format has
/// them, trailing commas, CRLF, a byte order mark, quotation marks of every kind, members in any order.
struct SettingsGenerator {
  var random: RandomSource
  private var lineEnd = "\n"

  init(seed: UInt64) { random = RandomSource(seed: seed) }

  struct Server {
    var name: String
    /// Empty for a remote server.
    var words: [String]
  }

  /// A file and the servers that it names.
  mutating func file(_ format: SettingsFormat) -> (text: [UInt8], servers: [Server]) {
    lineEnd = random.oneIn(4) ? "\r\n" : "\n"
    let servers = self.servers()
    let text =
      switch format {
      case .json: json(servers)
      case .toml: toml(servers)
      case .yaml: yaml(servers)
      }
    let mark: [UInt8] = random.oneIn(8) ? [0xEF, 0xBB, 0xBF] : []
    return (mark + Array(text.utf8), servers)
  }

  mutating func words() -> [String] {
    [random.pick(Self.programs)] + (0..<random.below(5)).map { _ in random.pick(Self.arguments) }
  }

  private mutating func servers() -> [Server] {
    var names = Self.names.shuffled(using: &random)
    return (0..<random.below(5)).map { _ in
      Server(name: names.removeLast(), words: random.oneIn(6) ? [] : words())
    }
  }

  private static let names = [
    "files", "git", "my server", "größe", "a.b", "time", "say \"hi\"", "日本", "weather-2", "UPPER_case",
  ]
  private static let programs = [
    "npx", "uvx", "/usr/local/bin/tool", "C:\\Program\\node.exe", "docker", "${HOME}/bin/x", "python3", "node", "it's",
    "日本",
  ]
  private static let arguments = [
    "-y", "@scope/server-x@1.2", "--flag=value", "/home/ann/my files", "", "a\"b", "back\\slash", "tab\there",
    "ünïcode", "--",
    "${input:key}", "x: y", "# no comment", "{}", "[1, 2]", "true", "42", "-", "new\nline", "'quoted'", "//", "/* x */",
    "proxy",
  ]

  private mutating func blanks(_ count: Int = 3) -> String { String(repeating: " ", count: random.below(count)) }

  // MARK: JSON

  private mutating func json(_ servers: [Server]) -> String {
    let indent = random.pick(["  ", "    ", "\t", "", " "])
    let isOneLine = random.oneIn(5)
    let hasComments = random.oneIn(2)
    var members = servers.map { server in (Self.jsonText(server.name), server) }.map { name, server in
      (name, jsonEntry(server, isOneLine: isOneLine || random.oneIn(5), indent: indent, comments: hasComments))
    }
    if members.isEmpty, random.oneIn(2) { members = [] }
    let list = table(members, depth: 2, indent: indent, isOneLine: isOneLine, comments: hasComments)
    var top: [(String, String)] = [("\"mcpServers\"", list)]
    if random.oneIn(2) { top.append(("\"theme\"", "\"dark // not a comment\"")) }
    if random.oneIn(2) {
      top.insert(("\"other\"", "{\"mcpServers\": {\"x\": {\"command\": \"y\"}}, \"n\": [1, 2.5e3, null]}"), at: 0)
    }
    return blanks() + comment(hasComments)
      + table(top, depth: 1, indent: indent, isOneLine: isOneLine, comments: hasComments)
      + (random.oneIn(3) ? "" : lineEnd)
  }

  private mutating func jsonEntry(_ server: Server, isOneLine: Bool, indent: String, comments: Bool) -> String {
    var members: [(String, String)] = []
    if let command = server.words.first {
      members.append((random.oneIn(9) ? "\"\\u0063ommand\"" : "\"command\"", jsonValue(command)))
      let arguments = Array(server.words.dropFirst())
      if !arguments.isEmpty || random.oneIn(2) {
        let isSpread = !isOneLine && random.oneIn(2)
        members.append(
          ("\"args\"", list(arguments, depth: 4, indent: indent, isOneLine: !isSpread, comments: comments)))
      } else if random.oneIn(3) {
        members.append(("\"args\"", "null"))
      }
      if random.oneIn(3) { members.append(("\"env\"", "{\"API_KEY\": \"secret\", \"args\": \"x\"}")) }
      if random.oneIn(4) { members.append(("\"disabled\"", random.pick(["true", "false"]))) }
    } else {
      members.append(("\"url\"", "\"https://example.test/mcp\""))
    }
    if random.oneIn(3) { members.shuffle(using: &random) }
    return table(members, depth: 3, indent: indent, isOneLine: isOneLine, comments: comments)
  }

  private mutating func table(
    _ members: [(String, String)], depth: Int, indent: String, isOneLine: Bool, comments: Bool
  ) -> String {
    let items = members.map { name, value in name + random.pick([": ", ":", " : "]) + value }
    return bracketed("{", "}", items, depth: depth, indent: indent, isOneLine: isOneLine, comments: comments)
  }

  private mutating func list(
    _ words: [String], depth: Int, indent: String, isOneLine: Bool, comments: Bool
  ) -> String {
    let items = words.map { jsonValue($0) }
    return bracketed("[", "]", items, depth: depth, indent: indent, isOneLine: isOneLine, comments: comments)
  }

  private mutating func bracketed(
    _ open: String, _ close: String, _ items: [String], depth: Int, indent: String, isOneLine: Bool, comments: Bool
  ) -> String {
    if items.isEmpty { return open + blanks() + comment(comments) + close }
    let inner = isOneLine ? "" : lineEnd + String(repeating: indent, count: depth)
    let space = isOneLine ? random.pick(["", " "]) : ""
    var text = open + space
    for (place, item) in items.enumerated() {
      text += inner + comment(comments) + item
      if place < items.count - 1 || random.oneIn(4) { text += "," + (isOneLine ? random.pick(["", " "]) : "") }
      if !isOneLine, comments, random.oneIn(5) { text += " // a, \"b\": {" }
    }
    return text + (isOneLine ? space : lineEnd + String(repeating: indent, count: depth - 1)) + close
  }

  private mutating func comment(_ isAllowed: Bool) -> String {
    isAllowed && random.oneIn(6) ? random.pick(["/* \"x\": [ */", "/**/ ", "/* ] } */ "]) : ""
  }

  private mutating func jsonValue(_ text: String) -> String {
    // Escapes where none are needed have to come back as they were.
    guard random.oneIn(6), let first = text.unicodeScalars.first, first.value < 0xD800 else {
      return Self.jsonText(text)
    }
    let digits = String(first.value, radix: 16)
    let escape = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    return "\"" + escape + Self.jsonText(String(text.unicodeScalars.dropFirst())).dropFirst()
  }

  private static func jsonText(_ text: String) -> String {
    String(decoding: TextLiteral.write(text, as: .json), as: UTF8.self)
  }

  // MARK: TOML

  private mutating func toml(_ servers: [Server]) -> String {
    var text = ""
    if random.oneIn(2) { text += "model = \"x\" # comment \(lineEnd)\(lineEnd)" }
    let form = random.below(4)
    if form == 3 {
      // Everything inline.
      let items = servers.map { server in "\(Self.tomlKey(server.name)) = \(tomlInline(server))" }
      return text + "mcp_servers = { \(items.joined(separator: ", ")) }\(lineEnd)"
    }
    if form == 2 { text += "[mcp_servers]\(lineEnd)" }
    for server in servers {
      let key = Self.tomlKey(server.name)
      switch form {
      case 2 where random.oneIn(2):
        text += "\(key) = \(tomlInline(server))\(lineEnd)"
      case 2:
        for (name, value) in tomlMembers(server) { text += "\(blanks())\(key).\(name) = \(value)\(lineEnd)" }
      default:
        let dot = random.pick([".", " . "])
        text += "[mcp_servers\(dot)\(key)]\(random.oneIn(4) ? " # x = \"y\"" : "")\(lineEnd)"
        for (name, value) in tomlMembers(server) {
          let ending = random.oneIn(5) ? " # [comment]" : ""
          text += "\(blanks())\(name)\(random.pick([" = ", "=", "  ="]))\(value)\(ending)\(lineEnd)"
          if random.oneIn(6) { text += lineEnd }
        }
        if random.oneIn(3) { text += "\(lineEnd)[mcp_servers.\(key).env]\(lineEnd)KEY = 'secret'\(lineEnd)" }
      }
    }
    if random.oneIn(3), form != 2 { text += "[[other]]\(lineEnd)at = 1979-05-27T07:32:00Z\(lineEnd)" }
    return random.oneIn(3) && text.hasSuffix(lineEnd) ? String(text.dropLast()) : text
  }

  private mutating func tomlMembers(_ server: Server) -> [(String, String)] {
    guard let command = server.words.first else { return [("url", "\"https://example.test/mcp\"")] }
    var members = [(random.oneIn(6) ? "\"command\"" : "command", tomlValue(command))]
    let arguments = Array(server.words.dropFirst())
    if !arguments.isEmpty || random.oneIn(2) { members.append(("args", tomlList(arguments, isInline: false))) }
    if random.oneIn(3) { members.append(("startup_timeout_sec", "10")) }
    if random.oneIn(3) { members.shuffle(using: &random) }
    return members
  }

  private mutating func tomlInline(_ server: Server) -> String {
    guard let command = server.words.first else { return "{ url = \"https://example.test\" }" }
    var members = ["command = \(tomlShort(command))"]
    let arguments = Array(server.words.dropFirst())
    if !arguments.isEmpty || random.oneIn(2) { members.append("args=\(tomlList(arguments, isInline: true))") }
    if random.oneIn(2) { members.append("env = { KEY = \"v\" }") }
    if random.oneIn(3) { members.shuffle(using: &random) }
    return "{\(blanks())\(members.joined(separator: ", "))\(blanks())}"
  }

  private mutating func tomlList(_ words: [String], isInline: Bool) -> String {
    let items = words.map { tomlShort($0) }
    if isInline || items.isEmpty || random.oneIn(2) {
      return "[\(blanks())\(items.joined(separator: random.pick([", ", ","])))\(blanks())]"
    }
    let note = random.oneIn(3) ? "  # ], \"x\"" : ""
    return "[\(lineEnd)  " + items.joined(separator: ",\(note)\(lineEnd)  ") + (random.oneIn(2) ? "," : "") + note
      + lineEnd + "]"
  }

  private mutating func tomlValue(_ text: String) -> String {
    guard random.oneIn(6), !text.contains("\""), !text.contains("\\"), !text.contains("\n") else {
      return tomlShort(text)
    }
    return "\"\"\"\(random.oneIn(2) ? lineEnd : "")\(text)\"\"\""
  }

  private mutating func tomlShort(_ text: String) -> String {
    let isLiteral = !text.unicodeScalars.contains { $0 == "'" || $0.value < 0x20 }
    if isLiteral, random.oneIn(2) { return "'\(text)'" }
    return "\"" + Self.jsonText(text).dropFirst().dropLast() + "\""
  }

  private static func tomlKey(_ name: String) -> String {
    let isBare = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & ~0x20) || byte == 0x2D || byte == 0x5F
    }
    return isBare ? name : jsonText(name)
  }

  // MARK: YAML

  private mutating func yaml(_ servers: [Server]) -> String {
    let step = random.pick([2, 4, 3])
    var text = ""
    if random.oneIn(3) { text += "# a comment: {\(lineEnd)" }
    if random.oneIn(2) { text += "GOOSE_MODE: auto\(lineEnd)" }
    guard !servers.isEmpty else { return text + "extensions: {}\(lineEnd)" }
    text += "extensions:\(lineEnd)"
    for server in servers {
      let pad = String(repeating: " ", count: step)
      let key = yamlValue(server.name, isFlow: false)
      if random.oneIn(6) {
        let members = yamlMembers(server, isFlow: true).map { "\($0.0): \($0.1)" }
        text += "\(pad)\(key): {\(members.joined(separator: ", "))}\(lineEnd)"
        continue
      }
      text += "\(pad)\(key):\(random.oneIn(5) ? "  # note" : "")\(lineEnd)"
      for (name, value) in yamlMembers(server, isFlow: false) {
        text += "\(pad)\(pad)\(name):\(value.hasPrefix(lineEnd) || value.isEmpty ? "" : " ")\(value)"
        text += (random.oneIn(6) && !value.hasPrefix(lineEnd) ? " # x: y" : "") + lineEnd
      }
      if random.oneIn(5) { text += lineEnd }
    }
    return random.oneIn(4) && text.hasSuffix(lineEnd) ? String(text.dropLast()) : text
  }

  private mutating func yamlMembers(_ server: Server, isFlow: Bool) -> [(String, String)] {
    guard let command = server.words.first else {
      return [("type", "streamable_http"), ("uri", "https://example.test")]
    }
    var members = [("type", "stdio"), ("cmd", yamlValue(command, isFlow: isFlow)), ("enabled", "true")]
    let arguments = Array(server.words.dropFirst())
    if !arguments.isEmpty || random.oneIn(2) {
      if isFlow || arguments.isEmpty || random.oneIn(3) {
        members.append(("args", "[" + arguments.map { yamlValue($0, isFlow: true) }.joined(separator: ", ") + "]"))
      } else {
        let pad = String(repeating: " ", count: 8 + random.below(3))
        let gap = random.pick([" ", "  ", "   "])
        members.append(("args", arguments.map { "\(lineEnd)\(pad)-\(gap)\(yamlValue($0, isFlow: false))" }.joined()))
      }
    } else if !isFlow, random.oneIn(2) {
      members.append(("args", random.pick(["", "null", "~"])))
    }
    if random.oneIn(3) { members.shuffle(using: &random) }
    return members
  }

  private mutating func yamlValue(_ text: String, isFlow: Bool) -> String {
    let isEscaped = text.unicodeScalars.contains { $0.value < 0x20 }
    if !isEscaped, random.oneIn(4) {
      return "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
    if isEscaped || random.oneIn(4) { return Self.jsonText(text) }
    // Plain only where nothing can be mistaken.
    let isPlain = text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || byte == 0x2F || byte == 0x2D || (!isFlow && byte == 0x7B)
    }
    return isPlain && text.utf8.first.map { (0x61...0x7A).contains($0) || $0 == 0x2F } == true && text != "true"
      ? text : Self.jsonText(text)
  }
}
