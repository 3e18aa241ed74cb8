import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("status")
struct StatusCommandTests {
  private let folder: CommandFolder
  private let config: String

  init() throws {
    folder = try CommandFolder()
    config = folder.path + "/oktsec.yaml"
    try configure("mode: enforce")
    try SampleRecords.write(
      [
        SampleRecords.entry(0), SampleRecords.entry(2, status: .blocked, verdict: .block),
        SampleRecords.entry(4, status: .quarantined, verdict: .quarantine),
      ], to: folder.database)
  }

  private func configure(_ more: String) throws {
    try write("version: \"1\"\ndb_path: \(folder.database)\n\(more)\n", to: config)
  }

  private func run(_ arguments: [String] = []) throws -> (text: String, code: Int32) {
    let screen = Terminal(isInteractive: true, columns: 80, style: .plain)
    let output = ResultOutput(memoryFor: screen)
    let command = try #require(try StatusCommand.parseAsRoot(arguments + ["--config", config]) as? StatusCommand)
    do {
      try command.run(to: output)
      return (output.text, 0)
    } catch let status as CLI.ExitStatus {
      return (output.text, status.code)
    }
  }

  @Test("says config, database, mode, counts of today; all in 80 columns and 24 lines; exit 0")
  func healthy() throws {
    let (text, code) = try run()
    #expect(code == 0)
    #expect(!text.contains("NOTHING IS STOPPED"))
    for part in [
      "enforce:", "1 blocked, 1 quarantined", "3 records verified", "Nothing is wrong.",
      "the last change of the config",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 24)
    #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 80 })
  }

  @Test("observe is loud, on the first line, and no failure")
  func observe() throws {
    try configure("mode: observe")
    let (text, code) = try run()
    #expect(text.hasPrefix("NOTHING IS STOPPED") && code == 0)
  }

