import Guard
import Testing

@testable import CLI

@Suite("Secrets in command lines")
struct SecretsTests {
  @Test(
    "are hidden",
    arguments: [
      (["--token", "abc"], "--token ***"), (["--api-key=abc"], "--api-key=***"), (["-e", "TOKEN=abc"], "-e TOKEN=***"),
      (["--env=X=y"], "--env=X=***"), (["--header", "Authorization: Bearer abc"], "--header 'Authorization: ***'"),
      (["postgresql://ann:pass@host/db?sslkey=1"], "postgresql://***@host/db?***"),
      (["GITHUB_TOKEN=abc"], "GITHUB_TOKEN=***"),
      (["https://mcp.example.test/s/Zk3vQ9xLw2Rt7Ym4Bn8c/mcp"], "https://mcp.example.test/s/***/mcp"),
      (["--url=https://x.test/?key=1"], "--url=https://x.test/?***"), (["Zk3vQ9xLw2Rt7Ym4Bn8cPd6"], "***"),
      (["--password", "-secret-that-begins-with-a-line"], "--password ***"), (["-H", "x"], "-H ***"),
      (["--dsn", "mysql://u:p@h"], "--dsn ***"),
      (
        ["https://550e8400-e29b-41d4-a716-446655440000.x.test/550e8400-e29b-41d4-a716-446655440000"],
        "https://550e8400-e29b-41d4-a716-446655440000.x.test/***"
      ),
    ])
  func hidden(_ words: [String], _ line: String) {
    let mask = ArgumentMask()
    #expect(mask.line(mask.shown(words).words) == line)
    #expect(mask.shown(words).hasSecret)
  }

  @Test(
    "and what is none stays",
    arguments: [
      ["-y", "@modelcontextprotocol/server-filesystem@2025.1.14", "/home/ann/some folder"],
      ["--token", "${input:token}"],
      ["--token", "$API_TOKEN"], ["-e", "GITHUB_TOKEN"], ["--api-key={env:KEY}"], ["--key-file", "/etc/key.pem"],
      ["https://mcp.linear.app/sse"], ["mcp-server-git", "--repository", "/srv/very/long/path/with/many/parts/in/it"],
      ["--header", "Authorization: ${AUTH}"], ["--author", "ann"],
      ["run", "-i", "--rm", "ghcr.io/github/github-mcp-server"],
      ["--from", "git+https://github.com/acme/tool-with-a-long-name", "tool"], ["--port=8080"], ["--monkey", "x"],
      ["A=b"],
    ])
  func shown(_ words: [String]) {
    let shown = ArgumentMask().shown(words)
    #expect(shown.words == words && !shown.hasSecret)
  }

  @Test("are found by the rules for credentials too")
  func rules() {
    let finder = SecretFinder()
    let key = "AKIA" + "Q3EGRZ7XW5TLM2NB"
    #expect(ArgumentMask { finder.isSecret($0) }.shown([key]).words == ["***"])
    #expect(!finder.isSecret("@modelcontextprotocol/server-filesystem"))
  }

  @Test("are found by the user's own rules for credentials, and by the built-in ones that these replace")
  func ownRules() throws {
    let folder = try CommandFolder()
    let own = CustomRuleFileTests.rule("CRED_001", pattern: "badge-[0-9]{6}")
      .replacing("category: exfiltration", with: "category: credential-leak")
    _ = try folder.file("own.yaml", Array(own.utf8))
    var configuration = Configuration(folders: .current())
    configuration.customRulesFolder = folder.path
    let finder = SecretFinder(try LoadedRules(configuration))
    #expect(finder.isSecret("badge-123456") && !SecretFinder().isSecret("badge-123456"))
    #expect(finder.isSecret("AKIA" + "Q3EGRZ7XW5TLM2NB"))
  }

