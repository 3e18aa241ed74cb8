import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("quarantine")
struct QuarantineCommandTests {
  private let folder: CommandFolder
  private let config: String
  private let store: AuditStore

  init() throws {
    folder = try CommandFolder()
    config = try folder.file(
      "oktsec.yaml",
      Array(
        "version: \"1\"\ndb_path: \(folder.database)\nwebhooks:\n  - url: https://example.com/hook\n    events: [quarantine_approved]\n"
          .utf8))
    store = try AuditStore.open(path: folder.database)
  }

  private func hold(
    _ number: Int = 0, kind: QuarantineItem.Kind = .request, content: String = "{\"name\":\"read_file\"}",
    tool: String = "read_file", lifetime: Int64 = 3_600_000_000
  ) throws -> EventID {
    var entry = try SampleRecords.entry(number, status: .quarantined, verdict: .quarantine)
    entry.decision = .contentQuarantined
    entry.tool = tool
    entry.findings = [SampleRecords.finding("IAP-003", .high, excerpt: "pass[…]word")]
    let digest = Array("\(number) \(kind)".utf8).withUnsafeBytes { SHA256.digest($0) }
    let item = QuarantineItem(
      kind: kind, key: ApprovalKey(digest: digest), payload: Array(content.utf8), expires: Timestamp.now + lifetime)
    let outcome = store.hold(item, with: entry, withinMilliseconds: 10_000)
    guard case .held(let id) = outcome else { throw CommandFailure("\(outcome)") }
    return id
  }

  private func run<Command: ResultCommand>(
    _ type: Command.Type, _ arguments: [String], on terminal: Terminal = .none
  ) throws -> String {
    let output = ResultOutput(memoryFor: terminal)
    guard let command = try Command.parseAsRoot(arguments + ["--config", config]) as? Command else {
      throw CommandFailure("another command")
    }
    try command.run(to: output)
    return output.text
  }

  private let screen = Terminal(isInteractive: true, columns: 80, style: .plain)

