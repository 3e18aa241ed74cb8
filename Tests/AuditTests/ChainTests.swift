import Guard
import Testing

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func verify(_ path: String, _ change: (inout ChainVerifier) -> Void = { _ in }) throws -> ChainReport {
  var verifier = ChainVerifier()
  change(&verifier)
  return try verifier.verify(AuditReader(path: path))
}

/// Writes records of every kind.
func fill(_ path: String, _ count: Int, from first: Int = 0) throws {
  let store = try AuditStore.open(path: path)
  for number in first..<(first + count) {
    var new = entry(number, from: number % 2 == 0 ? "client" : "files", to: number % 2 == 0 ? "files" : "client")
    if number % 5 == 0 {
      new.status = .blocked
      new.verdict = .block
      new.findings = [finding(1), finding(2)]
    }
    if number % 7 == 0 { new.reason = "reason \(number)" }
    #expect(store.enqueue(new, mayWait: true) == .queued)
  }
  #expect(store.close(withinMilliseconds: 60_000).isComplete)
}

func change(_ path: String, _ sql: String) throws { try connect(path).execute(sql, operation: "test") }

@Suite struct ChainTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test("a chain holds, and says by whom and how far it is signed")
  func holds() throws {
    try fill(folder.file(), 30)
    try fill(folder.file(), 12, from: 30)
    let report = try verify(folder.file())
    #expect(report.holds)
    #expect(report.verified == 42)
    #expect(report.firstSeq == 1 && report.lastSeq == 42)
    #expect(report.uncovered == 0)
    // The beginning and the head.
    #expect(report.checkpoints == 2)
    let key = try #require(try AuditKey.load(for: connect(folder.file())))
    #expect(report.fingerprint == key.verifyingKey.fingerprint)
    #expect(mode(folder.file() + ".audit.key") == 0o600)
  }

  @Test("an empty chain holds")
  func empty() throws {
    try fill(folder.file(), 0)
    let report = try verify(folder.file())
    #expect(report.holds && report.verified == 0)
  }

  @Test("one link in ten thousand is signed for good")
  func regularCheckpoints() throws {
    try fill(folder.file(), 20_500)
    let kept = try rows(folder.file(), "SELECT seq / 10000 FROM checkpoint WHERE kind = 1 ORDER BY seq")
    #expect(kept == [["1"], ["2"]])
    #expect(try verify(folder.file()).checkpoints == 4)
  }

  @Test("writers in turn make one chain")
  func severalWriters() throws {
    let stores = try (0..<4).map { _ in try AuditStore.open(path: folder.file()) }
    for number in 0..<100 {
      #expect(stores[number % 4].commit(entry(number), withinMilliseconds: 10_000) == .committed)
    }
    let report = try verify(folder.file())
    #expect(report.holds && report.verified == 100)
  }

  /// What somebody without the key does to a trail of 40 records, and the first break that is found.
  static let acts: [(sql: String, found: ChainBreak)] = [
    ("UPDATE record SET timestamp = timestamp + 1 WHERE seq = 7", .init(seq: 7, kind: .changed)),
    ("UPDATE record SET status = 0 WHERE seq = 11", .init(seq: 11, kind: .changed)),
    ("UPDATE record SET reason = NULL WHERE seq = 8", .init(seq: 8, kind: .changed)),
    ("UPDATE record SET reason = 'x' WHERE seq = 9", .init(seq: 9, kind: .changed)),
    ("UPDATE record SET method = 'tools/list' WHERE seq = 40", .init(seq: 40, kind: .changed)),
    ("UPDATE record SET findings = 0 WHERE seq = 11", .init(seq: 11, kind: .changed)),
    ("UPDATE record SET status = 77 WHERE seq = 12", .init(seq: 12, kind: .changed)),
    ("UPDATE record SET item = id WHERE seq = 12", .init(seq: 12, kind: .changed)),
    ("UPDATE record SET chain = randomblob(32) WHERE seq = 13", .init(seq: 13, kind: .changed)),
    ("UPDATE record SET chain = NULL WHERE seq = 13", .init(seq: 13, kind: .changed)),
    ("UPDATE finding SET excerpt = 'nothing' WHERE seq = 16 AND position = 1", .init(seq: 16, kind: .changed)),
    ("DELETE FROM finding WHERE seq = 16 AND position = 1", .init(seq: 16, kind: .changed)),
    (
      "INSERT INTO finding SELECT 16, 2, rule, severity, pointer, 0, 0, 'new' FROM finding WHERE seq = 11 LIMIT 1",
      .init(seq: 16, kind: .changed)
    ),
    (
      "INSERT INTO finding SELECT 17, 0, rule, severity, pointer, 0, 0, 'new' FROM finding WHERE seq = 11 LIMIT 1",
      .init(seq: 0, kind: .strayFindings(1))
    ),
    ("UPDATE rule SET name = 'Harmless' WHERE rule_id = 'IAP-001'", .init(seq: 1, kind: .changed)),
    ("UPDATE word SET text = 'nobody' WHERE text = 'client'", .init(seq: 1, kind: .changed)),
    ("DELETE FROM record WHERE seq = 20", .init(seq: 20, kind: .missing(through: 20))),
    ("DELETE FROM record WHERE seq BETWEEN 20 AND 29", .init(seq: 20, kind: .missing(through: 29))),
    ("DELETE FROM record WHERE seq <= 3", .init(seq: 1, kind: .missing(through: 3))),
    ("DELETE FROM record WHERE seq > 30", .init(seq: 31, kind: .missing(through: 40))),
    ("DELETE FROM record", .init(seq: 1, kind: .missing(through: 40))),
    (
      """
      UPDATE record SET seq = 1000 WHERE seq = 20; UPDATE record SET seq = 20 WHERE seq = 21;
      UPDATE record SET seq = 21 WHERE seq = 1000;
      """, .init(seq: 20, kind: .changed)
    ),
    (
      """
      UPDATE record SET seq = -seq WHERE seq >= 20; UPDATE record SET seq = 1 - seq WHERE seq < 0;
      INSERT INTO record SELECT 20, 'abcdefgh', timestamp, from_agent, to_agent, session, direction, method, tool,
        content_hash, forwarded_hash, signature, fingerprint, status, decision, verdict, action, 0, 0, 0, 0, NULL, NULL,
        NULL, NULL FROM record WHERE seq = 19
      """, .init(seq: 20, kind: .changed)
    ),
    ("UPDATE chain_head SET signature = zeroblob(64)", .init(seq: 40, kind: .badSignature)),
    ("UPDATE chain_head SET seq = 39", .init(seq: 39, kind: .badSignature)),
    ("UPDATE chain_head SET timestamp = timestamp + 1", .init(seq: 40, kind: .badSignature)),
    ("UPDATE chain_head SET key = 99", .init(seq: 40, kind: .badSignature)),
    ("DELETE FROM chain_head", .init(seq: 40, kind: .missingStatement("the end of the chain"))),
    ("DELETE FROM checkpoint", .init(seq: 0, kind: .missingStatement("the beginning of the chain"))),
    ("UPDATE checkpoint SET hash = zeroblob(32) WHERE kind = 0", .init(seq: 0, kind: .badSignature)),
    ("UPDATE audit_database SET identity = randomblob(16)", .init(seq: 0, kind: .badSignature)),
    ("UPDATE checkpoint SET seq = 20, kind = 2", .init(seq: 1, kind: .surplus)),
  ]

  @Test("what is done to the trail without the key is found, and where", arguments: 0..<acts.count)
  func tampering(_ number: Int) throws {
    let (sql, found) = Self.acts[number]
    try fill(folder.file(), 40)
    #expect(try verify(folder.file()).holds)
    try change(folder.file(), sql)
    let report = try verify(folder.file())
    #expect(!report.holds)
    #expect(report.breaks.first == found, "\(sql): \(report.breaks)")
    #expect(report.breaks.count == min(20, report.breakCount))
  }

  @Test("any byte of any record that is flipped is found", arguments: 0..<40)
  func flipped(_ seed: Int) throws {
    var random = SystemRandomNumberGenerator()
    try fill(folder.file(), 12)
    let columns = [
      "timestamp", "from_agent", "to_agent", "session", "direction", "method", "tool", "content_hash", "signature",
      "status", "decision", "verdict", "action", "findings_dropped", "latency_us", "bytes", "id", "chain",
    ]
    let column = columns[seed % columns.count]
    let seq = Int.random(in: 1...12, using: &random)
    let isText = column == "id"
    let isBlob = column == "content_hash" || column == "chain"
    let value =
      isBlob
      ? "CAST(substr(\(column), 1, 5) || x'00FF' || substr(\(column), 8) AS BLOB)"
      : isText ? "replace(\(column), substr(\(column), 12, 1), 'q')" : "\(column) + 1"
    let before = try rows(folder.file(), "SELECT \(isBlob ? "hex(\(column))" : column) FROM record WHERE seq = \(seq)")
    try change(folder.file(), "UPDATE record SET \(column) = \(value) WHERE seq = \(seq)")
    let after = try rows(folder.file(), "SELECT \(isBlob ? "hex(\(column))" : column) FROM record WHERE seq = \(seq)")
    #expect(try verify(folder.file()).holds == (before == after), "\(column) of \(seq)")
  }

  @Test("a store goes on behind a break, says so in the trail, and mends nothing")
  func goesOn() throws {
    try fill(folder.file(), 20)
    try change(folder.file(), "DELETE FROM record WHERE seq > 15")
    try fill(folder.file(), 5, from: 20)
    let report = try verify(folder.file())
    #expect(
      report.breaks.map(\.kind) == [
        .missing(through: 20),
        .reported(
          "the audit trail is damaged or was changed from outside: its last link is not that of the last record"),
        .strayFindings(2),
      ])
    #expect(report.breaks.map(\.seq) == [16, 21, 0])
    // All but the first behind the gap, of which only the place is known.
    #expect(report.verified == 15 + 5)
  }

  @Test(
    "a head that was removed or forged is not signed over in silence",
    arguments: [
      "DELETE FROM record WHERE seq > 15; DELETE FROM finding WHERE seq > 15; DELETE FROM chain_head",
      """
      DELETE FROM record WHERE seq > 15; DELETE FROM finding WHERE seq > 15;
      UPDATE chain_head SET seq = 15, hash = (SELECT chain FROM record WHERE seq = 15)
      """,
    ])
  func laundering(sql: String) throws {
    try fill(folder.file(), 20)
    let store = try AuditStore.open(path: folder.file())
    #expect(store.commit(entry(20), withinMilliseconds: 10_000) == .committed)
    try change(folder.file(), sql)
    #expect(store.commit(entry(21), withinMilliseconds: 10_000) == .committed)
    let report = try verify(folder.file())
    #expect(report.breakCount == 1)
    guard case .reported? = report.breaks.first?.kind else {
      Issue.record("\(report.breaks)")
      return
    }
  }

  @Test("the last record is looked at on open")
  func lastRecord() throws {
    try fill(folder.file(), 20)
    try change(folder.file(), "UPDATE record SET status = 3 WHERE seq = 20")
    try fill(folder.file(), 1, from: 20)
    #expect(try verify(folder.file()).breaks.map(\.seq) == [20, 21])
    #expect(
      try rows(folder.file(), "SELECT reason FROM record WHERE seq = 21") == [
        ["the audit trail is damaged or was changed from outside: the last record was changed"]
      ])
  }

  @Test("a key that is gone is replaced, and the trail says so")
  func lostKey() throws {
    try fill(folder.file(), 5)
    let old = try #require(try verify(folder.file()).fingerprint)
    unlink(folder.file() + ".audit.key")
    try fill(folder.file(), 5, from: 5)
    let report = try verify(folder.file())
    #expect(report.fingerprint != old)
    #expect(report.breakCount == 1)
    #expect(report.breaks.first?.description.contains("the file with its key was gone") == true)
    // Against the key that somebody knows, nothing of the new one counts.
    #expect(try verify(folder.file()) { $0.fingerprint = old }.breaks.contains { $0.kind == .badSignature })
  }

  @Test("somebody with a key of their own is found by the fingerprint of the right one")
  func otherKey() throws {
    try fill(folder.file(), 5)
    let right = try #require(try verify(folder.file()).fingerprint)
    let forged = folder.file("forged/oktsec.db")
    try fill(forged, 5)
    #expect(try verify(forged).holds)
    #expect(try verify(forged) { $0.fingerprint = right }.breaks.allSatisfy { $0.kind == .badSignature })
    #expect(try !verify(forged) { $0.fingerprint = right }.holds)
    #expect(try verify(folder.file()) { $0.fingerprint = right }.holds)
  }

  @Test("an older copy in place of the file holds by itself, and fails against a line kept elsewhere")
  func rollback() throws {
    try fill(folder.file(), 10)
    try change(folder.file(), "PRAGMA wal_checkpoint(TRUNCATE)")
    try change(folder.file(), "VACUUM INTO '\(folder.file("copy.db"))'")
    try fill(folder.file(), 10, from: 10)
    let line = try #require(try AuditReader(path: folder.file()).headCheckpoint()).line
    let kept = try #require(Checkpoint(line: line))
    #expect(kept.isSigned && kept.seq == 20)
    #expect(try verify(folder.file()) { $0.outside = [kept] }.holds)
    let older = folder.file("copy.db")
    #expect(try verify(older).holds)
    #expect(
      try verify(older) { $0.outside = [kept] }.breaks == [ChainBreak(seq: 11, kind: .missing(through: 20))])
    let other = folder.file("other/oktsec.db")
    try fill(other, 20)
    #expect(try verify(other) { $0.outside = [kept] }.breaks == [ChainBreak(seq: 20, kind: .otherDatabase)])
  }

  @Test("a rewrite by somebody who holds the key is not found without a line kept elsewhere, and with it is")
  func rewriteWithKey() throws {
    try fill(folder.file(), 10)
    let kept = try #require(try AuditReader(path: folder.file()).headCheckpoint())
    let (key, path) = (folder.file() + ".audit.key", folder.file())
    // The same key and identity, another history.
    let identity = try #require(try rows(path, "SELECT hex(identity) FROM audit_database").first?.first ?? nil)
    let forged = folder.file("forged/oktsec.db")
    mkdir(folder.file("forged"), 0o700)
    let text = try #require(fileBytes(key))
    try text.withUnsafeBytes { try PrivateFile.write($0, to: forged + ".audit.key") }
    let database = try connect(forged)
    try Schema().prepareForWriting(database)
    try database.execute("UPDATE audit_database SET identity = x'\(identity)'", operation: "test")
    let chain = try Chain(database)
    try database.transaction { () throws(DatabaseError) in
      _ = try chain.load()
      try chain.note(.begin, seq: 0, hash: chain.hash)
      try chain.sign()
    }
    try fill(forged, 10, from: 100)
    // One break: the tool itself saw the change when it opened the file, as `load` above would have reported.
    let report = try verify(forged)
    #expect(report.holds)
    #expect(try verify(forged) { $0.outside = [kept] }.breaks == [ChainBreak(seq: 10, kind: .otherHash)])
  }

  @Test("a line is read back as it was written, and nothing else is read")
  func lines() throws {
    try fill(folder.file(), 3)
    let checkpoint = try #require(try AuditReader(path: folder.file()).headCheckpoint())
    #expect(Checkpoint(line: checkpoint.line) == checkpoint)
    for text in ["", "x", checkpoint.line + " x", checkpoint.line.uppercased(), String(checkpoint.line.dropLast())] {
      #expect(Checkpoint(line: text) == nil)
    }
    let moved = checkpoint.line.split(separator: " ").enumerated().map { $0 == 2 ? "4" : String($1) }
    #expect(Checkpoint(line: moved.joined(separator: " "))?.isSigned == false)
  }
}

func fileBytes(_ path: String) -> [UInt8]? {
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  let count = try? buffer.withUnsafeMutableBytes { try PrivateFile.read(path, into: $0) }
  return count.flatMap { $0 }.map { Array(buffer[..<$0]) }
}