  @Test("never stand in a diff, wherever the file has them")
  func diff() throws {
    let secrets = ["s3cr3tvalue", "hunter2", "Zk3vQ9xLw2Rt7Ym4Bn8cPd6", "bearer-of-news"]
    let json = """
      {
        "mcpServers": {
          "a": { // Zk3vQ9xLw2Rt7Ym4Bn8cPd6
            "env": {"KEY": "s3cr3tvalue"}, "headers": {"X": "bearer-of-news"},
            "command": "npx",
            "args": ["--password", "hunter2", "--dsn", "x://u:hunter2@h"],
            "unknown": ["s3cr3tvalue"]
          },
          "b": {"command": "x", "env": {"K": "s3cr3tvalue"}}
        }
      }
      """
    let toml = "[mcp_servers.a]\ncommand = 'npx'\nargs = ['--token', 'hunter2'] # s3cr3t\nenv = { K = 's3cr3tvalue' }\n"
    let yaml =
      "extensions:\n  a:\n    cmd: npx\n    args:\n      - --token\n      - hunter2\n    envs: {K: s3cr3tvalue}\n"
    for (text, sample) in [(json, SampleDialect.json), (toml, .toml), (yaml, .yaml)] {
      let document = try SettingsDocument(Array(text.utf8), dialect: sample.dialect)
      let wrapped = try wrapAll(document)
      let edits = try document.wrapping(wraps(document)).edits
      let forward = LineDiff(document: document, edits: edits).lines.joined(separator: "\n")
      let after = try SettingsDocument(wrapped.text, dialect: sample.dialect)
      let backward = LineDiff(document: after, edits: try unwrapEdits(after)).lines.joined(separator: "\n")
      for secret in secrets {
        #expect(!forward.contains(secret), "\(forward)")
        #expect(!backward.contains(secret), "\(backward)")
      }
      #expect(forward.contains("+") && forward.contains("proxy") && backward.contains("npx"))
    }
  }

  @Test("a diff shows the lines that change and little more")
  func smallDiff() throws {
    let document = try SettingsDocument(Array(twoServers.utf8), dialect: .json("mcpServers"))
    let lines = LineDiff(document: document, edits: try document.wrapping(wraps(document)).edits).lines
    #expect(lines.count { $0.hasPrefix("-") } == 3 && lines.count { $0.hasPrefix("+") } == 3)
    #expect(lines.count <= 12)
    // A file in one line is shown from the entry on, not whole.
    let long = #"{"other": "\#(String(repeating: "x", count: 5000))", "mcpServers": {"a": {"command": "npx"}}}"#
    let wide = try SettingsDocument(Array(long.utf8), dialect: .json("mcpServers"))
    let short = LineDiff(document: wide, edits: try wide.wrapping(wraps(wide)).edits).lines
    #expect(short.allSatisfy { $0.utf8.count < 300 })
  }

  private func wraps(_ document: SettingsDocument) throws -> [SettingsDocument.Wrap] { try sampleWraps(document) }

  private func unwrapEdits(_ document: SettingsDocument) throws -> [TextEdit] {
    try document.unwrapping(try sampleUnwraps(document, traces: nil)).edits
  }
}

@Suite("Judging servers by their command lines")
struct LaunchTests {
  @Test(
    "a server's risk comes from whole words of its own name and its package's",
    arguments: [
      ("x", ["npx", "-y", "@modelcontextprotocol/server-postgres"], RiskClass.critical), ("My SQL", ["x"], .critical),
      ("files", ["x"], .high), ("x", ["uvx", "mcp-server-git"], .high),
      ("x", ["docker", "run", "-i", "mcp/redis:7"], .critical),
      ("x", ["npx", "@playwright/mcp@latest"], .high), ("slack", ["x"], .medium), ("gitter", ["x"], .unknown),
      ("x", ["node", "/srv/filesystem/index.js"], .unknown), ("x", ["tool", "--sqlite", "http://git"], .unknown),
      ("x", ["/opt/bin/mcp-server-sqlite"], .critical), ("serverFetch", ["x"], .high), ("profile", ["x"], .unknown),
      ("x", ["env", "A=b", "sudo", "uv", "tool", "run", "--from", "mcp-mongo==1.0.0", "serve"], .critical),
      ("x", ["cmd", "/c", "npx", "-y", "discord-mcp"], .medium),
      ("x", ["python3.12", "-m", "mcp_server_fetch"], .high),
    ])
  func risk(_ name: String, _ words: [String], _ risk: RiskClass) {
    #expect(RiskClass(name: name, words: words) == risk)
  }

