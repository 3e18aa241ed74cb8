import Audit
import Foundation
import Guard
import Testing

@testable import CLI
@testable import Dashboard

@Suite("The dashboard of this machine")
struct MachineTests {
  private let folder: TemporaryFolder
  private let machine: MachineDashboard
  private var config: String { folder.path + "/oktsec.yaml" }
  private var database: String { folder.path + "/oktsec.db" }

  private static let text = """
    # Mine.
    version: "1"
    mode: observe   # not yet
    db_path: ./oktsec.db
    identity: {keys_dir: ./keys}
    agents:
      files:   # the files
        allowed_tools:
          - read_file   # reading
    rules:
      # noisy
      - id: IAP-002
        action: allow-and-flag
    # the end
    """

  init() throws {
    folder = try TemporaryFolder()
    let path = folder.path + "/oktsec.yaml"
    try Self.text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let folders = UserFolders(home: folder.path, workingDirectory: folder.path, namedConfig: nil, configHome: nil)
    machine = MachineDashboard(
      config: path, configuration: try Configuration.load(path: path, folders: folders), folders: folders)
  }

  private func configText() throws -> String { try String(contentsOfFile: config, encoding: .utf8) }

  private func changes() throws -> [String] {
    try AuditReader(path: database).records(after: 0).filter { $0.entry.action == .changed }
      .map { "\($0.entry.method): \($0.entry.reason)" }
  }

  private var comments: [String] { ["# Mine.", "# not yet", "# the files", "# reading", "# noisy", "# the end"] }

  @Test("the mode is set where it stands, recorded, and holds")
  func mode() throws {
    #expect(try machine.make(.mode(.enforce)).contains("now enforce"))
    #expect(try configText() == Self.text.replacingOccurrences(of: "observe ", with: "enforce "))
    #expect(try changes() == ["config/mode: mode is now enforce (in the dashboard)"])
    #expect(machine.state().policy.mode == .enforce)
    #expect(try machine.make(.mode(.enforce)).contains("already"))
    #expect(try changes().count == 1)
  }

  @Test("a rule goes off, to another treatment and back, and the file is what it was")
  func rule() throws {
    _ = try machine.make(.rule(id: "prompt_injection_001", .ignore))
    #expect(machine.state().general("PROMPT_INJECTION_001")?.action == .ignore)
    _ = try machine.make(.rule(id: "PROMPT_INJECTION_001", .block))
    #expect(machine.state().policy.overrides.count == 2)
    #expect(machine.state().general("PROMPT_INJECTION_001")?.action == .block)
    _ = try machine.make(.rule(id: "PROMPT_INJECTION_001", nil))
    #expect(try configText() == Self.text)
    #expect(try changes().count == 3)
    #expect(throws: SystemProblem.self) { try machine.make(.rule(id: "NO_SUCH_RULE", .ignore)) }
  }

