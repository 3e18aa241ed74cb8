import Audit
import Guard

/// What the dashboard asks, each question a few hundred times over one connection.
enum Questions {
  static let rounds = 200
  private static let hour: Int64 = 3_600_000_000

  static func run(path: String) throws {
    let reader = try AuditReader(path: path)
    let newest = try reader.records(matching: AuditQuery()).first
    let id = newest?.entry.id.description ?? ""
    let session = newest?.entry.session ?? ""
    let before = (newest?.cursor ?? 0) / 2
    print("question".padded(to: 40) + "p50 ms".padded(to: 10) + "p99 ms")

    func ask(_ name: String, _ question: (AuditReader) throws -> Int) throws {
      var times: [Double] = []
      var answers = 0
      for _ in 0..<rounds {
        let begin = Clock.steady
        answers = try question(reader)
        times.append((Clock.steady - begin) * 1000)
      }
      times.sort()
      let columns = [
        name.padded(to: 40), hundredths(quantile(times, 0.5)).padded(to: 10), hundredths(quantile(times, 0.99)),
        "  (\(answers))",
      ]
      print(columns.joined())
    }
    func list(_ name: String, _ change: (inout AuditQuery) -> Void) throws {
      var query = AuditQuery()
      change(&query)
      try ask(name) { try $0.records(matching: query).count }
    }

    try ask("counts of a day") { try $0.statistics(since: Timestamp.now - 24 * hour).records }
    try ask("counts of seven days") { try $0.statistics(since: Timestamp.now - 168 * hour).records }
    try ask("counts of all") { try $0.statistics().records }
    try ask("quarantine by state") { try $0.quarantineCounts(now: Timestamp.now).count }
    try list("newest 50") { _ in }
    try list("newest 50 of the last hour") { $0.since = Timestamp.now - hour }
    try list("newest 50 that were blocked") { $0.status = .blocked }
    try list("newest 50 of an agent") { $0.agent = "server-7" }
    try list("newest 50 of the client") { $0.agent = "client" }
    try list("newest 50 of an agent, blocked") {
      $0.agent = "server-7"
      $0.status = .blocked
    }
    try list("newest 50 of a session") { $0.session = session }
    try list("newest 50 without a signature") { $0.unverifiedOnly = true }
    try ask("50 after a record in the middle") { reader in
      var query = AuditQuery()
      query.limit = 50
      return try reader.records(after: before, matching: query).count
    }
    try ask("one record by id") { if case .found = try $0.record(idPrefix: id) { 1 } else { 0 } }
    for (what, text) in [
      ("agent", "server-1"), ("tool", "tool_number_4"), ("method", "tools/"), ("rule", "RULE_10"),
      ("id", String(id.prefix(5))), ("nothing", "zebra"),
    ] {
      try ask("search by prefix: \(what)") { try $0.search(text).count }
    }
    try ask("search by prefix: tool, from the middle") { try $0.search("tool_number_4", before: before).count }
  }
}
