import Audit
import Guard
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder for a database, as long as the test that made it.
final class DatabaseFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/delivery-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ServerFailure() }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    if let folder = opendir(path) {
      while let item = readdir(folder) {
        let name = withUnsafePointer(to: &item.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink(path + "/" + name) }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  var database: String { path + "/oktsec.db" }
}

func digest(of text: String) -> Digest { Array(text.utf8).withUnsafeBytes { SHA256.digest($0) } }

/// The record of a message from `from` to `to`, now.
func record(
  _ text: String = "hi", from: String = "mail", to: String = "files", status: DeliveryStatus = .delivered,
  at moment: Int64 = Timestamp.now
) -> AuditEntry {
  AuditEntry(
    id: EventID(microseconds: moment), timestamp: moment, from: from, to: to, contentHash: digest(of: text),
    status: status, decision: status == .blocked ? .contentBlocked : .allow, session: "s",
    direction: .clientToServer, verdict: .clean, action: status == .delivered ? .forwarded : .stopped,
    bytes: text.utf8.count)
}

func finding(_ rule: String = "IAP-001", _ severity: Severity = .critical) -> FindingRecord {
  FindingRecord(
    rule: rule, name: "Relay <b>", severity: severity, category: "prompt-injection", pointer: "/content", start: 0,
    end: 4, excerpt: "a secret excerpt")
}
