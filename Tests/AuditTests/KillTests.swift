#if os(Linux)
import Glibc
import Guard
import Testing

@testable import Audit

/// Writers that are ended by SIGKILL at random moments.
@Suite struct KillTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test(
    "what a killed writer was told to be committed stands, and the chain holds", .enabled(if: TestChild.path == nil))
  func killed() throws {
    var random = SystemRandomNumberGenerator()
    var children = try (0..<4).map { _ in try start() }
    for _ in 0..<12 {
      usleep(UInt32.random(in: 20_000...120_000, using: &random))
      let victim = Int.random(in: 0..<children.count, using: &random)
      kill(children[victim], SIGKILL)
      #expect(TestChild.exitStatus(children[victim]) == SIGKILL)
      children[victim] = try start()
    }
    // Long enough for the last one to have written something.
    #expect(try eventually { try Set(acknowledged().map { $0.prefix(while: { $0 != " " }) }).count >= 4 })
    for child in children {
      kill(child, SIGKILL)
      _ = TestChild.exitStatus(child)
    }

    let told = try acknowledged()
    #expect(told.count > 20)
    let standing = Set(try allRecords(folder.file()).map { "\($0.entry.session) \($0.entry.id)" })
    #expect(told.filter { !standing.contains($0) }.isEmpty)
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
    let report = try verify(folder.file())
    #expect(report.holds, "\(report.breaks)")
    try expectTrueCounts(folder.file())
    // Every held item has its record, and the other way round.
    #expect(
      try rows(
        folder.file(),
        """
        SELECT count(*) FROM record LEFT JOIN quarantine ON quarantine.id = record.item
        WHERE record.status = 2 AND quarantine.id IS NULL
        """) == [["0"]])
  }

  private func start() throws -> pid_t { try TestChild.spawn("KillTests/writesUntilKilled", path: folder.file()) }

  /// What the children were told: session and record.
  private func acknowledged() throws -> [String] {
    let text = String(decoding: fileBytes(folder.file() + ".told") ?? [], as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }

  @Test("child: commits records and writes down each that it was told to stand", .enabled(if: TestChild.path != nil))
  func writesUntilKilled() throws {
    let path = try #require(TestChild.path)
    let store = AuditStore(path: path)
    let session = "child-\(getpid())"
    var number = 0
    while true {
      number += 1
      var new = entry(number, session: session, status: .blocked, timestamp: Timestamp.now)
      new.findings = [finding(1)]
      // Records that nobody waits for, in between.
      for _ in 0..<(number % 5) { _ = store.enqueue(entry(0, session: session), mayWait: true) }
      let stands: Bool
      if number % 4 == 0 {
        new.status = .quarantined
        let item = QuarantineItem(
          kind: .result, key: ApprovalKey(digest: new.contentHash), payload: Array("\(session) \(number)".utf8),
          expires: .max)
        if case .held = store.hold(item, with: new, withinMilliseconds: 10_000) {
          stands = true
        } else {
          stands = false
        }
      } else {
        stands = store.commit(new, withinMilliseconds: 10_000) == .committed
      }
      guard stands else { continue }
      let line = Array("\(session) \(new.id)\n".utf8)
      let descriptor = open(path + ".told", O_WRONLY | O_CREAT | O_APPEND, 0o600)
      #expect(write(descriptor, line, line.count) == line.count)
      close(descriptor)
    }
  }
}
#endif
