import Guard
import Testing

@testable import Audit

@Suite struct ViewTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test("audit_log has exactly the contract's columns, in its order")
  func columns() throws {
    _ = try AuditStore.open(path: folder.file()).close()
    let statement = try connect(folder.file()).prepare("SELECT * FROM audit_log")
    #expect(
      statement.columnNames == [
        "id", "timestamp", "from_agent", "to_agent", "content_hash", "signature_verified", "pubkey_fingerprint",
        "status", "rules_triggered", "policy_decision", "latency_us", "session", "direction", "method", "tool",
        "verdict", "action", "bytes", "sender_timestamp",
      ])
  }

  @Test("audit_log shows times as RFC 3339, hashes as hex and findings as JSON")
  func values() throws {
    var shown = entry(3, from: "alpha", to: "beta")
    shown.findings = [finding(1)]
    shown.findings[0].excerpt = "a\"b\\c\n\u{1}\u{0}\u{7F}é"
    shown.latency = 42
    shown.senderTimestamp = "then"
    let store = try AuditStore.open(path: folder.file())
    #expect(store.commit(shown, withinMilliseconds: 10_000) == .committed)
    _ = store.close()
    let row = try #require(try rows(folder.file(), "SELECT * FROM audit_log").first)
    #expect(
      row == [
        shown.id.description, Timestamp.text(shown.timestamp), "alpha", "beta", shown.contentHash.hex, "0", nil,
        "delivered",
        #"[{"rule_id":"IAP-001","name":"Rule 1","severity":"high","category":"prompt-injection","#
          + #""pointer":"/params/arguments/text","start":1,"end":11,"match":"a\"b\\c\n\u0001\u0000"#
          + "\u{7F}é\"}]",
        "allow", "42", "s-1", "request", "tools/call", "read_file", "clean", "forwarded", "3", "then",
      ])
  }

  @Test("a record without findings shows an empty array")
  func noFindings() throws {
    let store = try AuditStore.open(path: folder.file())
    #expect(store.commit(entry(), withinMilliseconds: 10_000) == .committed)
    #expect(try rows(folder.file(), "SELECT rules_triggered FROM audit_log") == [["[]"]])
  }

  @Test("the view and Timestamp.text agree", arguments: [0, 1, 999_999, 951_782_400_000_000, 4_102_444_799_999_999])
  func timestamps(_ moment: Int64) throws {
    let store = try AuditStore.open(path: folder.file())
    #expect(store.commit(entry(timestamp: moment), withinMilliseconds: 10_000) == .committed)
    #expect(try rows(folder.file(), "SELECT timestamp FROM audit_log") == [[Timestamp.text(moment)]])
  }
}

@Suite struct TimestampTests {
  @Test(
    "moments are written in RFC 3339 with microseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"),
      (-1, "1969-12-31T23:59:59.999999Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
      (1_709_164_800_000_001, "2024-02-29T00:00:00.000001Z"),
      (1_767_323_045_000_006, "2026-01-02T03:04:05.000006Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
      (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
      (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
      (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
      (Int64.max, "9999-12-31T23:59:59.999999Z"),
      (Int64.min, "0000-01-01T00:00:00.000000Z"),
    ] as [(Int64, String)])
  func text(_ moment: Int64, _ expected: String) {
    #expect(Timestamp.text(moment) == expected)
  }

  @Test("every day from 1600 to 2400 follows the one before it")
  func everyDay() {
    var previous = ""
    for day in Int64(-135_140)...Int64(157_054) {
      let text = Timestamp.text(day * 86_400_000_000)
      #expect(text > previous)
      previous = text
    }
    #expect(previous == "2400-01-01T00:00:00.000000Z")
  }
}
