import Guard
import Testing

@testable import Audit

@Suite struct StatisticsTests {
  let folder: ScratchFolder
  let entries: [AuditEntry]
  let reader: AuditReader

  init() throws {
    folder = try ScratchFolder()
    let now = Timestamp.now
    entries = (0..<600).map { number in
      var new = entry(
        number, from: ["client", "files", "mail"][number % 3], to: ["files", "mail", "client"][number / 3 % 3],
        status: number % 6 == 0 ? .blocked : number % 50 == 1 ? .quarantined : .delivered,
        timestamp: now - Int64(600 - number) * 600_000_000)
      new.tool = number == 77 ? "write_rare" : number % 2 == 0 ? "read_file" : "list_directory"
      new.method = number % 10 == 0 ? "resources/read" : "tools/call"
      if number % 6 == 0 {
        new.verdict = .block
        new.findings = [finding(number % 4)]
      }
      if number % 40 == 9 { new.tool = String(repeating: "long/", count: 20) + String(number) }
      return new
    }
    let store = try AuditStore.open(path: folder.file())
    for entry in entries { _ = store.enqueue(entry, mayWait: true) }
    _ = store.close(withinMilliseconds: 10_000)
    reader = try AuditReader(path: folder.file())
  }

  @Test("counts are those of the records, for all time and since an hour")
  func counts() throws {
    try expectTrueCounts(folder.file())
    let hour: Int64 = 3_600_000_000
    let start = (Timestamp.now - 24 * hour) / hour * hour
    for (since, counted) in [(nil, entries), (start, entries.filter { $0.timestamp >= start })] {
      let statistics = try reader.statistics(since: since)
      #expect(statistics.records == counted.count)
      for status in DeliveryStatus.allCases {
        #expect(statistics.statuses[status, default: 0] == counted.filter { $0.status == status }.count)
      }
      #expect(statistics.verdicts[.block] == counted.filter { $0.verdict == .block }.count)
      for agent in statistics.agents {
        #expect(agent.sent == counted.filter { $0.from == agent.name }.count)
        #expect(agent.received == counted.filter { $0.to == agent.name }.count)
        #expect(
          agent.stopped
            == counted.filter { $0.status != .delivered }.reduce(0) { sum, entry in
              sum + (entry.from == agent.name ? 1 : 0) + (entry.to == agent.name ? 1 : 0)
            })
        #expect(agent.lastSeen == entries.last { $0.from == agent.name || $0.to == agent.name }?.timestamp)
      }
      #expect(Set(statistics.agents.map(\.name)) == ["client", "files", "mail"])
      for rule in statistics.rules {
        #expect(rule.findings == counted.flatMap(\.findings).filter { $0.rule == rule.rule }.count)
      }
      #expect(statistics.rules.map(\.findings) == statistics.rules.map(\.findings).sorted(by: >))
    }
    let hours = try reader.statistics(since: start).hours
    #expect(hours.map(\.start) == hours.map(\.start).sorted())
    #expect(
      hours.map { $0.statuses.values.reduce(0, +) }.reduce(0, +) == entries.filter { $0.timestamp >= start }.count)
    #expect(try reader.statistics().hours.isEmpty)
  }

  @Test(
    "a search gives the newest records in which an agent, method, tool, rule or id begins so",
    arguments: [
      "c", "client", "files", "fil", "m", "tools", "tools/call", "re", "read_file", "write", "resources", "IAP-002",
      "iap", "IAP-9", "l", "long/", "long/long/", "nothing", "%", "_", "0", "\u{10FFFF}", "é",
    ])
  func search(_ text: String) throws {
    let rule = text.uppercased()
    let expected = entries.filter { entry in
      [entry.from, entry.to, entry.method, entry.tool].contains { $0.utf8.starts(with: text.utf8) }
        || entry.findings.contains { $0.rule.uppercased().utf8.starts(with: rule.utf8) }
        || entry.id.description.utf8.starts(with: text.lowercased().utf8)
    }
    #expect(try reader.search(text, limit: 1000).map(\.entry) == expected.reversed())
    #expect(try reader.search(text).map(\.entry) == expected.suffix(50).reversed())
    let page = try reader.search(text, before: 300, limit: 20)
    #expect(page.map(\.entry) == expected.filter { $0.bytes < 299 }.suffix(20).reversed())
  }

  @Test("a search by the beginning of an id finds its record")
  func byID() throws {
    let wanted = entries[123]
    #expect(try reader.search(wanted.id.description).map(\.entry) == [wanted])
    #expect(try reader.search(String(wanted.id.description.dropLast(3)).uppercased()).map(\.entry) == [wanted])
    #expect(try reader.search("").isEmpty)
  }

  @Test("no search and no count reads the records one by one")
  func plans() throws {
    let statements = [
      "SELECT seq FROM record INDEXED BY record_tool WHERE tool = 1 AND tool <> '' AND seq < 9 ORDER BY seq DESC",
      "SELECT seq FROM record INDEXED BY record_from WHERE from_agent = 1 AND seq < 9 ORDER BY seq DESC",
      "SELECT seq FROM finding INDEXED BY finding_rule WHERE rule = 1 AND seq < 9 ORDER BY seq DESC",
      """
      SELECT 1 FROM quarantine INDEXED BY quarantine_approved
      WHERE state = 1 AND expires_at > 1 AND approval_key IS NOT NULL LIMIT 1
      """,
    ]
    for statement in statements {
      let plan = try rows(folder.file(), "EXPLAIN QUERY PLAN " + statement).map { $0[3] ?? "" }
      #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
    }
  }
}
