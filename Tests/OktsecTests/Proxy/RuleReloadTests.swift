import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("a relay's own rules, changed while it runs")
struct RuleReloadTests {
  private let folder: CommandFolder
  private let rules: String

  init() throws {
    folder = try CommandFolder()
    rules = folder.path + "/rules"
    try FileManager.default.createDirectory(atPath: rules, withIntermediateDirectories: false)
  }

  private var configuration: Configuration {
    var configuration = Configuration(folders: .current())
    configuration.customRulesFolder = rules
    return configuration
  }

  private func write(_ text: String) throws {
    try text.write(toFile: rules + "/own.yaml", atomically: true, encoding: .utf8)
  }

  /// Asks as a relay does, until there is an answer.
  private func next(_ reload: RuleReload, _ records: RecordList) async throws -> RuleSet? {
    let before = records.entries.count
    for _ in 0..<2000 {
      if let rules = reload.change(configuration) { return rules }
      if records.entries.count > before, records.entries.last?.status == .rejected { return nil }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("there was no answer")
    return nil
  }

  @Test("are taken when they are right, refused as a whole when not, and each is recorded once")
  func changes() async throws {
    let records = RecordList()
    let reload = RuleReload(.init(configuration), sink: records, session: "s-9", agent: "files")
    #expect(reload.change(configuration) == nil)

    try write(CustomRuleFileTests.rule())
    #expect(try await next(reload, records)?.definition(of: "ACME-001") != nil)
    #expect(reload.change(configuration) == nil)

    try write(CustomRuleFileTests.rule(pattern: "("))
    #expect(try await next(reload, records) == nil)
    #expect(reload.change(configuration) == nil)

    try FileManager.default.removeItem(atPath: rules + "/own.yaml")
    #expect(try await next(reload, records)?.definition(of: "ACME-001") == nil)

    #expect(records.entries.map(\.status) == [.delivered, .rejected, .delivered])
    #expect(records.entries.allSatisfy { $0.method == "rules/reload" && $0.action == .changed && $0.session == "s-9" })
  }

  @Test("that are read when the session has ended leave no record: the store may be closed")
  func ended() async throws {
    let records = RecordList()
    let reload = RuleReload(.init(configuration), sink: records, session: "s", agent: "files")
    reload.end()
    try write(CustomRuleFileTests.rule())
    #expect(try await next(reload, records) != nil)
    #expect(records.entries.isEmpty)
  }

  @Test("without a folder are never looked for")
  func noFolder() {
    let none = Configuration(folders: .current())
    let records = RecordList()
    let reload = RuleReload(.init(none), sink: records, session: "s", agent: "files")
    #expect(reload.change(none) == nil && reload.change(none, isForced: true) == nil)
    #expect(records.entries.isEmpty)
  }

  @Test("are read again at once when that is asked for, changed or not, and without records when nobody keeps any")
  func forced() async throws {
    try write(CustomRuleFileTests.rule())
    let reload = RuleReload(.init(configuration), sink: nil)
    #expect(reload.change(configuration) == nil)
    #expect(reload.change(configuration, isForced: true) == nil)
    var rules: RuleSet?
    for _ in 0..<2000 where rules == nil {
      try await Task.sleep(for: .milliseconds(5))
      rules = reload.change(configuration)
    }
    #expect(rules?.definition(of: "ACME-001") != nil)
  }
}

/// Keeps what is recorded.
// @unchecked: guarded by the lock.
private final class RecordList: AuditSink, @unchecked Sendable {
  private let lock = NSLock()
  private var list: [AuditEntry] = []

  var entries: [AuditEntry] { lock.withLock { list } }
  var isAvailable: Bool { true }

  func enqueue(_ entry: AuditEntry, mayWait: Bool) -> EnqueueOutcome {
    lock.withLock { list.append(entry) }
    return .queued
  }

  func commit(_ entry: AuditEntry, withinMilliseconds milliseconds: Int) -> CommitOutcome {
    _ = enqueue(entry, mayWait: true)
    return .committed
  }
}
