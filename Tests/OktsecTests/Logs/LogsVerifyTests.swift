import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("logs verify, checkpoint")
struct LogsVerifyTests {
  private let folder: CommandFolder
  private let config: String

  init() throws {
    folder = try CommandFolder()
    config = try folder.file("oktsec.yaml", Array("version: \"1\"\ndb_path: \(folder.database)\n".utf8))
    try SampleRecords.write(try (0..<20).map { try SampleRecords.entry($0) }, to: folder.database)
  }

  private func run<Command: ResultCommand>(_ type: Command.Type, _ arguments: [String]) -> (text: String, error: Error?)
  {
    let output = ResultOutput(memoryFor: .none)
    do {
      guard let command = try Command.parseAsRoot(arguments + ["--config", config]) as? Command else {
        return ("", CommandFailure("another command"))
      }
      try command.run(to: output)
      return (output.text, nil)
    } catch {
      return (output.text, error)
    }
  }

  private func change(_ sql: String) throws {
    let database = try Database(
      path: folder.database, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(1000)))
    try database.execute(sql, operation: "test")
  }

  private func fingerprint() throws -> Fingerprint {
    try #require(try AuditReader(path: folder.database).auditKey())
  }

  @Test("a chain that holds says so, with its key")
  func holds() throws {
    let key = try fingerprint()
    for arguments in [[], ["--key", key.hex], ["--key", key.short], ["--key", key.hex.uppercased()]] {
      let (text, error) = run(LogsVerifyCommand.self, arguments)
      #expect(error == nil, "\(arguments)")
      #expect(text.hasPrefix("the chain holds: 20 records, 1 to 20, signed by \(key.short) at 2"))
    }
  }

  @Test("a break is shown with its place, and the exit status is 1")
  func broken() throws {
    try change("UPDATE record SET status = 1 WHERE seq = 7; DELETE FROM record WHERE seq IN (12, 13)")
    let (text, error) = run(LogsVerifyCommand.self, [])
    #expect((error as? CLI.ExitStatus)?.code == 1)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "break: record 7 was changed, moved or added")
    #expect(lines[1] == "break: records 12 to 13 are missing")
    #expect(lines[2].hasPrefix("the chain does not hold"))
  }

  @Test("another key than the one asked for is a failure")
  func otherKey() throws {
    let zeros = String(repeating: "0", count: 64)
    #expect((run(LogsVerifyCommand.self, ["--key", zeros]).error as? CLI.ExitStatus)?.code == 1)
    #expect((run(LogsVerifyCommand.self, ["--key", String(zeros.prefix(16))]).error as? CommandFailure)?.exitCode == 1)
    #expect(run(LogsVerifyCommand.self, ["--key", "xyz"]).error != nil)
  }

  @Test("a line of checkpoint proves later that the trail is the same up to there")
  func checkpoint() throws {
    let line = run(LogsCheckpointCommand.self, []).text.trimmingCharacters(in: .newlines)
    #expect(line.hasPrefix("oktsec-checkpoint-1 ") && line.split(separator: " ").count == 7)
    try SampleRecords.write(try (20..<25).map { try SampleRecords.entry($0) }, to: folder.database)
    #expect(run(LogsVerifyCommand.self, ["--checkpoint", line]).error == nil)
    try FileManager.default.removeItem(atPath: (folder.database as NSString).deletingLastPathComponent)
    try SampleRecords.write(try (0..<30).map { try SampleRecords.entry($0) }, to: folder.database)
    #expect(run(LogsVerifyCommand.self, []).error == nil)
    let (text, error) = run(LogsVerifyCommand.self, ["--checkpoint", line])
    #expect((error as? CLI.ExitStatus)?.code == 1 && text.contains("about another database"))
    #expect(run(LogsVerifyCommand.self, ["--checkpoint", "x"]).error != nil)
  }

  @Test("a copy elsewhere is verified without its key beside it")
  func copy() throws {
    let key = try fingerprint()
    let copy = folder.path + "/copy.db"
    try change("VACUUM INTO '\(copy)'")
    let (text, error) = run(LogsVerifyCommand.self, ["--database", copy, "--key", key.hex])
    #expect(error == nil && text.hasPrefix("the chain holds: 20 records"))
    #expect(run(LogsVerifyCommand.self, ["--database", folder.path + "/none.db"]).error is CommandFailure)
  }
}
