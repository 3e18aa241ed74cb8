import Foundation
import Guard
import Testing

@testable import CLI

@Suite("Editing one value of a config")
struct EditingTests {
  private func edit(_ text: String, _ path: [ValueEdit.Step], _ wish: ValueEdit.Wish) throws -> String {
    String(decoding: try ValueEdit(path: path, wish: wish).applied(to: Array(text.utf8), shownAs: "x"), as: UTF8.self)
  }

  private let agents = """
    version: "1"   # one
    # Who
    agents:
      files:   # the files
        description: Files  # says what
        allowed_tools:
          - read_file   # reading only
          # writing comes later
          - list_files
      web: {description: Web, rate: {per_minute: 60}}  # flow
      bare:
    # the end
    """

  @Test("entries of a block list come and go, comments stay")
  func list() throws {
    let path: [ValueEdit.Step] = [.key("agents"), .key("files"), .key("allowed_tools")]
    #expect(
      try edit(agents, path, .list(["read_file", "write: it"]))
        == agents.replacingOccurrences(
          of: "      - list_files", with: "      - \"write: it\""))
    #expect(try edit(agents, path, .list(["read_file", "list_files"])) == agents)
    let none = try edit(agents, path, .list([]))
    #expect(none.contains("allowed_tools: []") && none.contains("# writing comes later"))
    let removed = try edit(agents, path, .removed)
    #expect(!removed.contains("allowed_tools") && removed.contains("# writing comes later"))
  }

  @Test("a value on its name's line is replaced, its comment stays")
  func scalar() throws {
    let path: [ValueEdit.Step] = [.key("agents"), .key("files"), .key("description")]
    #expect(
      try edit(agents, path, .scalar("\"New: one\""))
        == agents.replacingOccurrences(of: "Files  #", with: "\"New: one\"  #"))
    #expect(
      try edit(agents, path, .removed)
        == agents.replacingOccurrences(of: "description: Files  # says what", with: "# says what"))
  }

  @Test("values in braces are added, changed and removed there")
  func flow() throws {
    let web: [ValueEdit.Step] = [.key("agents"), .key("web")]
    #expect(
      try edit(agents, web + [.key("rate"), .key("per_minute")], .scalar("9")).contains("{per_minute: 9}}  # flow"))
    #expect(try edit(agents, web + [.key("rate")], .removed).contains("web: {description: Web}  # flow"))
    #expect(
      try edit(agents, web + [.key("can_message")], .list(["files"])).contains(
        "{can_message: [files], description: Web"))
  }

  @Test("what is missing is made, with its parents")
  func missing() throws {
    #expect(
      try edit(agents, [.key("agents"), .key("bare"), .key("rate"), .key("per_minute")], .scalar("5"))
        .contains("  bare:\n    rate:\n      per_minute: 5\n# the end"))
    #expect(
      try edit(agents, [.key("agents"), .key("files"), .key("blocked_content")], .list(["pii"]))
        .contains("      - list_files\n    blocked_content: [pii]\n  web:"))
    let quarantine = try edit(agents, [.key("quarantine"), .key("enabled")], .scalar("false"))
    #expect(quarantine.contains("quarantine:\n  enabled: false"))
    #expect(quarantine.hasPrefix("version: \"1\"   # one\n# Who\nagents:"))
    #expect(
      try edit("{version: \"1\"}", [.key("quarantine"), .key("enabled")], .scalar("false"))
        == "{quarantine: {enabled: false}, version: \"1\"}")
  }

  @Test("line ends and a byte order mark stay")
  func lineEnds() throws {
    let text = "\u{FEFF}version: \"1\"\r\nquarantine:\r\n  enabled: true # on\r\n"
    #expect(
      try edit(text, [.key("quarantine"), .key("enabled")], .scalar("false"))
        == "\u{FEFF}version: \"1\"\r\nquarantine:\r\n  enabled: false # on\r\n")
    #expect(
      try edit(text, [.key("quarantine"), .key("expiry_hours")], .scalar("3"))
        == "\u{FEFF}version: \"1\"\r\nquarantine:\r\n  enabled: true # on\r\n  expiry_hours: 3\r\n")
  }

  @Test("an entry of a list of rules is taken out, whole or in part")
  func rules() throws {
    let text = """
      version: "1"
      rules:
        # the first
        - id: A
          action: ignore
        - id: B   # the second
          severity: low
          action: block
        - {id: C, action: ignore}
      """
    #expect(
      try edit(text, [.key("rules"), .index(0)], .removed)
        == text.replacingOccurrences(of: "  - id: A\n    action: ignore\n", with: ""))
    #expect(
      try edit(text, [.key("rules"), .index(1), .key("action")], .removed)
        == text.replacingOccurrences(of: "    action: block\n", with: ""))
    #expect(
      try edit(text, [.key("rules"), .index(2)], .removed)
        == text.replacingOccurrences(of: "  - {id: C, action: ignore}", with: ""))
    #expect(
      try edit(
        "version: \"1\"\nrules:\n- id: A\n  action: ignore\nmode: observe\n", [.key("rules"), .index(0)], .removed)
        == "version: \"1\"\nrules: []\nmode: observe\n")
    #expect(
      try edit(
        "version: \"1\"\nrules: [{id: A, action: ignore}, {id: B, action: block}]\n", [.key("rules"), .index(1)],
        .removed)
        == "version: \"1\"\nrules: [{id: A, action: ignore}]\n")
  }

  @Test("a form that no edit fits is refused, not guessed")
  func refused() {
    let text = "version: \"1\"\nagents:\n  files:\n    description: >-\n      two\n      lines\n"
    #expect(throws: ConfigurationProblems.self) {
      try edit(text, [.key("agents"), .key("files"), .key("description"), .key("deeper")], .scalar("x"))
    }
  }

  @Test("secrets are masked where they stand, others are not")
  func masked() {
    let text = """
      server: {api_key: "topsecret", bind: 127.0.0.1}
      webhooks:
        - url: https://x.example
          secret: hunter2  # topsecret
        - url: https://y.example
          secret: env:HOOK
      """
    let shown = MaskedConfiguration.text(of: Array(text.utf8))
    #expect(!shown.contains("\"topsecret\"") && !shown.contains("hunter2"))
    #expect(shown.contains("env:HOOK") && shown.contains("https://x.example"))
    #expect(!MaskedConfiguration.text(of: Array("a: [".utf8)).contains("a:"))
  }
}
