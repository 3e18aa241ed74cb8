#if os(Linux)
import Glibc
import Guard
import Testing

@testable import Audit

/// Processes that take messages in, and are ended by SIGKILL at random moments.
@Suite struct InboxKillTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test(
    "after kills every answered message has its record and its place, and none is deliverable that was not allowed",
    .enabled(if: TestChild.path == nil))
  func killed() throws {
    var random = SystemRandomNumberGenerator()
    var children = try (0..<3).map { _ in try start() }
    for _ in 0..<8 {
      usleep(UInt32.random(in: 20_000...120_000, using: &random))
      let victim = Int.random(in: 0..<children.count, using: &random)
      kill(children[victim], SIGKILL)
      #expect(TestChild.exitStatus(children[victim]) == SIGKILL)
      children[victim] = try start()
    }
    #expect(try eventually { try answered().count > 30 })
    for child in children {
      kill(child, SIGKILL)
      _ = TestChild.exitStatus(child)
    }
    let told = try answered()
    let deliverable = Set(try rows(folder.file(), "SELECT id || ' ' || message_id FROM inbox").map { $0[0] ?? "" })
    let held = Set(try rows(folder.file(), "SELECT id || ' ' || message_id FROM quarantine").map { $0[0] ?? "" })
    #expect(told.filter { $0.hasPrefix("delivered ") && !deliverable.contains(String($0.dropFirst(10))) }.isEmpty)
    #expect(told.filter { $0.hasPrefix("quarantined ") && !held.contains(String($0.dropFirst(12))) }.isEmpty)
    // Whatever is in an inbox was allowed, and the other way round.
    #expect(
      try rows(
        folder.file(),
        """
        SELECT count(*) FROM inbox LEFT JOIN record ON record.id = inbox.id
        WHERE record.status IS NULL OR record.status <> 0
        """) == [["0"]])
    #expect(
      try rows(
        folder.file(),
        "SELECT count(*) FROM record WHERE status = 0 AND action = 0 AND id NOT IN (SELECT id FROM inbox)") == [["0"]])
    // The counts are those of the rows, whatever the kills interrupted.
    #expect(
      try rows(folder.file(), "SELECT messages, bytes FROM inbox_usage WHERE recipient = ''")
        == rows(folder.file(), "SELECT count(*), sum(payload_bytes) FROM inbox"))
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
    let report = try verify(folder.file())
    #expect(report.holds, "\(report.breaks)")
  }

  private func start() throws -> pid_t {
    try TestChild.spawn("InboxKillTests/takesMessagesUntilKilled", path: folder.file())
  }

  private func answered() throws -> [String] {
    String(decoding: fileBytes(folder.file() + ".told") ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("child: takes messages in and writes down each that it answered", .enabled(if: TestChild.path != nil))
  func takesMessagesUntilKilled() throws {
    let path = try #require(TestChild.path)
    let store = AuditStore(path: path)
    var number = 0
    while true {
      number += 1
      var new = entry(number, to: "r\(number % 7)", timestamp: Timestamp.now)
      switch number % 4 {
      case 0: (new.status, new.action) = (.blocked, .stopped)
      case 1: (new.status, new.action) = (.quarantined, .stopped)
      default: break
      }
      let id = "\(getpid()):\(number)"
      let outcome = store.commit(
        submission(id: id, attempt: number, payload: id), with: new, withinMilliseconds: 10_000)
      guard case .recorded(let record) = outcome, record.status != .blocked else { continue }
      let line = Array("\(record.status.rawValue) \(record.id) \(id)\n".utf8)
      let descriptor = open(path + ".told", O_WRONLY | O_CREAT | O_APPEND, 0o600)
      #expect(write(descriptor, line, line.count) == line.count)
      close(descriptor)
    }
  }
}
#endif
