import Foundation
import Testing

@testable import CLI

@Suite(
  "Client commands of the program", .enabled(if: ProgramRun.isPossible, "the program was not built beside the tests"))
struct ClientProgramTests {
  private func homeWithServers() throws -> ClientHome {
    let home = try ClientHome()
    try home.write(twoServers, to: cursorFile)
    try home.write(
      #"{"mcpServers": {"files": {"command": "uvx", "args": ["files", "--token", "hunter2"], "env": {"A_KEY": "s3cr3t"}}}}"#,
      to: ".codeium/windsurf/mcp_config.json")
    return home
  }

  private func run(_ home: ClientHome, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments, home: home.path)
  }

  @Test("every one explains itself in 80 columns", arguments: ["discover", "init", "wrap", "unwrap", "doctor"])
  func help(_ command: String) throws {
    let help = try ProgramRun([command, "--help"])
    #expect(help.status == 0 && help.output.contains("--config <file>"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(help.output)")
  }

  @Test("discover prints one row a server without secrets, and one document with --json")
  func discover() throws {
    let home = try homeWithServers()
    let rows = try run(home, "discover")
    #expect(rows.status == 0 && rows.errors.isEmpty && rows.output.split(separator: "\n").count == 4)
    #expect(
      rows.output.contains(
        "windsurf\tuser\t~/.codeium/windsurf/mcp_config.json\tfiles\tnot wrapped\thigh\tuvx files --token ***"))
    let json = try run(home, "discover", "--json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((document["clients"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == ["cursor", "windsurf"])
    #expect((document["totals"] as? [String: Int])?["servers"] == 4)
    for secret in ["hunter2", "s3cr3t"] { #expect(!json.output.contains(secret) && !rows.output.contains(secret)) }
    #expect(!home.exists(".local"))
  }

  @Test("discover says when there is nothing, and why a file could not be read")
  func discoverNothing() throws {
    let home = try ClientHome()
    let none = try run(home, "discover")
    #expect(none.status == 0 && none.output.isEmpty && none.errorLines.count == 1)
    try home.write("{", to: cursorFile)
    #expect(try run(home, "discover").output.contains("unreadable\t\t1:2: unexpected end"))
  }

  @Test("init, wrap, unwrap: what they make, and that nothing is overwritten")
  func wholeWay() throws {
    let home = try homeWithServers()
    let first = try run(home, "init")
    #expect(first.status == 0, "\(first.errors)")
    let config = ".config/oktsec/oktsec.yaml"
    let made = try home.text(config)
    #expect(made.contains("mode: observe") && made.contains("db_path: \(home.path)/.local/state/oktsec/oktsec.db"))
    #expect(try mode(of: home.path + "/" + config) == 0o600)
    for name in ["files", "files-windsurf", "git", "hosted"] {
      #expect(home.exists(".config/oktsec/keys/\(name).key") && made.contains("  \(name):"))
    }
    let key = try home.bytes(".config/oktsec/keys/git.key")
    #expect(try run(home, "init").status == 0)
    #expect(try home.text(config) == made && home.bytes(".config/oktsec/keys/git.key") == key)
    let loaded = try Configuration.load(path: home.path + "/" + config, folders: testFolders)
    #expect(loaded.mode == .observe && loaded.agents.count == 4 && loaded.warnings.isEmpty)

    let refused = try run(home, "wrap", "--all")
    #expect(refused.status == 1 && refused.errors.contains("--allow-here"))
    #expect(try home.text(cursorFile) == twoServers)
    let wrap = try run(home, "wrap", "--all", "--allow-here")
    #expect(wrap.status == 0, "\(wrap.errors)")
    #expect(try home.text(cursorFile).contains(#""--config", "\#(home.path)/\#(config)""#))
    #expect(try home.text(".codeium/windsurf/mcp_config.json").contains("files-windsurf"))
    #expect(try run(home, "wrap", "--all", "--check").status == 0)
    try home.replace(#""command": ""#, by: #""command": "/x"#, in: cursorFile)
    #expect(try run(home, "wrap", "--all", "--check").status == 1)
    try home.replace(#""command": "/x"#, by: #""command": ""#, in: cursorFile)
    let unwrap = try run(home, "unwrap", "--all")
    #expect(unwrap.status == 0, "\(unwrap.errors)")
    #expect(try home.text(cursorFile) == twoServers)
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/.cursor") == ["mcp.json"])
  }

  @Test("wrap makes a config where there is none, and writes an absolute path of the one that is named")
  func config() throws {
    let home = try homeWithServers()
    #expect(try run(home, "wrap", "cursor", "--allow-here", "--dry-run").status == 0 && !home.exists(".config"))
    #expect(try run(home, "wrap", "cursor", "--allow-here").status == 0)
    #expect(try home.text(".config/oktsec/oktsec.yaml").contains("mode: observe"))
    try home.write("version: \"1\"\n", to: "own.yaml")
    #expect(try run(home, "wrap", "windsurf", "--allow-here", "--config", home.path + "/./own.yaml").status == 0)
    #expect(try home.text(".codeium/windsurf/mcp_config.json").contains(#""\#(home.path)/own.yaml""#))
    try home.write("version: 7\n", to: "own.yaml")
    #expect(try run(home, "wrap", "windsurf", "--allow-here", "--config", home.path + "/own.yaml").status == 65)
    #expect(try run(home, "wrap", "windsurf", "--allow-here", "--config", "/nonexistent.yaml").status == 65)
  }

  @Test("unknown names are clear errors, and nothing changes")
  func unknownNames() throws {
    let home = try homeWithServers()
    for (arguments, status, word) in [
      (["wrap", "curser"], 64, "did you mean cursor?"), (["wrap"], 64, "--all"),
      (["wrap", "cursor", "--all"], 64, "not both"),
      (["wrap", "zed"], 1, "Zed is not set up here"), (["wrap", "boltai"], 1, "not wrapped"),
      (["wrap", "cursor", "--server", "gut"], 1, "did you mean git?"),
      (["unwrap", "nothing"], 64, "there is no client"), (["unwrap", "zed"], 1, "Zed is not set up here"),
      (["unwrap", "cursor", "--server", "git"], 1, "is wrapped"),
      (["wrap", "--all", "--project", "/nonexistent"], 65, "no folder"),
      (["wrap", "cursor", "--dry-run", "--check"], 64, "exclude"),
    ] {
      let run = try ProgramRun(arguments + (arguments[0] == "wrap" ? ["--allow-here"] : []), home: home.path)
      #expect(Int(run.status) == status && run.errors.contains(word), "\(arguments): \(run.status) \(run.errors)")
      #expect(try home.text(cursorFile) == twoServers && !home.exists(".config"))
    }
  }

  @Test("doctor starts what is wrapped and says what is wrong with it")
  func doctor() throws {
    let home = try ClientHome()
    let program = try home.write(
      """
      #!/bin/sh
      read line
      echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"x","version":"1"}}}'
      cat > /dev/null

      """, to: "bin/server", mode: 0o755)
    try home.write(
      """
      {"mcpServers": {
        "good": {"command": "\(program)"},
        "silent": {"command": "/bin/sh", "args": ["-c", "exit 3"]},
        "missing": {"command": "/nonexistent/server"},
        "unknown": {"command": "\(program)", "args": ["${input:key}"]}
      }}
      """, to: cursorFile)
    #expect(try run(home, "wrap", "cursor", "--allow-here").status == 0)
    let run = try run(home, "doctor")
    let rows = run.output.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    func finding(_ server: String) -> [String]? { rows.first { $0.count > 4 && $0[2] == server } }
    #expect(run.status == 1)
    #expect(finding("good")?[3] == "ok" && finding("good")?[4].hasPrefix("answers after") == true, "\(run.output)")
    #expect(finding("silent")?[3] == "failed" && finding("silent")?[4].contains("status 3") == true, "\(run.output)")
    #expect(finding("missing")?[4].contains("/nonexistent/server is not there") == true)
    #expect(finding("unknown")?[4].contains("placeholders") == true)
    #expect(try ProgramRun(["doctor", "--no-start"], home: home.path).status == 1)
    let json = try ProgramRun(["doctor", "--json", "--no-start"], home: home.path).output
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
  }
}
