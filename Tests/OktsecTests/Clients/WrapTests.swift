import Foundation
import Testing

@testable import CLI

@Suite("Wrapping and unwrapping")
struct WrapTests {
  @Test("changes command and args only, and comes back byte for byte without a trace")
  func roundTrip() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    let reports = try home.wrap("cursor")
    #expect(reports.status("files") == .wrapped && reports.status("git") == .wrapped)
    #expect(reports.status("hosted") == .leftAlone && reports.line("hosted")?.note?.contains("remote") == true)
    let expected =
      twoServers
      .replacingOccurrences(
        of: #""command": "npx",\#n      "args": ["#,
        with: #""command": "/usr/local/bin/oktsec",\#n      "args": ["proxy", "--agent", "files", "--config", "#
          + #""\#(ClientHome.config)", "--", "npx", "#
      )
      .replacingOccurrences(
        of: #""uvx", "args": ["#,
        with: #""/usr/local/bin/oktsec", "args": ["proxy", "--agent", "git", "--config", "\#(ClientHome.config)", "#
          + #""--", "uvx", "#)
    #expect(try home.text(cursorFile) == expected)
    #expect(try home.text(cursorFile + ".bak") == twoServers)
    #expect(try mode(of: home.path + "/" + cursorFile + ".bak") == 0o600)
    #expect(try home.unwrap("cursor").status("files") == .unwrapped)
    #expect(try home.text(cursorFile) == twoServers)
    #expect(!home.exists(cursorFile + ".bak"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/.cursor") == ["mcp.json"])
  }

