import Testing

@testable import CLI

@Suite("Reading settings files")
struct SettingsReaderTests {
  private func problem(_ text: String, _ format: SettingsFormat) -> String? {
    do throws(SettingsProblem) {
      _ = try format.read(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "JSON may have comments, trailing commas and a byte order mark",
    arguments: [
      "{} // end", "/* a */ {\"a\": [1, 2, ], /* , */ } // b", "\u{FEFF}{\"a\": \"// no comment, ]\",}",
      "[\n// x\n1,\n// ]\n]",
      "{\"a\": \"\\\"// x\"}", " \n\t", "[1 /* , */ , /* ] */]", "//\r\n{}",
    ])
  func tolerant(_ text: String) { #expect(problem(text, .json) == nil) }

  @Test(
    "what is not JSON is refused where it is wrong",
    arguments: [
      ("[,]", "1:2"), ("[1,,]", "1:4"), ("{\"a\":1,,}", "1:8"), ("{,}", "1:2"), ("{\"a\":,}", "1:6"), ("[1] 2", "1:5"),
      ("{} /* x", "1:4"), ("{'a': 1}", "1:2"), ("{a: 1}", "1:2"), ("[1\n,\n  x]", "3:3"), ("1/**/2", "1:6"),
      ("{} /", "1:4"),
      ("// x\r\n// y\r\n[1,\r\n é]", "4:2"), ("[NaN]", "1:2"), ("[01]", "1:3"), ("\"a", "1:3"), ("// only", "1:8"),
    ])
  func notJSON(_ text: String, _ place: String) {
    #expect(problem(text, .json)?.hasPrefix(place + ": ") == true, "\(problem(text, .json) ?? "accepted")")
  }

  @Test("a filter keeps the way to the servers, and nothing else of a large file")
  func filter() throws {
    let text = Array(
      #"{"history": [{"mcpServers": 1}], "projects": {"/a": {"x": {}, "mcpServers": {"s": {"command": "c"}}}}}"#.utf8)
    let filter = SettingsFilter(paths: [[.name("projects"), .every, .name("mcpServers")]])
    let node = try SettingsFormat.json.read(text, filter: filter)
    #expect(node[[.name("projects"), .name("/a"), .name("mcpServers"), .name("s"), .name("command")]]?.text == "c")
    guard case .skipped? = node["history"]?.value,
      case .skipped? = node[[.name("projects"), .name("/a"), .name("x")]]?.value
    else {
      Issue.record("unwanted parts were read")
      return
    }
    #expect(node["history"]?.range.map { String(decoding: text[$0], as: UTF8.self) } == #"[{"mcpServers": 1}]"#)
  }

  @Test("duplicate names are noted where they stand, equal after unescaping, and told apart when only alike")
  func duplicates() throws {
    let text = "{\"a\": 1, \"\\u0061\": 2}"
    #expect(try SettingsFormat.json.read(Array(text.utf8)).duplicates.first?.offset == 9)
    // Two spellings of one letter are two names.
    #expect(try SettingsFormat.json.read(Array("{\"\u{E9}\": 1, \"e\u{301}\": 2}".utf8)).duplicates.isEmpty)
  }

  @Test(
    "TOML of every form is read",
    arguments: [
      "a = 1", "a.b.c = 'x'", "[a.\"b c\".'d']\nx = true", "[[a]]\n[[a]]\nb = 1\n[a.c]",
      "a = { b = 1, c.d = [ { e = 2 } ] }",
      "a = [ # x\n 1,\n 2, # y\n]\n", "a = \"\"\"\nx\\\n   y\"\"\"\"\"", "a = '''x'y''z'''",
      "a = \"\\u00e9\\U0001F600\\t\"",
      "a = 0xDEAD_beef\nb = 0o17\nc = 0b1\nd = -1_000\ne = +1.5e-3\nf = inf\ng = -nan\nh = 1e5",
      "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.5+01:00\nc = 07:32:00\nd = 1979-05-27",
      "# x\r\n[a]\r\nb = 1 # y\r\n",
      "[a.b]\nx = 1\n[a]\ny = 2", "\"\" = 1", "1 = 2", "a . b = 1", "fruit.apple = 1\nfruit.pear = 2", "\u{FEFF}a = 1",
      "[a]\nb.c = 1\n[a.b.d]\ne = 1",
    ])
  func toml(_ text: String) { #expect(problem(text, .toml) == nil, "\(text)") }

  @Test(
    "what is not TOML is refused where it is wrong",
    arguments: [
      ("a", "1:2"), ("a = ", "1:5"), ("= 1", "1:1"), ("a = 1 b = 2", "1:7"), ("a = 01", "1:5"), ("a = 1__0", "1:5"),
      ("a = 1.", "1:5"), ("a = .5", "1:5"), ("a = 'x", "1:5"), ("a = \"x\ny\"", "1:7"), ("a = \"\\x\"", "1:6"),
      ("a = \"\\ud800\"", "1:6"), ("a = [1 2]", "1:8"), ("a = { b = 1,\n c = 2 }", "1:13"), ("a = { b = 1, }", "1:14"),
      ("a = 1\na = 2", "2:1"), ("[a]\n[a]", "2:2"), ("[a]\nb = 1\n[a.b]", "3:4"), ("a = {}\n[a.b]", "2:2"),
      ("a = [1]\n[[a]]", "2:3"), ("[a", "1:3"), ("[[a]", "1:5"), ("a.b = 1\na.b.c = 2", "2:3"),
      ("a = 1 # \u{1}", "1:9"),
      ("[a]\nx = 1\n[b]\na = maybe", "4:5"), ("a = '''x", "1:5"), ("a = 1979-5-27", "1:5"), ("a = 1979-13-27", "1:5"),
      ("a = 2023-02-29", "1:5"), ("a = 24:00:00", "1:5"),
      ("\"\"\"a\"\"\" = 1", "1:1"),
      ("a = {b = 1}\na.c = 2", "2:1"), ("[a.b]\nx=1\n[a]\nb.y = 1", "4:1"),
    ])
  func notTOML(_ text: String, _ place: String) {
    #expect(problem(text, .toml)?.hasPrefix(place + ": ") == true, "\(text): \(problem(text, .toml) ?? "accepted")")
  }

  @Test("TOML values say what they should")
  func tomlValues() throws {
    let text = """
      a.b = "x\\ty"
      c = '''
      one
      two'''
      d = \"\"\"a \\
          b\"\"\"
      [[e]]
      f = [1, 'two']
      [e.g]
      h = "i"
      """
    let node = try SettingsFormat.toml.read(Array(text.utf8))
    #expect(node[[.name("a"), .name("b")]]?.text == "x\ty")
    #expect(node["c"]?.text == "one\ntwo" && node["d"]?.text == "a b")
    #expect(node[[.name("e"), .index(0), .name("f"), .index(1)]]?.text == "two")
    #expect(node[[.name("e"), .index(0), .name("g"), .name("h")]]?.text == "i")
    #expect(node[[.name("e"), .index(0), .name("f"), .index(0)]]?.literal == "1")
  }

  @Test(
    "YAML that says the same thing twice, or more than one thing, is refused",
    arguments: [
      ("a: 1\na: 2", "2:1"), ("a: &x 1\nb: *x", "2:4"), ("a: 1\n---\nb: 2", "3:1"), ("a: [1", "2:1"), ("a: 'x", "2:1"),
    ])
  func notYAML(_ text: String, _ line: String) {
    #expect(problem(text, .yaml) != nil, "\(text)")
  }

  @Test("texts over several lines, tags and anchors in YAML are read, and never edited")
  func uneditable() throws {
    for command in ["|\n      npx\n", "\"np\\\n      x\"", "!!str npx", "&a npx", ">-\n      npx"] {
      let text = Array("extensions:\n  x:\n    type: stdio\n    cmd: \(command)\n    args: [a]\n".utf8)
      let document = try SettingsDocument(text, dialect: SampleDialect.yaml.dialect)
      #expect(document.entries.first?.process?.arguments == ["a"])
      #expect(throws: SettingsProblem.self, "\(command)") { try wrapAll(document) }
    }
  }

  @Test("the bytes of every format are found whatever stands before them")
  func places() throws {
    let text = "\u{FEFF}ü: ä\nextensions:\n  日本: {cmd: 'it''s', args: [\"a\", b]}\n"
    let document = try SettingsDocument(Array(text.utf8), dialect: SampleDialect.yaml.dialect)
    let process = try #require(document.entries.first?.process)
    let literals = process.words.map { word in word.range.map { String(decoding: document.text[$0], as: UTF8.self) } }
    #expect(literals == ["'it''s'", "\"a\"", "b"])
    #expect(process.words.map(\.text) == ["it's", "a", "b"])
  }

  @Test("a deep file is refused or read, and never traps", arguments: [SettingsFormat.json, .toml, .yaml])
  func deep(_ format: SettingsFormat) {
    for depth in [60, 70, 600, 100_000] {
      let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      _ = problem(format == .json ? nested : format == .toml ? "a = \(nested)" : "a: \(nested)", format)
    }
    #expect(problem(String(repeating: "[", count: 600), .json) != nil)
  }
}
