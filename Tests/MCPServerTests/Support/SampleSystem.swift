import Audit
import Foundation
import Guard
import JSONRPC

@testable import MCPServer

/// A machine that is guarded: a policy, the shipped rules, a database of its own, a quarantine in memory.
final class SampleSystem {
  var settings = PolicySettings()
  var requiresSignature = false
  var takesDecisions = true
  var agent: AgentName?
  var reviewers: Set<AgentName> = []
  var keys: [AgentName: VerifyingKey] = [:]
  var revoked: Set<Fingerprint> = []
  var keyProblem: KeyringUnavailable?
  let desk = FakeDesk()
  var hasQuarantine = true
  private let folder: URL

  /// 2026-03-01T09:05:07Z.
  static let now: Int64 = 1_772_355_907_000_000

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "oktsec-mcp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var database: String { folder.appending(path: "oktsec.db").path }

  func allow(_ sender: String, _ recipients: [String]?, blocking: [String] = [], tools: [String]? = nil) throws {
    var policy = AgentPolicy()
    if let recipients { policy.canMessage = .only(Set(recipients.compactMap { AgentName($0) })) }
    for word in blocking { _ = policy.blockedContent.add(word) }
    policy.allowedTools = tools.map { ToolNames($0) }
    settings.agents[try name(sender)] = policy
  }

  func name(_ text: String) throws -> AgentName {
    struct NoName: Error {}
    guard let name = AgentName(text) else { throw NoName() }
    return name
  }

  func record(_ entries: [AuditEntry]) throws {
    let store = try AuditStore.open(path: database)
    for entry in entries { _ = store.enqueue(entry, mayWait: true) }
    _ = store.close(withinMilliseconds: 10_000)
  }

  static func entry(
    _ number: Int, tool: String = "read_file", status: DeliveryStatus = .delivered, findings: [FindingRecord] = []
  ) -> AuditEntry {
    let bytes = [UInt8(truncatingIfNeeded: number)]
    var entry = AuditEntry(
      id: EventID(milliseconds: UInt64(now / 1000) + UInt64(number), random: 0), timestamp: now + Int64(number),
      from: "client", to: "files", contentHash: bytes.withUnsafeBytes { SHA256.digest($0) }, status: status,
      decision: status == .delivered ? .allow : .contentBlocked, session: "s1", direction: .clientToServer,
      verdict: status == .delivered ? .clean : .block, action: status == .delivered ? .forwarded : .stopped, bytes: 10)
    entry.method = "tools/call"
    entry.tool = tool
    entry.findings = findings
    return entry
  }

  static func finding(_ excerpt: String, pointer: String = "/params/arguments/text") -> FindingRecord {
    FindingRecord(
      rule: "IAP-001", name: "Relay injection", severity: .critical, category: "inter-agent", pointer: pointer,
      start: 0,
      end: excerpt.utf8.count, excerpt: excerpt)
  }

  func make(desk other: (any QuarantineDesk)? = nil) throws -> GuardedSystem {
    let path = database
    let (keys, revoked, problem) = (keys, revoked, keyProblem)
    return GuardedSystem(
      policy: Policy(settings), rules: try BuiltinRules.load(), requiresSignature: requiresSignature,
      freshness: FreshnessWindow(), agent: agent, reviewers: reviewers,
      audit: { () throws(DatabaseError) in
        FileManager.default.fileExists(atPath: path) ? try AuditReader(path: path) : nil
      },
      keyring: { () throws(KeyringUnavailable) in
        if let problem { throw problem }
        return Keyring(keys: keys, revoked: revoked)
      },
      quarantine: other ?? (hasQuarantine ? desk : nil), takesDecisions: takesDecisions, clock: { Self.now })
  }

  func client() throws -> TestClient { TestClient(GuardCatalog.make(try make(), version: "1.2.3")) }
}

/// A quarantine in memory.
final class FakeDesk: QuarantineDesk {
  var stored: [ReviewItem] = []
  var problem: QuarantineUnavailable?
  private(set) var decisions: [(decision: ReviewDecision, id: EventID, reviewer: Reviewer)] = []

  func add(
    _ number: Int, from: String = "client", to: String = "files", tool: String = "read_file",
    status: QuarantineState = .pending, findings: [FindingRecord] = []
  ) -> ReviewItem {
    let item = ReviewItem(
      id: EventID(milliseconds: UInt64(number), random: 0), kind: .request, status: status, created: SampleSystem.now,
      expires: SampleSystem.now + 1, from: from, to: to, direction: .clientToServer, method: "tools/call", tool: tool,
      findings: findings)
    stored.append(item)
    return item
  }

  func items(status: QuarantineState?, limit: Int) throws(QuarantineUnavailable) -> [ReviewItem] {
    if let problem { throw problem }
    return Array(stored.reversed().filter { status == nil || $0.status == status }.prefix(limit))
  }

  func item(_ id: EventID) throws(QuarantineUnavailable) -> ReviewItem? {
    if let problem { throw problem }
    return stored.first { $0.id == id }
  }

  func decide(
    _ decision: ReviewDecision, _ id: EventID, by reviewer: Reviewer
  ) throws(QuarantineUnavailable) -> ReviewOutcome {
    guard let index = stored.firstIndex(where: { $0.id == id }) else { return .unknown }
    guard stored[index].status == .pending else { return .notPending(stored[index].status) }
    stored[index].status = decision == .approve ? .approved : .rejected
    decisions.append((decision, id, reviewer))
    return .done(next: "The next such request passes, once.")
  }
}
