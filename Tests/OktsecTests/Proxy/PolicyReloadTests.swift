import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("a relay's config, changed while it runs")
struct PolicyReloadTests {
  private let folder: CommandFolder
  private let config: String

  init() throws {
    folder = try CommandFolder()
    config = folder.path + "/oktsec.yaml"
    try configure("mode: enforce")
  }

  /// A new file each time, so that a change shows whatever the clock's steps are.
  private func configure(_ more: String) throws {
    let text = "version: \"1\"\ndb_path: \(folder.database)\n\(more)\n"
    try text.write(toFile: config, atomically: true, encoding: .utf8)
  }

  /// Records that came of `steps`.
  private func records(_ steps: (PolicyReload) throws -> Void) throws -> [AuditEntry] {
    let store = try AuditStore.open(path: folder.database)
    let configuration = try Configuration.load(
      path: config, folders: UserFolders(home: nil, workingDirectory: folder.path, configHome: nil))
    try steps(PolicyReload(configuration, sink: store, session: "s-9", agent: "files"))
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    return try AuditReader(path: folder.database).records(after: 0).map(\.entry)
  }

  @Test("is recorded with its mode, before and after, under the relay's session")
  func taken() throws {
    let records = try records { reload in
      #expect(reload.change() == nil)
      try configure("mode: observe")
      #expect(reload.change()?.settings.mode == .observe)
      #expect(reload.change() == nil)
    }
    #expect(records.map(\.action) == [.changed])
    #expect(records.first?.method == "config/reload" && records.first?.status == .delivered)
    #expect(records.first?.session == "s-9" && records.first?.to == "files")
    #expect(records.first?.reason == "the config has changed and was read again; the mode was enforce and is observe")
  }

  @Test("is recorded when it is refused, once for each state of the file, without what it holds")
  func refused() throws {
    let records = try records { reload in
      try configure("mode: sesame")
      #expect(reload.change() == nil)
      #expect(reload.change() == nil)
      try FileManager.default.removeItem(atPath: config)
      #expect(reload.change() == nil)
      try configure("mode: enforce\nagents: {files: {allowed_tools: []}}")
      #expect(reload.change()?.settings.mode == .enforce)
    }
    #expect(records.map(\.status) == [.rejected, .rejected, .delivered])
    #expect(records.allSatisfy { $0.action == .changed && !$0.reason.contains("sesame") })
    #expect(records[0].reason.contains("1 problem; what held before stays in force, the mode is enforce"))
    #expect(records[2].reason.hasSuffix("the mode is enforce"))
  }
}
