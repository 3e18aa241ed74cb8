import Guard
import Testing

@testable import Audit

@Suite struct AuditReaderTests {
  let folder: ScratchFolder
  let entries: [AuditEntry]
  let reader: AuditReader

  init() throws {
    folder = try ScratchFolder()
    let agents = ["client", "files", "mail", "db"]
    entries = (0..<400).map { number in
      let status = number % 7 == 0 ? DeliveryStatus.allCases[number / 7 % 5] : .delivered
      // A clock that goes back by an hour in the middle.
      let timestamp = noon + Int64(number) * 10_000_000 - (number >= 200 ? 3_600_000_000 : 0)
      var new = entry(
        number, from: agents[number % 4], to: agents[number / 4 % 4], session: "s-\(number % 3)", status: status,
        timestamp: timestamp)
      if number % 5 == 0 { new.signature = number % 10 == 0 ? .verified : .invalid }
      if number % 11 == 0 { new.findings = [finding(1), finding(2)] }
      return new
    }
    let store = try AuditStore.open(path: folder.file())
    for entry in entries { _ = store.enqueue(entry, mayWait: true) }
    _ = store.close(withinMilliseconds: 10_000)
    reader = try AuditReader(path: folder.file())
  }

  @Test("every combination of filters gives what a plain filter over all records gives, newest first")
  func filters() throws {
    let statuses: [DeliveryStatus?] = [nil, .delivered, .blocked, .error]
    let agents: [String?] = [nil, "files", "nobody"]
    let sessions: [String?] = [nil, "s-1", "s-9"]
    let moments: [Int64?] = [nil, 0, noon + 123_456_789, noon + 1_900_000_001, noon + 86_400_000_000]
    for status in statuses {
      for agent in agents {
        for session in sessions {
          for since in moments {
            for unverified in [false, true] {
              var query = AuditQuery()
              query.status = status
              query.agent = agent
              query.session = session
              query.since = since
              query.unverifiedOnly = unverified
              query.limit = 17
              let expected = entries.filter { entry in
                (status == nil || entry.status == status)
                  && (agent == nil || entry.from == agent || entry.to == agent)
                  && (session == nil || entry.session == session)
                  && (since.map { entry.timestamp >= $0 } ?? true)
                  && (!unverified || entry.signature != .verified)
              }
              #expect(try reader.records(matching: query).map(\.entry) == Array(expected.reversed().prefix(17)))
              #expect(
                try reader.records(after: 100, matching: query).map(\.entry)
                  == Array(expected.filter { $0.bytes >= 100 }.prefix(17)))
            }
          }
        }
      }
    }
  }

  @Test("no query sorts: each walks an index in order")
  func plans() throws {
    var filters: [RecordFilter] = []
    for path in [RecordFilter.Path.sequence, .session, .status, .agent(1)] {
      var filter = RecordFilter()
      filter.path = path
      if path == .session { filter.require("session = ?", 1) }
      if path == .status { filter.require("status = ?", 1) }
      filter.require("seq >= ?", 5)
      filters.append(filter)
    }
    for filter in filters {
      for order in [RecordFilter.Order.newestFirst, .oldestFirst] {
        let plan = try rows(folder.file(), "EXPLAIN QUERY PLAN " + filter.sql(order)).map { $0[3] ?? "" }
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN record") }, "\(plan)")
      }
    }
  }

  @Test("the limit is at least one and at most 100,000")
  func limits() throws {
    var query = AuditQuery()
    query.limit = -5
    #expect(try reader.records(matching: query).count == 1)
    query.limit = .max
    #expect(try reader.records(matching: query).count == 400)
  }

  @Test("a cursor continues where it stopped")
  func cursor() throws {
    #expect(try reader.lastCursor() == 400)
    #expect(try reader.records(after: reader.lastCursor()).isEmpty)
    let last = try reader.records(after: 399)
    #expect(last.map(\.entry) == [entries[399]])
    #expect(last.map(\.cursor) == [400])
  }

  @Test("an id, or a beginning that only one id has, finds its record")
  func prefixes() throws {
    let wanted = entries[123]
    let id = wanted.id.description
    #expect(try reader.record(idPrefix: id) == .found(AuditRecord(cursor: 124, entry: wanted)))
    #expect(try reader.record(idPrefix: id.uppercased()) == .found(AuditRecord(cursor: 124, entry: wanted)))
    #expect(try reader.record(idPrefix: String(id.prefix(16))) == .found(AuditRecord(cursor: 124, entry: wanted)))
    for text in ["", "zzzz", id + "0", "%", "_", String(id.dropLast()) + "'", "ü"] {
      #expect(try reader.record(idPrefix: text) == .none, "\(text)")
    }
  }

  @Test("a beginning that several ids have lists the first ten")
  func ambiguous() throws {
    let shared = String(entries[0].id.description.prefix(3))
    #expect(try reader.record(idPrefix: shared) == .ambiguous(entries.map(\.id).sorted().prefix(10).map { $0 }))
  }

  @Test("a record with values that no version wrote is an error that names it")
  func unreadable() throws {
    try connect(folder.file()).execute("UPDATE record SET decision = 99 WHERE seq = 7", operation: "test")
    let error = DatabaseError(operation: "read", path: folder.file(), cause: .unreadableRecord(7))
    #expect(throws: error) { try reader.records(after: 5) }
    #expect(try reader.records(after: 7).count == 50)
  }

  @Test("a reader cannot write")
  func readOnly() throws {
    let database = try Database(
      path: folder.file(), access: .readOnly, busyHandler: BusyHandler(limit: .milliseconds(100)))
    #expect(throws: DatabaseError.self) { try database.execute("DELETE FROM record", operation: "test") }
  }
}