  @Test("--json is one document with the same facts")
  func json() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run(["--json"]).text.utf8)) as? [String: Any])
    #expect(object["ok"] as? Bool == true && object["stops"] as? Bool == true)
    #expect((object["today"] as? [String: Any])?["blocked"] as? Int == 1)
    #expect(object["verified_records"] as? Int == 3)
    #expect((object["findings"] as? [Any])?.isEmpty == true)
  }

  @Test("rules that are one's own, replaced or passed over are named, and a file of them that cannot be used")
  func ownRules() throws {
    #expect(try !run().text.contains("in force"))
    let rules = folder.path + "/rules"
    try FileManager.default.createDirectory(atPath: rules, withIntermediateDirectories: false)
    _ = try folder.file("rules/a.yaml", Array(CustomRuleFileTests.rule("iap-001").utf8))
    _ = try folder.file("rules/b.yaml", Array(CustomRuleFileTests.rule("ACME-7").utf8))
    _ = try folder.file("rules/c.yaml", Array("id: [".utf8))
    try configure(
      """
      mode: enforce
      custom_rules_dir: \(rules)
      rules:
        - {id: IAP-002, action: ignore}
        - {id: IAP-003, action: ignore, direction: request}
      """)
    let (text, code) = try run()
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(code == 0)
    #expect(words.contains("in force; 1 of your own; replaced: iap-001; ignored by the config: IAP-002"), "\(text)")
    #expect(words.contains("c.yaml:") && !words.contains("IAP-003"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run(["--json"]).text.utf8)) as? [String: Any])
    let shown = try #require(object["rules"] as? [String: Any])
    #expect(shown["custom"] as? Int == 1 && shown["replaced"] as? [String] == ["iap-001"])
    #expect(shown["ignored"] as? [String] == ["IAP-002"])
  }

  @Test("a chain that does not hold is a failure, exit 1")
  func brokenChain() throws {
    let database = try Database(
      path: folder.database, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(1000)))
    try database.execute("UPDATE record SET bytes = bytes + 1 WHERE seq = 2", operation: "test")
    let (text, code) = try run()
    #expect(code == 1)
    #expect(text.contains("the chain of records does not hold"))
    #expect(!text.contains("Nothing is wrong"))
  }

  @Test("keys that others may read are a failure")
  func looseKeys() throws {
    let keys = folder.path + "/keys"
    let output = ResultOutput(memoryFor: .none)
    try KeygenCommand.run(agents: ["files"], directory: keys, force: false, to: output)
    #expect(try run().code == 0)
    #expect(try run().text.contains("1 active, 0 revoked"))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys + "/files.key")
    let (text, code) = try run()
    #expect(code == 1 && text.contains("chmod 600"))
  }

  @Test("names that the config does not have are warned about, known ones are not")
  func strangers() throws {
    try configure("mode: enforce\nagents: {other: {}}")
    #expect(try run().text.contains("not among 'agents': files"))
    #expect(try run().code == 0)
    try configure("mode: enforce\nagents: {files: {}}")
    #expect(try run().text.contains("Nothing is wrong."))
  }

  @Test("webhooks that nothing sends are warned about")
  func webhooks() throws {
    try configure("mode: enforce\nwebhooks: [{url: 'https://example.com/hook'}]")
    #expect(try run().text.contains("1, 0 not sent yet"))
    var options = StoreOptions()
    options.events = ["message_blocked"]
    let store = try AuditStore.open(path: folder.database, options: options)
    _ = store.commit(try SampleRecords.entry(6, status: .blocked, verdict: .block), withinMilliseconds: 5000)
    _ = store.close()
    let text = try run().text
    #expect(text.contains("1, 1 not sent yet") && text.contains("nothing has been sending"))
  }

  @Test("looking at webhooks leaves a database of an older form as it is, byte for byte")
  func readOnly() throws {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "AuditTests/Fixtures/records.db")
    let old = folder.path + "/old.db"
    try FileManager.default.copyItem(atPath: fixture.path, toPath: old)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: old)
    let before = try Data(contentsOf: URL(fileURLWithPath: old))
    let hook = "webhooks: [{url: 'https://example.com/hook'}]"
    try write("version: \"1\"\nmode: enforce\ndb_path: \(old)\n\(hook)\n", to: config)
    #expect(try run().text.contains("1, 0 not sent yet"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: old)) == before)
  }

  @Test("says where it looked: config, database, audit key, keys folder and what is required")
  func places() throws {
    // Paths are longer here than a line.
    let text = try run().text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    let key = try #require(try AuditReader(path: folder.database).auditKey())
    for part in [config, folder.database, key.short, "0 active, 0 revoked", "signatures are"] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test("a database that cannot be written is a failure", .enabled(if: geteuid() != 0))
  func unwritable() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: folder.database)
    let (text, code) = try run()
    #expect(code == 1 && text.contains("cannot be written"))
  }

  @Test("a list of revoked keys that is damaged is a failure, not an empty list")
  func damagedRevocations() throws {
    let keys = folder.path + "/keys"
    try KeygenCommand.run(agents: ["files"], directory: keys, force: false, to: ResultOutput(memoryFor: .none))
    let database = try Database(
      path: folder.database, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(1000)))
    try database.execute("INSERT INTO revoked_keys VALUES('none', 'files', 0)", operation: "test")
    let (text, code) = try run()
    #expect(code == 1 && text.contains("the list of revoked keys cannot be read"))
  }

  @Test("items that ran out of time are counted and warned about")
  func expired() throws {
    let store = try AuditStore.open(path: folder.database)
    for (number, lifetime) in [(0, -1), (2, 3_600_000_000)] as [(Int, Int64)] {
      var entry = try SampleRecords.entry(number, status: .quarantined, verdict: .quarantine)
      entry.decision = .contentQuarantined
      let digest = Array("\(number)".utf8).withUnsafeBytes { SHA256.digest($0) }
      let item = QuarantineItem(
        kind: .request, key: ApprovalKey(digest: digest), payload: [0x7B, 0x7D], expires: Timestamp.now + lifetime)
      guard case .held = store.hold(item, with: entry, withinMilliseconds: 5000) else {
        Issue.record("not held")
        return
      }
    }
    _ = store.close()
    let text = try run().text
    #expect(text.contains("1 pending, 1 expired"))
    #expect(text.contains("1 withheld item ran out of time"))
  }

  @Test("no database yet is said and no failure; one that is none is a failure")
  func database() throws {
    try write("version: \"1\"\nmode: enforce\ndb_path: \(folder.path)/new/o.db\n", to: config)
    #expect(try run().text.contains("nothing has been recorded yet"))
    #expect(try run().code == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/new"))
    try write(
      "no database, only text that is long enough to be looked at by SQLite: \(folder.path)", to: folder.path + "/x.db")
    try write("version: \"1\"\nmode: enforce\ndb_path: \(folder.path)/x.db\n", to: config)
    #expect(try run().code == 1)
  }

  @Test("a database of a newer major, or of another program, is called that, and not missing; exit 1")
  func strangeDatabases() throws {
    let cases = [
      ("PRAGMA user_version = 3000", "of a newer oktsec, schema 3", "use the newer oktsec"),
      ("PRAGMA application_id = 1", "not a database of oktsec", "it is not an oktsec database"),
    ]
    for (sql, remark, finding) in cases {
      let database = try Database(
        path: folder.database, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(1000)))
      try database.execute(sql, operation: "test")
      let (lines, code) = try run()
      // Paths are longer here than a line.
      let text = lines.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
      #expect(code == 1)
      #expect(text.contains(remark) && text.contains(finding), "\(text)")
      #expect(!text.contains("not there yet") && !text.contains("none yet"), "\(text)")
    }
  }

  @Test("a wrong config is exit 65")
  func wrongConfig() throws {
    try configure("mode: enforced")
    let failure = #expect(throws: CommandFailure.self) { try run() }
    #expect(failure?.exitCode == ExitCode.badInput)
  }
}
