import Foundation
import Guard
import StdioProxy
import Testing

@testable import Audit
@testable import CLI

/// A relay's judge over a real store whose database is locked and whose queue is full.
@Suite("a relay whose records cannot be kept")
struct StoreOutageTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static func call(_ id: Int) -> [UInt8] {
    let arguments = #""arguments":{"text":"good morning"}"#
    return Array(
      (#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"echo",\#(arguments)}}"# + "\n").utf8)
  }

  /// What becomes of three calls where the queue holds two records; then the records, after the lock is gone.
  private func outcome(
    _ mode: Mode, _ change: (inout PolicySettings) -> Void = { _ in }
  ) throws -> (replies: [String], records: [AuditEntry]) {
    var options = StoreOptions()
    options.maxQueuedRows = 2
    options.roomMilliseconds = 30
    options.busyMilliseconds = 50
    options.firstRetryMilliseconds = 5
    options.lastRetryMilliseconds = 20
    let store = try AuditStore.open(path: folder.database, options: options)
    let other = try Database(
      path: folder.database, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(5000)))
    try other.begin()
    var settings = PolicySettings()
    settings.mode = mode
    change(&settings)
    let session = SessionContext(
      server: "files", id: "s-1", policy: Policy(settings), rules: try BuiltinRules.load(), sink: store)
    let judge = DirectionJudge(.clientToServer, session: session)
    var replies: [String] = []
    for id in 0..<3 {
      var outputs: [RelayOutput] = []
      Self.call(id).withUnsafeBytes { judge.receive($0, into: &outputs) }
      for output in outputs {
        switch output {
        case .forward(let bytes):
          #expect(bytes == Self.call(id))
          replies.append("passed")
        case .reply(let bytes): replies.append(String(decoding: bytes, as: UTF8.self))
        case .end: break
        }
      }
    }
    try other.commit()
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    return (replies, try AuditReader(path: folder.database).records(after: 0).map(\.entry))
  }

  @Test("enforce waits for room within its bound, then stops and says that nothing is recorded")
  func stops() throws {
    let (replies, records) = try outcome(.enforce)
    #expect(replies.count == 3 && replies[0] == "passed" && replies[1] == "passed")
    #expect(replies[2].contains(#""recorded":false"#) && replies[2].contains("audit_unavailable"))
    #expect(records.filter { $0.action == .forwarded }.count == 2)
    #expect(records.contains { $0.action == .gap })
  }

  @Test("enforce with audit.on_failure: continue goes on, and a gap record counts what was lost")
  func continues() throws {
    let (replies, records) = try outcome(.enforce) { $0.auditFailure = .continue }
    #expect(replies == ["passed", "passed", "passed"])
    #expect(records.map(\.action) == [.forwarded, .forwarded, .gap])
    #expect(records.last?.reason.hasPrefix("1 records lost") == true)
  }

  @Test("observe goes on without waiting, and a gap record counts what was lost")
  func observes() throws {
    let (replies, records) = try outcome(.observe)
    #expect(replies == ["passed", "passed", "passed"])
    #expect(records.map(\.action) == [.forwarded, .forwarded, .gap])
  }
}
