import Foundation
import Guard
import Testing

@testable import CLI

@Suite("appending rules to a config")
struct OverrideAppenderTests {
  private var exception: RuleOverride {
    var override = RuleOverride(rule: "IAP-003")
    override.action = .allowAndFlag
    override.agents = AgentName("files").map { [$0] }
    override.tools = ToolNames(["read: file"])
    override.direction = .serverToClient
    override.until = 1_772_000_000_000_000
    return override
  }

  private func append(to text: String) throws -> String {
    let edited = try OverrideAppender(overrides: [exception], origin: "from event x").appending(
      to: Array(text.utf8), shownAs: "o.yaml", folders: testFolders)
    return String(decoding: edited.text, as: UTF8.self)
  }

  private static let block = [
    "- id: IAP-003  # from event x", "  action: allow-and-flag", "  agents: [files]", "  tools: [\"read: file\"]",
    "  direction: response", "  until: \"2026-02-25T06:13:20Z\"",
  ]

  private static func block(_ indentation: Int, end: String = "\n") -> String {
    block.map { String(repeating: " ", count: indentation) + $0 + end }.joined()
  }

  private static let inline =
    "{id: IAP-003, action: allow-and-flag, agents: [files], tools: [\"read: file\"], direction: response, "
    + "until: \"2026-02-25T06:13:20Z\"}"

  @Test(
    "entries come last; every other byte stays",
    arguments: [
      ("version: '1'\n", "version: '1'\nrules:\n" + block(2)),
      ("version: '1'\r\n# end\r\n", "version: '1'\r\n# end\r\nrules:\r\n" + block(2, end: "\r\n")),
      ("version: '1'", "version: '1'\nrules:\n" + String(block(2).dropLast())),
      ("\u{FEFF}version: '1'\n", "\u{FEFF}version: '1'\nrules:\n" + block(2)),
      ("version: '1'\nrules:\nmode: observe\n", "version: '1'\nrules:\n" + block(2) + "mode: observe\n"),
      (
        "rules: # mine\n- id: A # é🙂\n  action: block\n\n# next\nversion: '1'\n",
        "rules: # mine\n- id: A # é🙂\n  action: block\n" + block(0) + "\n# next\nversion: '1'\n"
      ),
      (
        "version: '1'\nrules:\n    - {id: A, action: block}   # one\n    # end",
        "version: '1'\nrules:\n    - {id: A, action: block}   # one\n" + block(4) + "    # end"
      ),
      ("version: '1'\nrules: [] # none\n", "version: '1'\nrules: [\(inline)] # none\n"),
      (
        "version: '1'\nrules: [{id: A, action: block}] # [x]\nmode: observe",
        "version: '1'\nrules: [{id: A, action: block}, \(inline)] # [x]\nmode: observe"
      ),
      ("{version: '1'}", "{rules: [\(inline)], version: '1'}"),
    ])
  func appends(text: String, expected: String) throws {
    #expect(try append(to: text) == expected)
    #expect(try parse(append(to: text)).rules.last?.override == exception)
  }

  @Test("appending twice keeps both, in order")
  func twice() throws {
    let text = try append(to: append(to: "version: '1'\nrules:\n- id: A\n  action: block\n"))
    #expect(try parse(text).rules.map(\.override.rule) == ["A", "IAP-003", "IAP-003"])
  }

  @Test(
    "what cannot be edited exactly is refused, with its place and what to do",
    arguments: [
      "version: '1'\nrules: !!seq\n- id: A\n  action: block\n...\n", "version: '1'\nrules: ~\n", "version: '1'\n...\n",
      "version: '1'\nrules:\n-\n  id: A\n  action: block\n",
    ])
  func refuses(text: String) throws {
    let error = #expect(throws: ConfigurationProblems.self) { try append(to: text) }
    #expect(error?.problems.first?.line != 0)
  }

  @Test("the lines that are new are named")
  func lines() throws {
    let edited = try OverrideAppender(overrides: [exception], origin: "from event x").appending(
      to: Array("version: '1'\nrules:\n  - id: A\n    action: block\nmode: observe\n".utf8), shownAs: "o.yaml",
      folders: testFolders)
    #expect(edited.lines == 5...10)
  }
}
