import Foundation
import Guard
import Testing

@testable import CLI

@Suite struct ConfigurationReloadTests {
  private func withReload(_ text: String, _ body: (inout ConfigurationReload, String) throws -> Void) throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write(text, to: path)
      var reload = ConfigurationReload(try Configuration.load(path: path, folders: testFolders))
      try body(&reload, path)
    }
  }

  @Test("a file that did not change is not read again, unless it is asked for")
  func unchanged() throws {
    try withReload("version: '1'") { reload, _ in
      guard case .unchanged = reload.refresh() else {
        Issue.record("read again")
        return
      }
      guard case .replaced = reload.refresh(isForced: true) else {
        Issue.record("not read")
        return
      }
    }
  }

  @Test("a change is taken")
  func replaced() throws {
    try withReload("version: '1'") { reload, path in
      try write("version: '1'\nmode: enforce\n", to: path)
      guard case .replaced(let configuration) = reload.refresh() else {
        Issue.record("not read")
        return
      }
      #expect(configuration.mode == .enforce && reload.current.mode == .enforce)
    }
  }

  @Test("a bad new file is refused once, and the old one stays in force")
  func refused() throws {
    try withReload("version: '1'\nmode: enforce\n") { reload, path in
      try write("version: '1'\nmode: of\n", to: path)
      guard case .refused(let problems) = reload.refresh() else {
        Issue.record("taken")
        return
      }
      #expect(problems.problems.map(\.line) == [2])
      #expect(reload.current.mode == .enforce)
      guard case .unchanged = reload.refresh() else {
        Issue.record("refused twice")
        return
      }
      try FileManager.default.removeItem(atPath: path)
      guard case .refused = reload.refresh() else {
        Issue.record("a missing file is no config")
        return
      }
      #expect(reload.current.mode == .enforce)
      try write("version: '1'\nmode: observe\n", to: path)
      guard case .replaced = reload.refresh() else {
        Issue.record("not taken when it was back")
        return
      }
      #expect(reload.current.mode == .observe)
    }
  }

  @Test("a mode that the command line tightened stays tightened")
  func floor() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write("version: '1'\nmode: observe\n", to: path)
      var configuration = try Configuration.load(path: path, folders: testFolders)
      configuration.tighten(to: .enforce)
      var reload = ConfigurationReload(configuration)
      try write("version: '1'\nmode: observe # still\n", to: path)
      guard case .replaced = reload.refresh() else {
        Issue.record("not read")
        return
      }
      #expect(reload.current.mode == .enforce)
    }
  }
}
