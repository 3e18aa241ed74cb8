import Audit
import Foundation
import Guard

@testable import CLI

/// A folder that lasts as long as the test that made it.
final class CommandFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "oktsec-commands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var database: String { path + "/state/oktsec.db" }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// What the built program did.
struct ProgramRun {
  var status: Int32
  var output: String
  var errors: String

  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  /// The program beside the tests; nil when it was not built.
  static let program: String? = {
    #if os(Linux)
    let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    #else
    let folder = Bundle(for: CommandFolder.self).bundleURL.deletingLastPathComponent()
    #endif
    let file = folder.appending(path: "oktsec").path
    return FileManager.default.isExecutableFile(atPath: file) ? file : nil
  }()

  static var isPossible: Bool { program != nil }

  init(_ arguments: [String], input: String = "", home: String = "/nonexistent") throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program ?? "/nonexistent")
    process.arguments = arguments
    process.environment = ["HOME": home, "PATH": "/usr/bin:/bin", "TZ": "UTC"]
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    output = String(decoding: standardOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    errors = String(decoding: standardError.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }
}

/// A record, and how to write some.
enum SampleRecords {
  static func entry(
    _ number: Int, status: DeliveryStatus = .delivered, server: String = "files", session: String = "s1",
    verdict: Verdict = .clean, at moment: Int64 = Timestamp.now
  ) throws -> AuditEntry {
    let isRequest = number % 2 == 0
    let digest = SHA256.digest(of: [UInt8(truncatingIfNeeded: number)])
    var entry = AuditEntry(
      id: EventID(microseconds: moment), timestamp: moment, from: isRequest ? "client" : server,
      to: isRequest ? server : "client", contentHash: digest, status: status,
      decision: status == .delivered ? .allow : .contentBlocked, session: session,
      direction: isRequest ? .clientToServer : .serverToClient, verdict: verdict,
      action: status == .delivered ? .forwarded : .stopped, bytes: 100 + number)
    entry.method = "tools/call"
    entry.tool = "read_file"
    return entry
  }

  static func finding(_ rule: String, _ severity: Severity, excerpt: String = "…excerpt…") -> FindingRecord {
    FindingRecord(
      rule: rule, name: "Name of \(rule)", severity: severity, category: "inter-agent", pointer: "/params/text",
      start: 3, end: 9, excerpt: excerpt)
  }

  static func write(_ entries: [AuditEntry], to path: String) throws {
    let store = try AuditStore.open(path: path)
    for entry in entries { _ = store.enqueue(entry, mayWait: true) }
    _ = store.close(withinMilliseconds: 10_000)
  }
}

extension SHA256 {
  fileprivate static func digest(of bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { digest($0) } }
}