  @Test(
    "what deserves a word is noticed",
    arguments: [
      (["npx", "-y", "a"], [.unpinnedNode]), (["npx", "a@latest"], [.unpinnedNode]),
      (["npx", "@a/b@^1.2.0"], [.unpinnedNode]),
      (["npx", "@a/b@1.2.0"], []), (["npx", "--package=a@1.0.0", "b"], []), (["npx", "./local"], []),
      (["uvx", "a"], [.unpinnedPython]), (["uvx", "a==1.0"], []), (["uvx", "a@1.0"], []),
      (["uvx", "--from", "a==1.0.1", "b"], []),
      (["uvx", "--from", "git+https://x.test/y@0123456789abcdef0123456789abcdef01234567", "b"], []),
      (["uvx", "a@latest"], [.unpinnedPython]), (["pipx", "run", "a"], [.unpinnedPython]),
      (["docker", "run", "-i", "a"], [.unpinnedImage]), (["docker", "run", "--rm", "x.test:5000/a/b:1.2"], []),
      (["docker", "run", "a@sha256:00"], []), (["podman", "run", "--privileged", "a:1"], [.privileged]),
      (["docker", "run", "-v", "/:/host", "a:1"], [.hostMount]),
      (["docker", "run", "--volume=/home/ann:/x", "a:1"], [.hostMount]),
      (["docker", "run", "--mount", "type=bind,src=/var/run/docker.sock,dst=/s", "a:1"], [.hostMount]),
      (["docker", "run", "-v", "/home/ann/work/shop:/x", "a:1"], []),
      (["docker", "run", "--cap-add", "SYS_ADMIN", "a:1"], [.capability]),
      (["docker", "run", "--network=host", "a:1"], [.hostNetwork]),
      (["sudo", "-u", "root", "npx", "a@1.0.0"], [.elevated]),
      (["node", "-e", "x()"], [.inlineCode]), (["bash", "-c", "x | y"], [.inlineCode]),
      (["node", "server.js", "-e"], []),
      (["python3", "-m", "x"], []), (["deno", "run", "npm:a"], [.unpinnedNode]), (["bunx", "a"], [.unpinnedNode]),
    ] as [([String], Set<LaunchAnalysis.Concern>)])
  func concerns(_ words: [String], _ concerns: Set<LaunchAnalysis.Concern>) {
    #expect(LaunchAnalysis(words).concerns == concerns)
  }

  @Test("the rules that notes name exist")
  func ruleNames() throws {
    let known = Set(try BuiltinRules.load().ids)
    for concern in LaunchAnalysis.Concern.allCases {
      let words: [String] =
        switch concern {
        case .elevated: ["sudo", "x"]
        case .inlineCode: ["sh", "-c", "x"]
        case .unpinnedNode: ["npx", "x"]
        case .unpinnedPython: ["uvx", "x"]
        case .unpinnedImage: ["docker", "run", "x"]
        case .privileged: ["docker", "run", "--privileged", "x:1"]
        case .hostMount: ["docker", "run", "-v", "/:/x", "x:1"]
        case .capability: ["docker", "run", "--cap-add", "ALL", "x:1"]
        case .hostNetwork: ["docker", "run", "--net", "host", "x:1"]
        }
      let entry = try #require(
        try SettingsDocument(Array(#"{"mcpServers": {"x": {"command": "y"}}}"#.utf8), dialect: .json("mcpServers"))
          .entries.first)
      let notes = PostureNote.notes(about: entry, words: words, hasSecret: false)
      #expect(notes.count == 1)
      if let rule = notes.first?.rule { #expect(known.contains(rule), "\(rule)") }
    }
  }
}
