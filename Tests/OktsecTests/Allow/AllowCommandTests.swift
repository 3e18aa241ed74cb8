import Foundation
import Testing

@testable import Audit
@testable import CLI
@testable import Guard

@Suite("allow")
struct AllowCommandTests {
  private let folder: CommandFolder
  private let config: String

  init() throws {
    folder = try CommandFolder()
    config = try folder.file(
      "oktsec.yaml", Array("# mine\nversion: \"1\"\nmode: enforce\ndb_path: \(folder.database)\n".utf8))
  }

  private func event(
    _ findings: [FindingRecord], tool: String = "read_file", number: Int = 0, server: String = "files"
  ) throws -> EventID {
    var entry = try SampleRecords.entry(number, status: .blocked, server: server, verdict: .block)
    entry.findings = findings
    entry.tool = tool
    try SampleRecords.write([entry], to: folder.database)
    return entry.id
  }

  private func run(_ arguments: [String]) throws -> String {
    let output = ResultOutput(memoryFor: .none)
    let command = try #require(try AllowCommand.parseAsRoot(arguments + ["--config", config]) as? AllowCommand)
    try command.run(to: output)
    return output.text
  }

  private func effect(tool: String = "read_file", agent: String = "files", at now: Int64) throws -> Verdict? {
    let settings = try Configuration.load(path: config, folders: testFolders).policySettings
    return Policy(settings).effects(agent: agent, tool: tool, direction: .clientToServer, now: now)
      .effect(rule: "IAP-003", category: .credentialLeak, severity: .critical)?.verdict
  }

  @Test("the exception holds for its rule, agent, tool and direction, and no longer than it was asked for")
  func scoped() throws {
    let id = try event([SampleRecords.finding("IAP-003", .critical)])
    let before = Timestamp.now
    let said = try run([String(id.description.prefix(14)), "--for", "2h", "--reason", "a drill"])
    #expect(said.contains("allowed in a request of files, read_file, and still flagged:\n  IAP-003\n"))
    #expect(said.contains("To undo it, remove lines 5 to 11 of \(config)"))
    #expect(try effect(at: before) == .flag)
    #expect(try effect(at: before + 7_199_000_000) == .flag)
    #expect(try effect(at: Timestamp.now + 7_201_000_000) == .block)
    #expect(try effect(tool: "write_file", at: before) == .block)
    #expect(try effect(agent: "other", at: before) == .block)
    let text = try contents(config)
    #expect(
      text.hasPrefix("# mine\nversion: \"1\"\nmode: enforce\ndb_path: \(folder.database)\nrules:\n  - id: IAP-003"))
  }

  @Test("the audit trail says who, what and why, and its chain holds")
  func recorded() throws {
    let id = try event([SampleRecords.finding("IAP-003", .critical)])
    _ = try run([id.description, "--for", "always", "--reason", "a drill"])
    let reader = try AuditReader(path: folder.database)
    let record = try #require(try reader.records(after: 0).last?.entry)
    #expect(record.action == .changed && record.method == "rules/allow" && record.to == "files")
    #expect(record.from == Account.name ?? "user \(Account.number)")
    #expect(record.reason == "allowed IAP-003 in a request for good, from event \(id): a drill")
    #expect(record.tool == "read_file")
    #expect(try ChainVerifier().verify(reader).holds)
    #expect(try effect(at: .max - 1) == .flag)
  }

  @Test("each rule of the event gets one entry, --rule picks one")
  func rules() throws {
    let findings = [("IAP-003", 0), ("IAP-002", 0), ("IAP-003", 1)].map { rule, _ in
      SampleRecords.finding(rule, .high)
    }
    let id = try event(findings)
    _ = try run([id.description, "--rule", "iap-002"])
    #expect(try Configuration.load(path: config, folders: testFolders).rules.map(\.override.rule) == ["IAP-002"])
    _ = try run([id.description])
    #expect(
      try Configuration.load(path: config, folders: testFolders).rules.map(\.override.rule) == [
        "IAP-002", "IAP-003", "IAP-002",
      ])
  }

  @Test(
    "events without findings, unknown ones, defects, foreign rules and blocked content are refused; nothing changes")
  func refuses() throws {
    let text = try contents(config)
    let clean = try event([])
    let defect = try event([SampleRecords.finding("FRAME-NONE", .high)], number: 2)
    let long = try event([SampleRecords.finding("IAP-003", .high)], tool: String(repeating: "t", count: 256), number: 4)
    let plain = try event([SampleRecords.finding("IAP-003", .high)], number: 6)
    for arguments in [
      [clean.description], [defect.description], [long.description], ["zzzzzzzz"], [plain.description, "--rule", "X"],
    ] {
      #expect(throws: CommandFailure.self, "\(arguments)") { try run(arguments) }
    }
    #expect(try contents(config) == text)
    try write(text + "agents: {files: {blocked_content: [inter-agent]}}\n", to: config)
    let failure = #expect(throws: CommandFailure.self) { try run([plain.description]) }
    #expect(failure?.hint == "edit agents.files.blocked_content")
    let records = try AuditReader(path: folder.database).records(after: 0).map(\.entry)
    #expect(!records.contains { $0.action == .changed })
  }

  @Test("a config that cannot be edited exactly is refused and stays; nothing is recorded")
  func inexact() throws {
    let id = try event([SampleRecords.finding("IAP-003", .high)])
    let text = try contents(config) + "rules: ~\n"
    try write(text, to: config)
    #expect(throws: CommandFailure.self) { try run([id.description]) }
    #expect(try contents(config) == text)
    #expect(try AuditReader(path: folder.database).records(after: 0).count == 1)
  }

  @Test(
    "a time is a number with its unit or always", arguments: ["0s", "1", "h", "-1h", "99999d", "2026-01-01T00:00:00Z"])
  func badTimes(text: String) {
    #expect(ExceptionTime(argument: text) == nil)
  }
}
