import Guard
import StdioProxy
import Testing

@testable import CLI

/// The dialects that between them use every form.
enum SampleDialect: CaseIterable {
  case json, toml, yaml

  var dialect: Dialect {
    switch self {
    case .json: .json("mcpServers")
    case .toml: Dialect(.toml, [[[.name("mcp_servers")]]])
    case .yaml: Dialect(.yaml, [[[.name("extensions")]]], command: "cmd", environment: ["envs"])
    }
  }
}

/// What wraps every process of a document.
func sampleWraps(_ document: SettingsDocument) throws -> [SettingsDocument.Wrap] {
  let name = try #require(AgentName("some-agent"))
  return document.entries.enumerated().compactMap { place, entry in
    entry.process.map { process in
      let invocation = ProxyInvocation(
        agent: name, config: "/home/ann/.config/oktsec/oktsec.yaml", command: process.command,
        arguments: process.arguments)
      return SettingsDocument.Wrap(entry: place, program: "/usr/local/bin/oktsec", invocation: invocation)
    }
  }
}

/// What unwraps every process of a document.
func sampleUnwraps(
  _ document: SettingsDocument, traces: [EntryWrapper.Trace]?
) throws -> [SettingsDocument.Unwrap] {
  var unwraps: [SettingsDocument.Unwrap] = []
  for (place, entry) in document.entries.enumerated() {
    guard let process = entry.process, process.arguments.first == "proxy" else { continue }
    let invocation = try ProxyInvocation(parsing: Array(process.arguments.dropFirst()))
    unwraps.append(.init(entry: place, invocation: invocation, trace: traces?[unwraps.count]))
  }
  return unwraps
}

func wrapAll(_ document: SettingsDocument) throws -> SettingsDocument.Wrapped {
  try document.wrapping(sampleWraps(document))
}

func unwrapAll(_ document: SettingsDocument, traces: [EntryWrapper.Trace]?) throws -> [UInt8] {
  try document.unwrapping(sampleUnwraps(document, traces: traces)).text
}

/// Program and arguments of every server; nothing for those that are not processes.
func commandLines(_ document: SettingsDocument) -> [[String]] {
  document.entries.map { entry in
    guard let process = entry.process else { return [] }
    return [process.command] + process.arguments
  }
}

@Suite("Editing any settings file")
struct EditorPropertyTests {
  @Test("is read as it was meant", arguments: SampleDialect.allCases)
  func reading(_ sample: SampleDialect) throws {
    var generator = SettingsGenerator(seed: 11)
    for _ in 0..<400 {
      let (text, servers) = generator.file(sample.dialect.format)
      let document = try SettingsDocument(text, dialect: sample.dialect)
      #expect(document.entries.map(\.name) == servers.map(\.name), "\(String(decoding: text, as: UTF8.self))")
      #expect(commandLines(document) == servers.map(\.words), "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("unwrapping what was wrapped gives the very same bytes", arguments: SampleDialect.allCases)
  func roundTrip(_ sample: SampleDialect) throws {
    var generator = SettingsGenerator(seed: 12)
    for _ in 0..<600 {
      let (text, _) = generator.file(sample.dialect.format)
      let document = try SettingsDocument(text, dialect: sample.dialect)
      let wrapped = try wrapAll(document)
      let after = try SettingsDocument(wrapped.text, dialect: sample.dialect)
      let back = try unwrapAll(after, traces: wrapped.traces)
      #expect(back == text, "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("unwrapping without knowing what was done restores every command line", arguments: SampleDialect.allCases)
  func withoutTrace(_ sample: SampleDialect) throws {
    var generator = SettingsGenerator(seed: 13)
    for _ in 0..<300 {
      let (text, servers) = generator.file(sample.dialect.format)
      let wrapped = try wrapAll(try SettingsDocument(text, dialect: sample.dialect))
      let after = try SettingsDocument(wrapped.text, dialect: sample.dialect)
      let back = try SettingsDocument(try unwrapAll(after, traces: nil), dialect: sample.dialect)
      #expect(commandLines(back) == servers.map(\.words), "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("what was changed elsewhere since stays, and all else is as it was", arguments: SampleDialect.allCases)
  func laterEdits(_ sample: SampleDialect) throws {
    var generator = SettingsGenerator(seed: 14)
    var random = RandomSource(seed: 15)
    for _ in 0..<300 {
      let (text, _) = generator.file(sample.dialect.format)
      let isBefore = random.oneIn(2)
      let edit = { (text: [UInt8]) in Self.edited(text, sample, isBefore: isBefore) }
      let wrapped = try wrapAll(try SettingsDocument(text, dialect: sample.dialect))
      let after = try SettingsDocument(edit(wrapped.text), dialect: sample.dialect)
      #expect(try unwrapAll(after, traces: wrapped.traces) == edit(text), "\(String(decoding: text, as: UTF8.self))")
    }
  }

  /// The same change to a file, wrapped or not: something before everything else, or behind it.
  private static func edited(_ text: [UInt8], _ sample: SampleDialect, isBefore: Bool) -> [UInt8] {
    let mark = text.starts(with: TextPosition.byteOrderMark) ? 3 : 0
    let comment = Array((sample == .json ? "/* note: { */\n" : "# note: {\n").utf8)
    if isBefore { return text[..<mark] + comment + text[mark...] }
    let separator: [UInt8] = text.last == 0x0A ? [] : [0x0A]
    return text + separator + comment
  }
}
