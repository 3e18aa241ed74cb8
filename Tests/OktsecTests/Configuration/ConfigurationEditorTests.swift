import Foundation
import Guard
import Testing

@testable import CLI

@Suite struct ConfigurationEditorTests {
  private func set(_ mode: Mode, in text: String) throws -> String {
    let edited = try ConfigurationEditor.setting(mode, in: Array(text.utf8), shownAs: "o.yaml", folders: testFolders)
    return String(decoding: edited, as: UTF8.self)
  }

  @Test(
    "only the word changes, whatever stands around it",
    arguments: [
      ("version: '1'\nmode: observe\n", "version: '1'\nmode: enforce\n"),
      ("version: '1'\r\nmode:   observe   # for now\r\n", "version: '1'\r\nmode:   enforce   # for now\r\n"),
      ("mode: \"observe\"\nversion: '1'", "mode: \"enforce\"\nversion: '1'"),
      ("'mode' : 'observe'\nversion: '1'", "'mode' : 'enforce'\nversion: '1'"),
      ("{version: '1', mode: observe}", "{version: '1', mode: enforce}"),
      ("{\"version\":\"1\",\"mode\":\"observe\"}", "{\"version\":\"1\",\"mode\":\"enforce\"}"),
      (
        "# é🙂\u{2028}---\nversion: '1' # ü\nmode:\n  observe\n", "# é🙂\u{2028}---\nversion: '1' # ü\nmode:\n  enforce\n"
      ),
      ("\u{FEFF}version: '1'\nmode: observe", "\u{FEFF}version: '1'\nmode: enforce"),
      (
        "agents: {a: {description: 'mode: observe'}}\nversion: '1'\n# mode: observe\nmode: observe\n",
        "agents: {a: {description: 'mode: observe'}}\nversion: '1'\n# mode: observe\nmode: enforce\n"
      ),
    ])
  func replaces(text: String, expected: String) throws {
    let edited = try set(.enforce, in: text)
    #expect(Array(edited.utf8) == Array(expected.utf8))
    #expect(try Array(set(.observe, in: edited).utf8) == Array(text.utf8))
  }

  @Test(
    "a missing key gets a line of its own behind version",
    arguments: [
      ("version: '1'", "version: '1'\nmode: enforce"),
      ("version: '1'\n", "version: '1'\nmode: enforce\n"),
      (
        "# head\r\nversion: '1' # v\r\nserver:\r\n  port: 1\r\n",
        "# head\r\nversion: '1' # v\r\nmode: enforce\r\nserver:\r\n  port: 1\r\n"
      ),
      ("server: {port: 1}\nversion: '1'\n\n# end", "server: {port: 1}\nversion: '1'\nmode: enforce\n\n# end"),
      ("  version: '1'\n  server: {}\n", "  version: '1'\n  mode: enforce\n  server: {}\n"),
      ("{version: '1'}", "{mode: enforce, version: '1'}"),
      ("version:\n  '1'\nserver: {}", "version:\n  '1'\nmode: enforce\nserver: {}"),
    ])
  func inserts(text: String, expected: String) throws {
    #expect(try Array(set(.enforce, in: text).utf8) == Array(expected.utf8))
  }

  @Test("a mode that is set already changes nothing")
  func unchanged() throws {
    let text = "version: '1'\nmode:  enforce"
    #expect(try set(.enforce, in: text) == text)
  }

  @Test("observe is written down even where it would be the default")
  func explicit() throws {
    let text = "version: '1'\nidentity: {keys_dir: k, require_signature: true}\n"
    #expect(
      try set(.observe, in: text) == "version: '1'\nmode: observe\nidentity: {keys_dir: k, require_signature: true}\n")
  }

  @Test(
    "forms that cannot be edited exactly are refused, with their place",
    arguments: [
      ("version: '1'\nmode: !!str observe", 2), ("version: '1'\nmode: &m observe", 2),
      ("version: '1'\nmode: \"\\x6fbserve\"", 2), ("version: '1'\nmode: |-\n  observe", 2),
      ("version: |-\n  1\n", 1),
    ])
  func refuses(text: String, line: Int) throws {
    let error = #expect(throws: ConfigurationProblems.self) { try set(.enforce, in: text) }
    #expect(error?.problems.first?.line == line)
    #expect(error?.problems.first?.hint == "write mode: enforce by hand")
  }

  @Test("a config that is not valid is not edited")
  func invalid() {
    #expect(throws: ConfigurationProblems.self) { try set(.enforce, in: "version: '1'\nmode: of") }
  }

  @Test("the file keeps its mode, its link and its neighbours")
  func file() throws {
    try withTemporaryFolder { folder throws in
      let real = folder + "/real.yaml"
      try write("version: '1'\nmode: observe\n", to: real, mode: 0o640)
      try FileManager.default.createSymbolicLink(atPath: folder + "/link.yaml", withDestinationPath: "real.yaml")
      #expect(try ConfigurationEditor.setMode(.enforce, inFile: folder + "/link.yaml", folders: testFolders))
      #expect(try contents(real) == "version: '1'\nmode: enforce\n")
      #expect(try mode(of: real) == 0o640)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link.yaml") == "real.yaml")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link.yaml", "real.yaml"])
      #expect(try !ConfigurationEditor.setMode(.enforce, inFile: real, folders: testFolders))
    }
  }

  @Test("a file that another program is changing is left alone")
  func locked() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write("version: '1'\nmode: observe\n", to: path)
      let other = try FileReplacement.begin(path, maximum: 1000)
      defer { other.end() }
      #expect(throws: CommandFailure.self) {
        try ConfigurationEditor.setMode(.enforce, inFile: path, folders: testFolders)
      }
      #expect(try contents(path) == "version: '1'\nmode: observe\n")
    }
  }

  @Test("a change made in between is not overwritten")
  func changedInBetween() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write("first", to: path)
      let replacement = try FileReplacement.begin(path, maximum: 1000)
      defer { replacement.end() }
      try write("second, and longer", to: path)
      #expect(throws: FileError.self) { try replacement.commit(Array("third".utf8)) }
      #expect(try contents(path) == "second, and longer")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["o.yaml"])
    }
  }
}

@Suite struct TextPositionTests {
  @Test("lines and columns are found as libyaml counts them")
  func offsets() {
    let text = Array("a\r\né🙂b\rc\u{85}d\u{2028}e\n".utf8)
    let places = [(1, 1), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1), (5, 1)]
    let bytes = places.map { TextPosition.offset(line: $0.0, column: $0.1, in: text).map { text[$0] } }
    #expect(bytes == Array("a".utf8) + [0xC3, 0xF0] + Array("bcde".utf8))
    #expect(TextPosition.offset(line: 1, column: 2, in: text).map { text[$0] } == 0x0D)
    #expect(TextPosition.offset(line: 1, column: 3, in: text) == nil)
    #expect(TextPosition.offset(line: 9, column: 1, in: text) == nil)
    #expect(TextPosition.offset(line: 6, column: 1, in: text) == nil)
  }
}
