import Foundation
import Guard
import Testing

@testable import CLI
@testable import MCPServer

@Suite("The arguments of mcp")
struct MCPArgumentTests {
  @Test("plain command lines are read without the parser")
  func plain() throws {
    let nothing = try #require(MCPCommand.PlainArguments([]))
    #expect(nothing.agent == nil && nothing.config == nil)
    for words in [
      ["--agent", "ann", "--config", "/a b/c.yaml"], ["--config=/a b/c.yaml", "--agent=ann"],
    ] {
      let read = try #require(MCPCommand.PlainArguments(words))
      #expect(read.agent?.description == "ann" && read.config == "/a b/c.yaml")
    }
    #expect(MCPCommand.PlainArguments(["--config=a=b"])?.config == "a=b")
  }

  @Test(
    "everything else is the parser's",
    arguments: [
      ["--help"], ["--agent"], ["--agent", "--config"], ["--agent", "a b"], ["--agent="], ["--config", ""], ["extra"],
      ["--agent", "a", "--agent", "b"], ["--agent", "a", "extra"], ["--verbose=1"],
    ])
  func other(_ words: [String]) { #expect(MCPCommand.PlainArguments(words) == nil) }
}

@Suite("What mcp makes of the config")
struct MCPSystemTests {
  private static func system(_ text: String, agent: String? = nil) throws -> GuardedSystem {
    try MCPSystem.make(try parse("version: \"1\"\n" + text), agent: agent.flatMap { AgentName($0) })
  }

  @Test("policy, reviewers, signatures and freshness come from the config")
  func mapping() throws {
    let system = try Self.system(
      """
      mode: enforce
      default_policy: deny
      identity: {require_signature: false, keys_dir: k, past_seconds: 7, future_seconds: 3}
      agents: {ann: {can_message: [bob]}}
      mcp: {reviewers: [ann, judge]}
      """, agent: "judge")
    #expect(system.policy.settings.mode == .enforce && system.policy.settings.defaultPolicy == .deny)
    #expect(system.policy.settings.agents.count == 1)
    #expect(system.reviewers.map(\.description).sorted() == ["ann", "judge"] && system.agent?.description == "judge")
    #expect(!system.requiresSignature && system.freshness == FreshnessWindow(pastSeconds: 7, futureSeconds: 3))
  }

  @Test("keys are read from the folder of the config, anew for each call")
  func keys() throws {
    try withTemporaryFolder { folder in
      let keys = folder + "/keys"
      try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
      let system = try Self.system("db_path: \(folder)/o.db\nidentity: {keys_dir: \(keys)}\n")
      #expect(try system.keyring().keys.isEmpty)
      let key = try #require(SigningKey.generate())
      try Data(KeyFile.text(of: key.verifyingKey)).write(to: URL(filePath: keys + "/ann.pub"))
      #expect(try system.keyring().keys.keys.map(\.description) == ["ann"])
      try FileManager.default.removeItem(atPath: keys)
      try write("", to: keys)
      #expect(throws: KeyringUnavailable.self) { try system.keyring() }
    }
  }

  @Test("rules of one's own are taken up while it runs")
  func ruleChange() async throws {
    let folder = try CommandFolder()
    let system = try Self.system("db_path: \(folder.path)/o.db\ncustom_rules_dir: \(folder.path)\n")
    func verdict() -> Verdict { system.inspect("about project bluefin", from: nil, to: nil).verdict }
    #expect(verdict() == .clean)
    _ = try folder.file("own.yaml", Array(CustomRuleFileTests.rule().utf8))
    for _ in 0..<200 where verdict() == .clean { try await Task.sleep(for: .milliseconds(50)) }
    #expect(verdict() == .quarantine)
    _ = try folder.file("own.yaml", Array(CustomRuleFileTests.rule(pattern: "(").utf8))
    try await Task.sleep(for: .milliseconds(1200))
    #expect(verdict() == .quarantine)
  }

  @Test("without a database there are neither records nor items")
  func noDatabase() throws {
    try withTemporaryFolder { folder in
      let system = try Self.system("db_path: \(folder)/none/o.db\n")
      #expect(try system.audit() == nil)
      #expect(try system.quarantine?.items(status: nil, limit: 10).isEmpty == true)
    }
  }
}

@Suite(
  "The program as an MCP server", .enabled(if: ProgramRun.isPossible, "the program was not built beside the tests"))
struct MCPProgramTests {
  private static let discover =
    #"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#

  @Test("it answers, says nothing else, and ends with status 0 when its input ends")
  func answers() throws {
    let run = try ProgramRun(["mcp"], input: Self.discover + "\n" + #"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)
    #expect(run.status == 0 && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains("\"version\":\"\(Version.number)\"") == true)
  }

  @Test("it ends before the first byte when the config cannot be used")
  func badConfig() throws {
    let folder = try CommandFolder()
    let file = try folder.file("wrong.yaml", Array("version: \"1\"\nnonsense: 1\n".utf8))
    let run = try ProgramRun(["mcp", "--config", file], input: Self.discover)
    #expect(run.status == ExitCode.badInput && run.output.isEmpty && run.errors.hasPrefix("oktsec: error: "))
  }
}
