import Guard

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder that lasts as long as the test that made it.
final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/audit-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(text: "mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { remove(path) }

  func file(_ name: String = "state/oktsec.db") -> String { path + "/" + name }
}

struct Failure: Error {
  let text: String
}

/// Removes a file, or a folder with what it holds.
func remove(_ path: String) {
  if let folder = opendir(path) {
    while let item = readdir(folder) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { remove(path + "/" + name) }
    }
    closedir(folder)
    rmdir(path)
  } else {
    unlink(path)
  }
}

/// Permission bits, or -1.
func mode(_ path: String) -> Int {
  var status = stat()
  return lstat(path, &status) == 0 ? Int(status.st_mode & 0o7777) : -1
}

/// Whether `condition` comes true within ten seconds.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  for _ in 0..<2000 {
    if try condition() { return true }
    usleep(5000)
  }
  return false
}

/// A connection without our settings, as another program would have.
func connect(_ path: String, busyMilliseconds: Int = 5000) throws -> Database {
  try Database(path: path, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(busyMilliseconds)))
}

/// All rows of a query, as text; NULL is nil.
func rows(_ path: String, _ sql: String) throws -> [[String?]] {
  let statement = try connect(path).prepare(sql)
  let columns = Int32(statement.columnNames.count)
  var rows: [[String?]] = []
  while try statement.step() { rows.append((0..<columns).map { statement.text($0) }) }
  return rows
}

func allRecords(_ path: String) throws -> [AuditRecord] {
  var query = AuditQuery()
  query.limit = 100_000
  return try AuditReader(path: path).records(after: 0, matching: query)
}

func digest(_ seed: Int) -> Digest {
  let bytes = (0..<32).map { UInt8(truncatingIfNeeded: seed &* 31 &+ $0 &* 7) }
  guard let digest = Digest(bytes: bytes) else { preconditionFailure("32 bytes") }
  return digest
}

/// 2026-01-02T03:04:05.000006Z
let noon: Int64 = 1_767_323_045_000_006

func entry(
  _ number: Int = 0, from: String = "client", to: String = "files", session: String = "s-1",
  status: DeliveryStatus = .delivered, timestamp: Int64? = nil
) -> AuditEntry {
  let timestamp = timestamp ?? noon + Int64(number) * 1000
  var entry = AuditEntry(
    id: EventID(microseconds: timestamp), timestamp: timestamp, from: from, to: to, contentHash: digest(number),
    status: status, decision: .allow, session: session, direction: .clientToServer, verdict: .clean,
    action: .forwarded, bytes: number)
  entry.method = "tools/call"
  entry.tool = "read_file"
  return entry
}

func finding(_ number: Int = 0) -> FindingRecord {
  FindingRecord(
    rule: "IAP-00\(number)", name: "Rule \(number)", severity: .high, category: "prompt-injection",
    pointer: "/params/arguments/text", start: number, end: number + 10, excerpt: "ignore […] rules")
}

/// Options for tests that make the database fail: attempts end and begin again soon.
var impatient: StoreOptions {
  var options = StoreOptions()
  options.busyMilliseconds = 50
  options.firstRetryMilliseconds = 5
  options.lastRetryMilliseconds = 20
  return options
}