  @Test("an agent's form writes what changed and nothing else")
  func agent() throws {
    let name = try #require(AgentName("files"))
    let mail = try #require(AgentName("mail"))
    _ = try machine.make(.addAgent(mail))
    _ = try machine.make(
      .agent(
        name,
        AgentEdit(
          description: "Files: all", canMessage: .only([mail]), allowedTools: ["read_file", "stat"],
          blockedContent: ["credentials"], ratePerMinute: 60)))
    let text = try configText()
    for comment in comments { #expect(text.contains(comment)) }
    let state = machine.state()
    #expect(state.notes[name]?.description == "Files: all")
    #expect(state.policy.agents[name]?.allowedTools == ToolNames(["stat", "read_file"]))
    #expect(state.policy.agents[name]?.canMessage == .only([mail]))
    #expect(state.policy.agents[name]?.blockedContent.names == ["credentials"])
    #expect(state.policy.agents[name]?.ratePerMinute == 60)
    #expect(text.contains("- read_file   # reading\n      - stat"))
    _ = try machine.make(
      .agent(
        name,
        AgentEdit(description: "", canMessage: .anyone, allowedTools: nil, blockedContent: [], ratePerMinute: nil)))
    let policy = try #require(machine.state().policy.agents[name])
    #expect(policy == AgentPolicy())
    for comment in comments where comment != "# reading" { #expect(try configText().contains(comment)) }
    #expect(try changes().count == 3)
    #expect(throws: SystemProblem.self) { try machine.make(.addAgent(mail)) }
  }

  @Test("keys are made, rotated and revoked, and each is recorded")
  func keys() throws {
    let name = try #require(AgentName("files"))
    #expect(try machine.keys().isEmpty)
    _ = try machine.make(.generateKey(name))
    let first = try #require(try machine.keys().first)
    #expect(first.state == .active && first.hasPrivateKey)
    #expect(throws: SystemProblem.self) { try machine.make(.generateKey(name)) }
    _ = try machine.make(.rotateKey(name))
    let second = try #require(try machine.keys().first)
    #expect(second.fingerprint != first.fingerprint && second.state == .active)
    _ = try machine.make(.revokeKey(name))
    #expect(try machine.keys().isEmpty)
    #expect(try changes().map { $0.prefix { $0 != ":" } } == ["keys/generate", "keys/revoke", "keys/revoke"])
  }

  @Test("quarantine settings are written and recorded")
  func quarantine() throws {
    _ = try machine.make(.quarantine(isEnabled: false, expiryHours: 12, retentionDays: 30))
    let state = machine.state()
    #expect(!state.policy.quarantineEnabled && state.quarantineHours == 12 && state.retentionDays == 30)
    for comment in comments { #expect(try configText().contains(comment)) }
    #expect(try changes().count == 1)
    _ = try machine.make(.quarantine(isEnabled: false, expiryHours: 12, retentionDays: 30))
    #expect(try changes().count == 1)
  }

  @Test("an exception is made from an event, for its place only")
  func exception() throws {
    var entry = Records.entry(to: "files", status: .blocked, verdict: .block, action: .stopped)
    entry.findings = [
      FindingRecord(
        rule: "PROMPT_INJECTION_001", name: "n", severity: .critical, category: "prompt-injection", pointer: "",
        start: 0, end: 1, excerpt: "x")
    ]
    try Records.write([entry], to: database)
    let until = Timestamp.now / 1_000_000 * 1_000_000 + 3_600_000_000
    let sentence = try machine.make(.exception(event: entry.id, rule: nil, until: until, reason: "tested"))
    #expect(sentence.contains("PROMPT_INJECTION_001"))
    let override = try #require(machine.state().scoped("PROMPT_INJECTION_001").first)
    #expect(override.agents == [try #require(AgentName("files"))])
    #expect(override.tools == ToolNames(["read_file"]) && override.direction == .clientToServer)
    #expect(override.until == until && override.action == .allowAndFlag)
    #expect(try changes().contains { $0.hasPrefix("rules/allow") && $0.contains("tested") })
  }

  @Test("a quarantined item is decided once, by the name of the account")
  func review() throws {
    let store = try AuditStore.open(path: database)
    var entry = Records.entry(status: .quarantined, verdict: .quarantine, action: .stopped)
    entry.decision = .contentQuarantined
    let outcome = store.hold(
      QuarantineItem(
        kind: .request, key: ApprovalKey(digest: entry.contentHash), payload: Array("x".utf8),
        expires: Timestamp.now + 3_600_000_000), with: entry, withinMilliseconds: 5000)
    _ = store.close()
    guard case .held(let item) = outcome else {
      Issue.record("not held: \(outcome)")
      return
    }
    #expect(try machine.make(.review(item: item, .approve, reason: "known")).contains("passes, once"))
    #expect(throws: SystemProblem.self) { try machine.make(.review(item: item, .reject, reason: "")) }
    let reviews = try AuditReader(path: database).records(after: 0).filter { $0.entry.action == .reviewed }
    #expect(reviews.map(\.entry.reason) == ["approved in the dashboard: known"])
  }

  @Test("a config that was broken outside changes nothing, and is said")
  func broken() throws {
    _ = machine.state()
    try (Self.text + "\nnonsense: [").write(toFile: config, atomically: true, encoding: .utf8)
    let state = machine.state()
    #expect(state.warnings.count == 1)
    #expect(state.policy.agents.count == 1)
    #expect(machine.state().warnings.count == 1)
    #expect(throws: SystemProblem.self) { try machine.make(.mode(.enforce)) }
    #expect(try configText().hasSuffix("nonsense: ["))
    try Self.text.write(toFile: config, atomically: true, encoding: .utf8)
    #expect(machine.state().warnings.isEmpty)
  }

  @Test("what cannot be recorded is not done")
  func unrecorded() throws {
    try FileManager.default.createDirectory(atPath: database, withIntermediateDirectories: false)
    #expect(throws: SystemProblem.self) { try machine.make(.mode(.enforce)) }
    #expect(try configText() == Self.text)
  }
}