  @Test("the list shows what is pending, in 80 columns, without control characters")
  func list() throws {
    let first = try hold(0, tool: "tool\u{1B}[2J" + String(repeating: "名", count: 100))
    let second = try hold(1, kind: .result)
    _ = try run(QuarantineRejectCommand.self, [first.description])
    #expect(try run(QuarantineListCommand.self, []).contains(second.description))
    #expect(try !run(QuarantineListCommand.self, []).contains(first.description))
    let all = try run(QuarantineListCommand.self, ["--status", "all"], on: screen)
    let lines = all.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 80 }, "\(lines)")
    #expect(!all.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    #expect(lines[1].contains(first.description) && lines[1].contains("rejected"))
    #expect(lines[2].contains(second.description) && lines[2].contains("59m"))
    #expect(try run(QuarantineListCommand.self, ["--status", "rejected"]).contains(first.description))
    #expect(try run(QuarantineListCommand.self, ["--status", "consumed"]).isEmpty)
  }

  @Test("in 80 columns the list names both sides, the thing and its tool; the state only where there are several")
  func layout() throws {
    let id = try hold(0)
    let pending = try run(QuarantineListCommand.self, [], on: screen)
    #expect(pending.contains("client→files") && pending.contains("call read_file") && pending.contains("IAP-003"))
    #expect(!pending.contains("STATUS") && !pending.contains("pending"))
    let all = try run(QuarantineListCommand.self, ["--status", "all"], on: screen)
    #expect(all.contains("STATUS") && all.contains("pending") && all.contains("client→files"))
    let other = try run(QuarantineListCommand.self, [])
    #expect(other.hasPrefix("\(id)\tpending\t") && other.contains("\tclient→files\ttools/call read_file\t"))
  }

  @Test("--json is one document with the item, its record and no content; detail has the content")
  func json() throws {
    let id = try hold(content: "clear\u{1B}[2J \"quoted\"")
    let list = try run(QuarantineListCommand.self, ["--json"])
    let items = try #require(try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]])
    #expect(items.count == 1)
    #expect(items[0]["id"] as? String == id.description && items[0]["status"] as? String == "pending")
    #expect(items[0]["content"] == nil && items[0]["reviewer"] is NSNull)
    #expect((items[0]["record"] as? [String: Any])?["tool"] as? String == "read_file")
    let detail = try run(QuarantineDetailCommand.self, [String(id.description.prefix(12)), "--json"])
    let item = try #require(try JSONSerialization.jsonObject(with: Data(detail.utf8)) as? [String: Any])
    #expect(item["content"] as? String == "clear\u{1B}[2J \"quoted\"")
  }

  @Test("detail shows who, what, the findings and the content, safely")
  func detail() throws {
    let id = try hold(content: "clear\u{1B}[2J and \u{202E}more")
    let text = try run(QuarantineDetailCommand.self, [id.description], on: screen)
    for part in [
      id.description, "pending", "a withheld call", "client→files", "IAP-003", "pass[…]word",
      "clear<U+001B>[2J and <U+202E>more",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    _ = try run(QuarantineRejectCommand.self, [id.description, "--reviewer", "anna", "--reason", "not ours"])
    let after = try run(QuarantineDetailCommand.self, [id.description], on: screen)
    for part in ["rejected", "by anna", "not ours", "the content is no longer stored"] {
      #expect(after.contains(part), "\(part)")
    }
  }

  @Test("an approval says what happens next, and then it happens")
  func approve() throws {
    let request = try hold(0)
    let said = try run(QuarantineApproveCommand.self, [request.description, "--yes", "--reviewer", "anna"])
    #expect(
      said.hasPrefix("approved: the next call of read_file on files with the same arguments passes, once, until 2"))
    let result = try hold(2, kind: .result)
    #expect(
      try run(QuarantineApproveCommand.self, [result.description, "--yes"]).contains(
        "gets the stored result, once, until"))
    #expect(store.mayHaveApprovals)
    let key = ApprovalKey(digest: Array("0 request".utf8).withUnsafeBytes { SHA256.digest($0) })
    #expect(store.takeApproval(for: key) == Approval(item: request, grant: .passRequest))
    let detail = try run(QuarantineDetailCommand.self, [request.description])
    #expect(detail.contains("consumed") && detail.contains("by anna"))
    let reader = try AuditReader(path: folder.database)
    let records = try reader.records(after: 0).map(\.entry)
    #expect(records.filter { $0.action == .reviewed }.first?.reason == "approved with --yes")
    #expect(records.filter { $0.action == .reviewed }.first?.from == "anna")
    #expect(try ChainVerifier().verify(reader).holds)
    #expect(
      try OutboxQueue(path: folder.database).due().map(\.event) == ["quarantine_approved", "quarantine_approved"])
  }

  @Test("without a terminal an approval needs --yes, and nothing is decided")
  func needsYes() throws {
    guard !StandardInput.isTerminal else { return }
    let id = try hold()
    let failure = #expect(throws: CommandFailure.self) { try run(QuarantineApproveCommand.self, [id.description]) }
    #expect(failure?.exitCode == ExitCode.usage)
    #expect(try AuditReader(path: folder.database).quarantineCounts() == [.pending: 1])
  }

  @Test("what is decided already, has expired or is unknown is an error that says so")
  func errors() throws {
    let id = try hold()
    _ = try run(QuarantineRejectCommand.self, [id.description])
    #expect(
      throws: CommandFailure("item \(id) is rejected already", hint: "'oktsec quarantine detail \(id)' says by whom")
    ) {
      try run(QuarantineApproveCommand.self, [id.description, "--yes"])
    }
    let late = try hold(2, lifetime: -1)
    let failure = #expect(throws: CommandFailure.self) {
      try run(QuarantineApproveCommand.self, [late.description, "--yes"])
    }
    #expect(failure?.message == "item \(late) is expired already")
    #expect(throws: CommandFailure.self) { try run(QuarantineDetailCommand.self, ["zzzz"]) }
    #expect(throws: CommandFailure.self) { try run(QuarantineRejectCommand.self, ["0"]) }
  }
}
