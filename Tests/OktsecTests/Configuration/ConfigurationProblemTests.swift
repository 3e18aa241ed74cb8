import Guard
import Testing

@testable import CLI

@Suite struct ConfigurationProblemTests {
  /// What is wrong, where it is, and what the message must say.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let line, column: Int
    let says: String
    var hints: String?
    var testDescription: String { says }

    init(_ text: String, _ line: Int, _ column: Int, _ says: String, hints: String? = nil) {
      self.text = text
      (self.line, self.column) = (line, column)
      self.says = says
      self.hints = hints
    }
  }

  static let cases = [
    Case("mode: observe", 1, 1, "version is missing"),
    Case("", 1, 1, "the config is empty"),
    Case(
      "version: \"2\"", 1, 10, "version: unknown version '2'",
      hints: "this oktsec reads version 1; the file may be for a newer oktsec"),
    Case("version: one", 1, 10, "version: unknown version 'one'", hints: "write version: \"1\""),
    Case("- a", 1, 1, "the config must be a mapping of keys, not a list"),
    Case("version: '1'\n---\nversion: '1'", 3, 1, "a second document"),
    // Unknown keys, and the nearest that are known.
    Case("version: '1'\nmod: enforce", 2, 1, "unknown key 'mod'", hints: "did you mean mode?"),
    Case("version: '1'\nServer: {}", 2, 1, "unknown key 'Server'", hints: "did you mean server?"),
    Case("version: '1'\nserver:\n  prot: 1", 3, 3, "unknown key 'prot' in server", hints: "did you mean port?"),
    Case("version: '1'\nport: 1", 2, 1, "unknown key 'port'", hints: "did you mean server.port?"),
    Case("version: '1'\nlimits: {zzz: 1}", 2, 10, "unknown key 'zzz' in limits", hints: "known here: max_frame_bytes"),
    Case(
      "version: '1'\nagents:\n  a:\n    can_mesage: []", 4, 5, "unknown key 'can_mesage' in agents.a",
      hints: "did you mean can_message?"),
    Case(
      "version: '1'\nrules:\n  - id: X\n    actoin: block", 4, 5, "unknown key 'actoin' in rules[1]", hints: "action"),
    // Duplicate keys.
    Case("version: '1'\nmode: observe\nmode: enforce", 3, 1, "duplicate key mode"),
    Case("version: '1'\nagents:\n  a: {}\n  a: {}", 4, 3, "duplicate key a"),
    Case("version: '1'\n\"version\": '1'", 2, 1, "duplicate key version"),
    // Wrong types.
    Case("version: '1'\nserver: 8080", 2, 9, "server must be a mapping of keys, not text"),
    Case("version: '1'\nserver: {port: \"8080\"}", 2, 16, "a port from 1 to 65535", hints: "without quotation marks"),
    Case("version: '1'\nserver: {port: [1]}", 2, 16, "server.port must be a port from 1 to 65535, not a list"),
    Case("version: '1'\nserver: {port: }", 2, 16, "not empty"),
    Case("version: '1'\nquarantine: {enabled: yes}", 2, 23, "must be true or false", hints: "write true"),
    Case("version: '1'\nquarantine: {enabled: \"true\"}", 2, 23, "must be true or false", hints: "write true"),
    Case("version: '1'\nagents: {a: {can_message: b}}", 2, 27, "must be a list of agents, not text"),
    Case("version: '1'\nagents: {a: {can_message: }}", 2, 27, "not empty", hints: "[] permits no one"),
    Case("version: '1'\nagents: {a: {allowed_tools: }}", 2, 29, "not empty", hints: "[] permits none"),
    Case("version: '1'\nagents: {a: {allowed_tools: ['*']}}", 2, 30, "no wildcard", hints: "leave the key out"),
    Case("version: '1'\nagents: {a: {tags: {}}}", 2, 20, "must be a list, not a mapping"),
    Case("version: '1'\nagents: [a]", 2, 9, "agents must be a mapping of keys, not a list"),
    Case("version: '1'\nrules: {id: x}", 2, 8, "rules must be a list, not a mapping"),
    // Identity.
    Case("version: '1'\nidentity:\n  require_signature: true", 3, 22, "needs identity.keys_dir"),
    Case("version: '1'\nidentity: {keys_dir: ''}", 2, 22, "keys_dir is empty"),
    Case("version: '1'\nidentity: {past_seconds: 0}", 2, 26, "from 1 to 86400, not '0'"),
    Case("version: '1'\nagents:\n  a:\n    can_message: [b, a]", 4, 22, "an agent cannot list itself"),
    Case("version: '1'\nagents: {'a b': {}}", 2, 10, "'a b' is no agent's name", hints: "letters"),
    Case("version: '1'\nagents: {a: {can_message: ['../x']}}", 2, 28, "'../x' is no agent's name"),
    // Ports.
    Case("version: '1'\nserver: {port: 0}", 2, 16, "from 1 to 65535, not '0'"),
    Case("version: '1'\nserver: {port: 65536}", 2, 16, "not '65536'"),
    Case("version: '1'\nserver: {port: -1}", 2, 16, "not '-1'"),
    Case("version: '1'\nserver: {port: 010}", 2, 16, "must be a port"),
    Case("version: '1'\nserver: {port: 0x50}", 2, 16, "must be a port"),
    Case("version: '1'\nserver: {port: 8_080}", 2, 16, "must be a port"),
    Case("version: '1'\nserver: {port: 99999999999999999999}", 2, 16, "must be a port"),
    // Words.
    Case("version: '1'\nmode: enforced", 2, 7, "mode: unknown mode 'enforced'", hints: "did you mean enforce?"),
    Case("version: '1'\nmode: Enforce", 2, 7, "mode: unknown mode 'Enforce'", hints: "did you mean enforce?"),
    Case("version: '1'\ndefault_policy: block", 2, 17, "unknown policy 'block'", hints: "known: allow, deny"),
    Case("version: '1'\nrules: [{id: x, action: alow-and-flag}]", 2, 25, "unknown action", hints: "allow-and-flag?"),
    Case(
      "version: '1'\nrules: [{id: x, severity: hihg}]", 2, 27, "unknown severity 'hihg'", hints: "did you mean high?"),
    Case("version: '1'\nrules: [{id: x, direction: up}]", 2, 28, "unknown direction", hints: "request, response"),
    Case("version: '1'\nrules: [{action: block}]", 2, 9, "rules[1].id is missing"),
    Case("version: '1'\nrules: [{id: x, until: tomorrow}]", 2, 24, "RFC 3339"),
    Case(
      "version: '1'\nagents: {a: {blocked_content: [credential]}}", 2, 32, "category 'credential'", hints: "credentials"
    ),
    Case(
      "version: '1'\nwebhooks: [{url: 'https://a', events: [message_blokced]}]", 2, 40, "unknown event",
      hints: "message_blocked"),
    Case("version: '1'\nzzz: 1", 2, 1, "unknown key 'zzz'", hints: "oktsec verify --schema"),
    Case("version: '1'\nserver: {log_level: verbose}", 2, 21, "unknown level", hints: "known: debug, info"),
    // Addresses.
    Case("version: '1'\nwebhooks: [{events: []}]", 2, 12, "webhooks[1].url is missing"),
    Case("version: '1'\nwebhooks: [{url: 'ftp://a'}]", 2, 18, "must begin with http:// or https://"),
    Case("version: '1'\nwebhooks: [{url: 'https://'}]", 2, 18, "the host is missing"),
    Case("version: '1'\nwebhooks: [{url: 'https://a:0/x'}]", 2, 18, "the port must be"),
    Case("version: '1'\nwebhooks: [{url: 'https://u:secret@a/x'}]", 2, 18, "does not belong there"),
    Case("version: '1'\nwebhooks: [{url: 'https://a b'}]", 2, 18, "percent-encoded"),
    Case("version: '1'\nwebhooks: [{url: 'https://1.2.3/x'}]", 2, 18, "no host name"),
    Case("version: '1'\nagents: {a: {deliver_to: here}}", 2, 26, "must begin with http"),
    Case("version: '1'\nserver: {bind: 'a:80'}", 2, 16, "without port"),
    Case("version: '1'\nserver: {tls: {certificate: c}}", 2, 15, "server.tls.key is missing"),
    // References.
    Case(
      "version: '1'\nrules: [{id: x, notify: [pagr]}]\nwebhooks: [{url: 'https://a', name: pager}]", 2, 26,
      "there is no webhook 'pagr'", hints: "did you mean pager?"),
    Case(
      "version: '1'\nwebhooks: [{url: 'https://a', name: p}, {url: 'https://b', name: p}]", 2, 41,
      "two webhooks have the name p"),
    // Secrets.
    Case("version: '1'\nserver: {api_key: ''}", 2, 19, "must not be empty"),
    Case("version: '1'\nserver: {api_key: 'env:A-B'}", 2, 19, "the name of a variable"),
    Case("version: '1'\nserver: {api_key: 'file:'}", 2, 19, "there must be a path"),
    // YAML that is not read.
    Case(
      "version: '1'\nagents: {a: {can_message: [*]}}", 2, 29, "did not find expected", hints: "with quotation marks"),
    Case("version: &v '1'\nmode: *v", 2, 7, "aliases are not allowed"),
    Case("version: '1'\nserver:\n\tport: 1", 3, 1, "token", hints: "indented with spaces"),
    Case("version: '1'\n? [a]\n: b", 2, 3, "a key must be text"),
  ]

  @Test("each problem is found at its place, and says what could be meant", arguments: cases)
  func found(item: Case) throws {
    let found = problems(item.text)
    try #require(found.count == 1, "\(found)")
    #expect(found[0].line == item.line && found[0].column == item.column, "\(found[0])")
    #expect(found[0].message.contains(item.says), "\(found[0])")
    if let hint = item.hints { #expect(found[0].hint?.contains(hint) == true, "\(found[0])") }
    #expect(found[0].description.hasPrefix("o.yaml:\(item.line):\(item.column): "))
  }

  @Test("everything that is wrong is told at once, in the order of the file")
  func allAtOnce() {
    let found = problems(
      """
      mode: enforced
      server:
        port: 99999
        unknown: 1
      agents:
        a: {can_message: [a, "b c"], rate: {per_minute: none}}
      rules:
        - action: blok
          notify: [nobody]
      webhooks:
        - url: gopher://x
          events: [blocked, lost]
      mode: enforce
      agents: {}
      """)
    let places = found.map { "\($0.line):\($0.column)" }
    #expect(
      places == [
        "1:1", "1:7", "3:9", "4:3", "6:21", "6:24", "6:51", "8:5", "8:13", "9:14", "11:10", "12:23",
        "13:1", "14:1",
      ],
      "\(found.map(\.description).joined(separator: "\n"))")
  }

  @Test("a flood of problems is cut, and the rest is counted")
  func flood() throws {
    let text = "version: '1'\n" + (0..<5000).map { "k\($0): 1\n" }.joined()
    let error = #expect(throws: ConfigurationProblems.self) { try parse(text) }
    #expect(error?.problems.count == 100 && error?.omitted == 4900)
  }

  @Test("no message shows a secret or the path of an address")
  func hidesSecrets() {
    let found = problems(
      """
      version: '1'
      server: {api_key: [hunter2]}
      webhooks: [{url: "https://a b/hunter2", secret: {a: hunter2}}, {url: "hunter2"}]
      """)
    #expect(found.count == 4)
    #expect(!found.contains { $0.description.contains("hunter2") })
  }

  @Test(
    "warnings stop nothing",
    arguments: [
      ("rules: [{id: x}]", "changes nothing"),
      ("agents: {ann: {can_message: [bob]}, bop: {}}", "there is no agent 'bob'"),
      ("agents: {ann: {}}\nmcp: {reviewers: [anna]}", "there is no agent 'anna'"),
      ("agents: {ann: {}}\nrules: [{id: x, action: ignore, agents: [anna]}]", "there is no agent 'anna'"),
      ("server: {bind: 0.0.0.0}", "without server.api_key"),
    ])
  func warnings(text: String, says: String) throws {
    let config = try parse("version: '1'\n" + text)
    #expect(config.warnings.count == 1 && config.warnings[0].message.contains(says), "\(config.warnings)")
  }

  @Test("bytes that are no text, deep nesting and long lists are refused in bounded time")
  func hostile() {
    let deep = "version: " + String(repeating: "[", count: 100_000)
    let cases: [[UInt8]] = [
      [0xFF, 0xFE, 0x00], [0x00], Array("version: '1'\nmode: \u{0}".utf8), [0xC3, 0x28], Array(deep.utf8),
      Array("version: '1'\nagents: {a: {tags: [\(String(repeating: "a,", count: 20_000))]}}".utf8),
      Array("a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]".utf8),
    ]
    for text in cases {
      #expect(throws: ConfigurationProblems.self) {
        try Configuration.parse(text, file: "/o.yaml", shownAs: "o.yaml", folders: testFolders)
      }
    }
  }

  @Test("no change of a valid config makes the reader trap")
  func survivesNoise() {
    var generator = SystemRandomNumberGenerator()
    let valid = Array(ConfigurationTests.everyKey.utf8)
    for _ in 0..<3000 {
      var text = valid
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: text[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.remove(at: index)
        case 2: text.insert(contentsOf: Array("[]{}:-\n\"*&!".utf8).shuffled().prefix(3), at: index)
        default: text.removeSubrange(index..<min(text.count, index + 40))
        }
      }
      do throws(ConfigurationProblems) {
        _ = try Configuration.parse(text, file: "/o.yaml", shownAs: "o.yaml", folders: testFolders)
      } catch {
        #expect(!error.problems.isEmpty)
      }
    }
  }
}
