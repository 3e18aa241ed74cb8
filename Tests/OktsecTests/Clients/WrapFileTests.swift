import Foundation
import Testing

@testable import CLI

@Suite("Settings files")
struct WrapFileTests {
  @Test("keep their permissions", arguments: [0o600, 0o644, 0o640, 0o664])
  func permissions(_ bits: Int) throws {
    let home = try ClientHome()
    let file = try home.write(twoServers, to: cursorFile, mode: bits)
    try home.wrap("cursor")
    #expect(try mode(of: file) == bits)
    try home.unwrap("cursor")
    #expect(try mode(of: file) == bits)
  }

  @Test("that are read-only are not changed, and why is said")
  func readOnly() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile, mode: 0o444)
    let reports = try home.wrap("cursor")
    #expect(reports.problems.count == 1 && reports.problems[0].contains("read-only"))
    #expect(try home.text(cursorFile) == twoServers && home.journal().records.isEmpty)
    #expect(!home.exists(cursorFile + ".bak"))
  }

  @Test("behind symbolic links are changed in place, and the link stays")
  func symbolicLinks() throws {
    let home = try ClientHome()
    let target = try home.write(twoServers, to: "dotfiles/cursor.json")
    try FileManager.default.createDirectory(atPath: home.path + "/.cursor", withIntermediateDirectories: true)
    let link = home.path + "/" + cursorFile
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../dotfiles/cursor.json")
    try home.wrap("cursor")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../dotfiles/cursor.json")
    #expect(try String(contentsOfFile: target, encoding: .utf8).contains("proxy"))
    try home.unwrap("cursor")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../dotfiles/cursor.json")
    #expect(try String(contentsOfFile: target, encoding: .utf8) == twoServers)
  }

  @Test("that two clients share are wrapped once and unwrapped by either")
  func shared() throws {
    let home = try ClientHome()
    let target = try home.write(twoServers, to: "shared.json")
    for folder in [".cursor", ".codeium/windsurf"] {
      try FileManager.default.createDirectory(atPath: home.path + "/" + folder, withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(atPath: home.path + "/.cursor/mcp.json", withDestinationPath: target)
    try FileManager.default.createSymbolicLink(
      atPath: home.path + "/.codeium/windsurf/mcp_config.json", withDestinationPath: target)
    let discovery = Discovery(home.surroundings())
    #expect(discovery.files.count == 1 && discovery.files[0].alsoReadBy == ["windsurf"])
    #expect(try home.wrap("cursor").status("files") == .wrapped)
    let wrapped = try home.text("shared.json")
    #expect(try home.wrap("windsurf").status("files") == .alreadyWrapped)
    #expect(try home.text("shared.json") == wrapped)
    try home.unwrap("windsurf")
    #expect(try home.text("shared.json") == twoServers)
  }

  @Test("that cannot be read are left alone, with the place of what is wrong")
  func unreadable() throws {
    let home = try ClientHome()
    for (text, place) in [
      ("{\n  \"mcpServers\": {,}\n}", "2:18"), ("{\"mcpServers\": {} /* ", "1:19"), ("", ""),
      ("{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"a\": {\"command\": \"y\"}}}", "1:40"),
      ("{\"a\": \"\u{1}\"}", "1:8"),
    ] {
      try home.write(text, to: cursorFile)
      let reports = try home.wrap("cursor")
      #expect(place.isEmpty ? reports.isEmpty : reports.problems.first?.hasPrefix(place + ": ") == true, "\(reports)")
      #expect(try home.text(cursorFile) == text)
    }
    try home.write([0xFF, 0xFE, 0x7B, 0x00], to: cursorFile)
    #expect(try home.wrap("cursor").problems == ["1:1: the file is not UTF-8"])
  }

  @Test("that are no files, and links to nothing, are problems and not missing")
  func notFiles() throws {
    let home = try ClientHome()
    try FileManager.default.createDirectory(atPath: home.path + "/" + cursorFile, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: home.path + "/.lmstudio", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: home.path + "/.lmstudio/mcp.json", withDestinationPath: "/nonexistent")
    let problems = Discovery(home.surroundings()).files.compactMap(\.problem)
    #expect(problems.count == 2 && problems.contains("a link to nothing") && problems.contains("not a regular file"))
  }

  @Test("that change while they are being changed are read again, and nobody's change is lost")
  func concurrentChange() throws {
    let home = try ClientHome()
    let file = try home.write(twoServers, to: cursorFile)
    var rounds = 0
    let (_, isChanged) = try SettingsChange.perform(file, dialect: .json("mcpServers")) {
      (document) throws(CommandFailure) -> (text: [UInt8]?, result: Void) in
      rounds += 1
      // Another program is faster, twice.
      if rounds < 3 {
        try? Data((String(decoding: document.text, as: UTF8.self) + "\n").utf8).write(
          to: URL(filePath: file), options: .atomic)
      }
      return (document.text + Array("// ours\n".utf8), ())
    } failed: {
    }
    #expect(isChanged && rounds == 3)
    #expect(try home.text(cursorFile) == twoServers + "\n\n// ours\n")
  }

  @Test("that never hold still are given up, unchanged")
  func restless() throws {
    let home = try ClientHome()
    let file = try home.write(twoServers, to: cursorFile)
    var undone = 0
    #expect(throws: CommandFailure.self) {
      try SettingsChange.perform(file, dialect: .json("mcpServers")) {
        (document) throws(CommandFailure) -> (text: [UInt8]?, result: Void) in
        try? Data(document.text + [0x0A]).write(to: URL(filePath: file), options: .atomic)
        return ([], ())
      } failed: {
        undone += 1
      }
    }
    #expect(undone == 5)
    #expect(try home.text(cursorFile).hasPrefix(twoServers))
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/.cursor") == ["mcp.json"])
  }

  @Test("whose copy has a name that is taken get it elsewhere, and nothing is overwritten")
  func backupTaken() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.write("mine", to: cursorFile + ".bak")
    try home.wrap("cursor")
    #expect(try home.text(cursorFile + ".bak") == "mine")
    let copies = try FileManager.default.contentsOfDirectory(atPath: home.state.backups)
    #expect(copies.count == 1)
    #expect(try home.text("state/backups/" + copies[0]) == twoServers)
    try home.unwrap("cursor")
    #expect(try home.text(cursorFile + ".bak") == "mine")
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.state.backups).isEmpty)
  }

  @Test("of projects are changed only where the project is named, and their copies are kept elsewhere")
  func projects() throws {
    let home = try ClientHome()
    let project = home.path + "/work/shop"
    try FileManager.default.createDirectory(atPath: home.path + "/work/.git", withIntermediateDirectories: true)
    try home.write(twoServers, to: "work/shop/.mcp.json")
    try home.write(twoServers, to: "work/.cursor/mcp.json")
    try home.write(twoServers, to: cursorFile)
    #expect(try home.wrap().map(\.path) == ["~/.cursor/mcp.json"])
    let reports = try home.wrap(project: project)
    #expect(Set(reports.map(\.path)) == ["~/work/shop/.mcp.json", "~/work/.cursor/mcp.json"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: project) == [".mcp.json"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.state.backups).count == 2)
    try home.unwrap(project: home.path + "/work")
    #expect(try home.text("work/shop/.mcp.json") == twoServers && home.text("work/.cursor/mcp.json") == twoServers)
    #expect(try home.text(cursorFile) != twoServers)
    try home.wrap(project: project)
    try home.unwrap()
    for file in ["work/shop/.mcp.json", "work/.cursor/mcp.json", cursorFile] {
      #expect(try home.text(file) == twoServers)
    }
  }

  @Test("that git tracks are known as such")
  func tracked() throws {
    let home = try ClientHome()
    let index =
      Array("DIRC".utf8) + [0, 0, 0, 2, 0, 0, 0, 1] + [UInt8](repeating: 7, count: 62) + Array("a/.mcp.json".utf8) + [0]
    try home.write(index, to: "repo/.git/index")
    let root = home.path + "/repo"
    #expect(GitTracking.root(of: [root + "/a", root]) == root)
    #expect(GitTracking.mayTrack(root + "/a/.mcp.json", in: root))
    #expect(!GitTracking.mayTrack(root + "/.mcp.jso", in: root))
    #expect(!GitTracking.mayTrack(root + "/b/.mcp.json", in: root))
  }

  @Test("under a damaged journal are not touched")
  func damagedJournal() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.write("{}", to: "state/wraps.json")
    #expect(throws: CommandFailure.self) { try home.wrap("cursor") }
    #expect(throws: CommandFailure.self) { try home.unwrap("cursor") }
    #expect(try home.text(cursorFile) == twoServers && home.text("state/wraps.json") == "{}")
  }

  @Test("are changed by one command at a time")
  func oneAtATime() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    let journal = try JournalFile(state: home.state)
    #expect(throws: CommandFailure.self) { try home.wrap("cursor") }
    #expect(try home.text(cursorFile) == twoServers)
    _ = journal
  }

  @Test(
    "of any content come back byte for byte, and are wrapped once",
    arguments: [
      ("cursor", cursorFile, 21), ("codex", ".codex/config.toml", 22), ("goose", ".config/goose/config.yaml", 23),
    ])
  func anyContent(_ client: String, _ file: String, _ seed: UInt64) throws {
    let format = try #require(ClientTable.client(called: client)?.places.first?.dialect.format)
    var generator = SettingsGenerator(seed: seed)
    let home = try ClientHome()
    for _ in 0..<40 {
      let (text, servers) = generator.file(format)
      try home.write(text, to: file)
      let processes = servers.count { !$0.words.isEmpty }
      #expect(try home.wrap(client).reduce(0) { $0 + $1.count(.wrapped) } == processes)
      let wrapped = try home.bytes(file)
      #expect(try home.wrap(client).reduce(0) { $0 + $1.count(.wrapped) } == 0)
      #expect(try home.wrap(client, purpose: .check).allSatisfy(\.isInOrder))
      #expect(try home.bytes(file) == wrapped)
      #expect(try home.unwrap(client).reduce(0) { $0 + $1.count(.unwrapped) } == processes)
      #expect(try home.bytes(file) == text, "\(String(decoding: text, as: UTF8.self))")
      let journal = try home.journal()
      #expect(journal.records.isEmpty && journal.backups.isEmpty)
    }
  }
}