  @Test("a second wrap changes nothing, not even the copy")
  func idempotent() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    let (file, journal) = (try home.text(cursorFile), try home.journal())
    #expect(try home.wrap("cursor").status("files") == .alreadyWrapped)
    #expect(try home.text(cursorFile) == file && home.journal() == journal)
    #expect(try home.text(cursorFile + ".bak") == twoServers)
  }

  @Test("one server alone, and the others later")
  func oneServer() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    #expect(try home.wrap("cursor", server: "git").flatMap(\.lines).map(\.server) == ["git"])
    #expect(try home.text(cursorFile).contains(#""command": "npx""#))
    try home.wrap("cursor")
    try home.unwrap("cursor", server: "files")
    #expect(try home.text(cursorFile).contains(#""command": "npx""#) && home.text(cursorFile).contains("proxy"))
    try home.unwrap("cursor")
    #expect(try home.text(cursorFile) == twoServers)
  }

  @Test("changes that a person made in between survive, inside the entries and outside")
  func laterEdits() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    try home.replace(#""files-server"]"#, by: #""files-server", "--more"], "env": {"A": "b"}"#, in: cursorFile)
    try home.replace(#""hosted": {"#, by: #""new": {"command": "x"}, "hosted": {"#, in: cursorFile)
    try home.replace(
      #""--", "uvx", "mcp-server-git"#, by: #""--", "uv", "tool", "run", "mcp-server-git"#, in: cursorFile)
    let reports = try home.unwrap("cursor")
    let expected =
      twoServers
      .replacingOccurrences(of: #""files-server"]"#, with: #""files-server", "--more"], "env": {"A": "b"}"#)
      .replacingOccurrences(of: #""hosted": {"#, with: #""new": {"command": "x"}, "hosted": {"#)
      .replacingOccurrences(
        of: #""uvx", "args": ["mcp-server-git"]"#, with: #""uv", "args": ["tool", "run", "mcp-server-git"]"#)
    #expect(try home.text(cursorFile) == expected)
    // The copy is of something else now, and stays.
    #expect(try home.text(cursorFile + ".bak") == twoServers)
    #expect(reports.flatMap(\.notes).contains { $0.contains(".bak") })
  }

  @Test("a file that its client wrote anew is unwrapped all the same")
  func rewritten() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    let object = try JSONSerialization.jsonObject(with: Data(home.bytes(cursorFile)))
    let rewritten = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    try home.write(Array(rewritten), to: cursorFile)
    #expect(try home.wrap("cursor", purpose: .check).allSatisfy(\.isInOrder))
    try home.unwrap("cursor")
    let document = try SettingsDocument(try home.bytes(cursorFile), dialect: .json("mcpServers"))
    #expect(commandLines(document) == [["npx", "-y", "files-server"], ["uvx", "mcp-server-git"], []])
  }

  @Test("a renamed server is known by its label")
  func renamed() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    try home.replace(#""files": {"#, by: #""documents": {"#, in: cursorFile)
    #expect(try home.wrap("cursor").status("documents") == .alreadyWrapped)
    let reports = try home.unwrap("cursor")
    #expect(reports.line("documents")?.note?.contains("files") == true)
    #expect(try home.text(cursorFile) == twoServers.replacingOccurrences(of: #""files": {"#, with: #""documents": {"#))
  }

  @Test("what was removed or put back by hand is said and forgotten")
  func undoneByHand() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    try home.write(#"{"mcpServers": {"files": {"command": "npx", "args": ["-y", "files-server"]}}}"#, to: cursorFile)
    let check = try home.wrap("cursor", purpose: .check)
    #expect(check.status("files") == .notWrapped && check.status("git") == .gone && !check.allSatisfy(\.isInOrder))
    let reports = try home.unwrap("cursor")
    #expect(reports.status("files") == .gone && reports.status("git") == .gone)
    #expect(try home.journal().records.isEmpty)
    #expect(
      try home.text(cursorFile) == #"{"mcpServers": {"files": {"command": "npx", "args": ["-y", "files-server"]}}}"#)
  }

  @Test("a file that is gone leaves nothing in the journal")
  func fileGone() throws {
    let home = try ClientHome()
    let file = try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    try FileManager.default.removeItem(atPath: file)
    #expect(try home.unwrap("cursor").status("files") == .gone)
    #expect(try home.journal().records.isEmpty)
  }

  @Test("--check is content with what is wrapped, and with nothing less")
  func check() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    #expect(try home.wrap("cursor", purpose: .check).status("git") == .notWrapped)
    try home.wrap("cursor", server: "git")
    #expect(try !home.wrap("cursor", purpose: .check).allSatisfy(\.isInOrder))
    try home.wrap("cursor")
    #expect(try home.wrap("cursor", purpose: .check).allSatisfy(\.isInOrder))
    #expect(try home.wrap("cursor", purpose: .check).flatMap(\.lines).count == 3)
  }

  @Test("--dry-run and --check write nothing at all")
  func dryRun() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    #expect(try home.wrap("cursor", purpose: .show).first?.diff.isEmpty == false)
    #expect(try home.wrap("cursor", purpose: .check).first?.diff.isEmpty == true)
    #expect(try home.text(cursorFile) == twoServers && !home.exists("state") && !home.exists(cursorFile + ".bak"))
    try home.wrap("cursor")
    let wrapped = try home.text(cursorFile)
    #expect(try home.unwrap("cursor", isDryRun: true).first?.diff.isEmpty == false)
    #expect(try home.text(cursorFile) == wrapped && home.journal().records.count == 2)
  }

  @Test("an entry that looks wrapped and is not in the journal is flagged, left alone, and unwrapped only on demand")
  func foreignWrap() throws {
    let home = try ClientHome()
    let foreign = #"""
      {"mcpServers": {"evil": {"command": "/tmp/oktsec", "args": ["proxy", "--agent", "evil", "--", "npx", "x"]}}}
      """#
    try home.write(foreign, to: cursorFile)
    #expect(try home.wrap("cursor").status("evil") == .suspicious)
    #expect(try !home.wrap("cursor", purpose: .check).allSatisfy(\.isInOrder))
    #expect(try home.text(cursorFile) == foreign)
    #expect(try home.unwrap("cursor").status("evil") == .suspicious)
    #expect(try home.text(cursorFile) == foreign)
    #expect(try home.unwrap("cursor", ignoresJournal: true).status("evil") == .unwrapped)
    #expect(try home.text(cursorFile) == #"{"mcpServers": {"evil": {"command": "npx", "args": ["x"]}}}"#)
  }

  @Test("an entry whose program or options were changed since is flagged")
  func tampered() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.wrap("cursor")
    try home.replace(#""command": "/usr/local/bin/oktsec",\#n"#, by: #""command": "/tmp/oktsec",\#n"#, in: cursorFile)
    try home.replace(
      #""git", "--config", "\#(ClientHome.config)""#, by: #""git", "--config", "/tmp/x.yaml""#, in: cursorFile)
    let check = try home.wrap("cursor", purpose: .check)
    #expect(check.status("files") == .suspicious && check.line("files")?.note?.contains("/tmp/oktsec") == true)
    #expect(check.status("git") == .suspicious)
    // Ours they are all the same: taking them back restores the commands.
    try home.unwrap("cursor")
    #expect(try home.text(cursorFile) == twoServers)
  }

  @Test("our own server, and a command that only a shell or the client could read, are left alone")
  func leftAlone() throws {
    let home = try ClientHome()
    let text = #"""
      {"mcpServers": {
        "own": {"command": "/usr/local/bin/oktsec", "args": ["mcp"]},
        "shell": {"command": "npx -y x | tee log"},
        "tilde": {"command": "~/bin/x"},
        "spaces": {"command": "\#(try ClientHome().path)/no such program"}
      }}
      """#
    try home.write(text, to: cursorFile)
    let reports = try home.wrap("cursor")
    #expect(reports.flatMap(\.lines).map(\.status) == [.leftAlone, .leftAlone, .leftAlone, .leftAlone])
    #expect(reports.line("shell")?.note?.contains("spaces") == true)
    #expect(try home.text(cursorFile) == text)
    // A program whose path holds spaces is one program when it is there.
    let program = try home.write("#!/bin/sh\n", to: "My App/server", mode: 0o755)
    try home.write(#"{"mcpServers": {"app": {"command": "\#(program)"}}}"#, to: cursorFile)
    #expect(try home.wrap("cursor").status("app") == .wrapped)
  }

  @Test("labels are unique on the machine, whichever client is wrapped first, and stay")
  func labels() throws {
    let home = try ClientHome()
    try home.write(#"{"mcpServers": {"my files": {"command": "a"}, "client": {"command": "b"}}}"#, to: cursorFile)
    try home.write(
      #"{"servers": {"my files": {"command": "c"}, "My-Files": {"command": "d"}}}"#, to: ".config/Code/User/mcp.json")
    let code = try home.wrap("vscode")
    #expect(code.line("my files")?.agent == "my-files-vscode" && code.line("My-Files")?.agent == "My-Files-2")
    let cursor = try home.wrap("cursor")
    #expect(cursor.line("my files")?.agent == "my-files" && cursor.line("client")?.agent == "client-cursor")
    try home.unwrap()
    #expect(try home.wrap("vscode").line("my files")?.agent == "my-files-vscode")
  }
}

@Suite("Servers that stand in lists")
struct WrapListTests {
  private let list = """
    mcpServers:
      - name: one
        command: a
        args: [x]
      - name: two
        command: b
      - name: one
        command: c
    """
  private let file = ".continue/config.yaml"

  @Test("are known again after the list was reordered and grew")
  func reordered() throws {
    let home = try ClientHome()
    try home.write(list, to: file)
    let reports = try home.wrap("continue")
    #expect(reports.flatMap(\.lines).compactMap(\.agent) == ["one", "two", "one-continue"])
    let wrapped = try home.text(file)
    let two = try #require(wrapped.range(of: "  - name: two"))
    let end = try #require(wrapped.range(of: "  - name: one", range: two.upperBound..<wrapped.endIndex))
    let moved =
      "mcpServers:\n" + wrapped[two.lowerBound..<end.lowerBound] + "  - name: new\n    command: d\n"
      + wrapped.dropFirst("mcpServers:\n".count).prefix(upTo: two.lowerBound) + wrapped[end.lowerBound...]
    try home.write(moved, to: file)
    #expect(try home.wrap("continue").line("new")?.status == .wrapped)
    #expect(try home.wrap("continue", purpose: .check).allSatisfy(\.isInOrder))
    try home.unwrap("continue")
    let document = try SettingsDocument(
      try home.bytes(file), dialect: Dialect(.yaml, [[[.name("mcpServers")]]], namesAreInside: true))
    #expect(commandLines(document) == [["b"], ["d"], ["a", "x"], ["c"]])
    #expect(try home.journal().records.isEmpty)
  }
}

@Suite("Files that several clients read")
struct SharedFileTests {
  @Test("are listed under each that finds servers in them, and under no other")
  func readers() throws {
    let home = try ClientHome()
    try FileManager.default.createDirectory(atPath: home.path + "/p/.git", withIntermediateDirectories: true)
    try home.write(#"{"mcpServers": {"a": {"command": "x"}}, "servers": {"b": {"command": "y"}}}"#, to: "p/.mcp.json")
    let files = Discovery(home.surroundings(project: home.path + "/p")).files
    #expect(
      files.map { [$0.client.id] + $0.alsoReadBy } == [
        ["vscode", "claude-code", "qwen-code", "copilot-cli"], ["visual-studio"],
      ])
    #expect(files.map { $0.entries.map(\.name) } == [["a"], ["b"]])
  }

  @Test("a name that is there twice elsewhere in the file is nobody's business here")
  func otherDuplicates() throws {
    let home = try ClientHome()
    let text = #"{"x": 1, "x": 2, "mcpServers": {"a": {"command": "c", "args": ["d"]}}}"#
    try home.write(text, to: cursorFile)
    #expect(try home.wrap("cursor").status("a") == .wrapped)
    try home.unwrap("cursor")
    #expect(try home.text(cursorFile) == text)
    try home.write(#"{"mcpServers": {"a": {"command": "c", "command": "d"}}, "y": {}}"#, to: cursorFile)
    #expect(try home.wrap("cursor").line("a")?.note == "1:39: a name that was there before")
    try home.write(#"{"mcpServers": {}, "mcpServers": {"a": {"command": "c"}}}"#, to: cursorFile)
    #expect(try home.wrap("cursor").problems == ["1:20: a name that was there before"])
  }
}

@Suite("The overview of wraps")
struct WrapOverviewTests {
  @Test("counts what is wrapped, what is not, and what is not as it was")
  func counts() throws {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    func overview() throws -> WrapOverview { WrapOverview(Discovery(home.surroundings()), try home.journal()) }
    #expect(try overview().sentence == "0 servers wrapped, 2 not" && overview().removalWarning == nil)
    try home.wrap("cursor", server: "git")
    #expect(try overview().sentence == "1 server wrapped, 1 not" && overview().removalWarning != nil)
    #expect(try overview().clients == ["cursor"])
    try home.wrap("cursor")
    try home.write(
      #"{"mcpServers": {"x": {"command": "oktsec", "args": ["proxy", "--agent", "x", "--", "y"]}}}"#, to: cursorFile)
    #expect(try overview().sentence == "0 servers wrapped, 0 not, 1 suspicious, 2 no longer wrapped")
  }
}
