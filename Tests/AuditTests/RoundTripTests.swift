import Guard
import Testing

@testable import Audit

@Suite struct RoundTripTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func store(_ entries: [AuditEntry]) throws -> [AuditEntry] {
    let store = try AuditStore.open(path: folder.file())
    for entry in entries { #expect(store.enqueue(entry, mayWait: true) == .queued) }
    #expect(store.close().isComplete)
    return try allRecords(folder.file()).map(\.entry)
  }

  @Test("every field comes back as it was stored")
  func everyField() throws {
    var full = entry(1, from: "alpha", to: "beta", session: "0f0f", status: .quarantined)
    full.forwardedHash = digest(99)
    full.signature = .verified
    full.fingerprint = digest(5).hex
    full.decision = .contentQuarantined
    full.findings = [finding(1), finding(2), finding(1)]
    full.findings[1].severity = .info
    full.findings[1].pointer = ""
    full.findingsDropped = 7
    full.latency = 1234
    full.direction = .serverToClient
    full.method = "resources/read"
    full.tool = "file:///tmp/a\u{0}b \"c\" \\ \u{202E}é"
    full.verdict = .quarantine
    full.action = .filtered
    full.reason = "duplicate member"
    full.bytes = 67_108_864
    full.senderTimestamp = "2026-01-02T03:04:05+01:00"
    full.quarantineItem = entry(7).id
    var bare = entry(2, from: "", to: "", session: "")
    bare.method = ""
    bare.tool = ""
    #expect(try store([full, bare]) == [full, bare])
  }

  @Test("every word of every enumeration is stored and shown by the view")
  func everyWord() throws {
    var entries: [AuditEntry] = []
    func add(_ change: (inout AuditEntry) -> Void) {
      var new = entry(entries.count)
      change(&new)
      entries.append(new)
    }
    for status in DeliveryStatus.allCases { add { $0.status = status } }
    for decision in PolicyDecision.allCases { add { $0.decision = decision } }
    for verdict in Verdict.allCases { add { $0.verdict = verdict } }
    for action in Action.allCases { add { $0.action = action } }
    for direction in Direction.allCases { add { $0.direction = direction } }
    for signature in [SignatureState.invalid, .absent, .verified] { add { $0.signature = signature } }
    for severity in Severity.allCases {
      add {
        $0.findings = [finding()]
        $0.findings[0].severity = severity
      }
    }
    #expect(try store(entries) == entries)

    let shown = try rows(
      folder.file(),
      """
      SELECT status, policy_decision, verdict, action, direction, signature_verified,
        json_extract(rules_triggered, '$[0].severity') FROM audit_log
      """)
    let expected: [[String?]] = entries.map {
      [
        $0.status.rawValue, $0.decision.rawValue, $0.verdict.name, $0.action.rawValue, $0.direction.rawValue,
        String($0.signature.rawValue), $0.findings.first?.severity.name,
      ]
    }
    #expect(shown == expected)
  }

  @Test("texts that Unicode calls equivalent stay the bytes that they were")
  func equivalentTexts() throws {
    var composed = entry(1)
    composed.tool = "caf\u{E9}"
    var decomposed = entry(2)
    decomposed.tool = "cafe\u{301}"
    let stored = try store([composed, decomposed])
    #expect(stored.map { Array($0.tool.utf8) } == [Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8)])
  }

  @Test("words that a peer invents do not fill the dictionary, and still come back")
  func peerWords() throws {
    let entries = (0..<2000).map { number in
      var new = entry(number)
      new.method = "invented/\(number)"
      new.tool = String(repeating: "x", count: 100) + String(number)
      return new
    }
    #expect(try store(entries) == entries)
    let words = try rows(folder.file(), "SELECT count(*) FROM word")[0][0].flatMap { Int($0) }
    #expect(try #require(words) < 600)
    #expect(
      try rows(folder.file(), "SELECT count(DISTINCT method), count(DISTINCT tool) FROM audit_log") == [
        ["2000", "2000"]
      ])
  }

  @Test("overlong texts are cut at a character's edge, surplus findings are counted")
  func bounds() throws {
    var long = entry(1)
    long.method = String(repeating: "m", count: 255) + "é" + String(repeating: "m", count: 1_000_000)
    long.reason = String(repeating: "r", count: 5000)
    long.findings = (0..<1500).map { _ in finding() }
    long.findings[0].excerpt = String(repeating: "€", count: 100)
    long.findingsDropped = 3
    let stored = try #require(try store([long]).first)
    #expect(stored.method == String(repeating: "m", count: 255))
    #expect(stored.reason.utf8.count == 1024)
    #expect(stored.findings.count == 1000)
    #expect(stored.findings[0].excerpt == String(repeating: "€", count: 53))
    #expect(stored.findingsDropped == 503)
  }

  @Test("findings whose text alone is too much for one record are counted as dropped")
  func findingsText() throws {
    var long = entry(1)
    long.findings = (0..<1000).map { _ in
      var long = finding()
      long.pointer = String(repeating: "p", count: 1024)
      return long
    }
    let stored = try #require(try store([long]).first)
    #expect(stored.findings.count + stored.findingsDropped == 1000)
    #expect((200..<256).contains(stored.findings.count))
  }
}
