import Audit
import Foundation
import Guard
import Threads

@testable import Dashboard

/// A folder for one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "dashboard-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What the site asked for.
// @unchecked: `changes` is read and written under `lock`; the rest is set before the site uses it.
final class Ledger: @unchecked Sendable {
  private let lock = Lock()
  private var made: [SystemChange] = []
  var state = SystemState()
  var database = "/nonexistent/oktsec.db"
  var keys: [AgentKey] = []
  var health: [HealthFinding]? = []
  var text: String? = "version: \"1\"\n"
  var rules: RuleSet?
  var refusal: SystemProblem?

  var changes: [SystemChange] { lock.withLock { made } }
  func add(_ change: SystemChange) { lock.withLock { made.append(change) } }
}

/// A machine of which a test says what it holds.
final class FakeSystem: DashboardSystem {
  let ledger: Ledger
  init(_ ledger: Ledger) { self.ledger = ledger }

  func state() -> SystemState { ledger.state }
  func audit() throws(SystemProblem) -> AuditReader? {
    do throws(DatabaseError) { return try AuditReader(path: ledger.database) } catch {
      switch error.cause {
      case .empty, .system(2): return nil
      default: throw SystemProblem(error.description)
      }
    }
  }
  func rules() throws(SystemProblem) -> RulesInForce {
    guard let rules = (try? ledger.rules ?? BuiltinRules.load()) else { throw SystemProblem("no rules") }
    return RulesInForce(rules: rules, origins: [:])
  }
  func keys() throws(SystemProblem) -> [AgentKey] { ledger.keys }
  func health() -> [HealthFinding]? { ledger.health }
  func configurationText() throws(SystemProblem) -> String? { ledger.text }
  func inspect(_ text: String, role: Role) throws(SystemProblem) -> Inspection {
    var text = text
    let inspector = Inspector(rules: try rules().rules)
    return text.withUTF8 { inspector.inspect(text: UnsafeRawBufferPointer($0), role: role) }
  }
  func make(_ change: SystemChange) throws(SystemProblem) -> String {
    if let refusal = ledger.refusal { throw refusal }
    ledger.add(change)
    return "Done."
  }
}

/// A site, and a browser that keeps its cookie.
final class Visitor {
  let ledger: Ledger
  let access: AccessControl
  let site: DashboardSite
  var cookie = ""
  var peer = "127.0.0.1"
  var isLoopback = true
  var now: Int64 = 1_800_000_000_000_000

  init(_ ledger: Ledger = Ledger()) {
    self.ledger = ledger
    access = AccessControl(pause: { _ in })
    site = DashboardSite(access: access) { FakeSystem(ledger) }
  }

  func get(_ target: String, method: String = "GET", headers: [(String, String)] = []) async -> Answer {
    await send(method, target, headers: headers, body: "")
  }

  func post(
    _ target: String, _ fields: [(String, String)], headers: [(String, String)] = [("Origin", "http://127.0.0.1:8080")]
  ) async -> Answer {
    let body = fields.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    return await send("POST", target, headers: headers, body: body)
  }

  private func send(_ method: String, _ target: String, headers: [(String, String)], body: String) async -> Answer {
    var all: [(name: String, value: String)] = [("Host", "127.0.0.1:8080")]
    if !cookie.isEmpty { all.append(("Cookie", cookie)) }
    all += headers.map { (name: $0.0, value: $0.1) }
    let reply = await site.answer(
      PageRequest(
        method: method, target: target, headers: all, body: Array(body.utf8), peer: peer, peerIsLoopback: isLoopback,
        isSecure: false, now: now))
    let answer = Answer(reply)
    if let set = answer.header("Set-Cookie") { cookie = String(set.prefix { $0 != ";" }) }
    return answer
  }

  @discardableResult
  func logIn() async -> Answer {
    await post("/dashboard/login", [("csrf", access.loginToken), ("code", access.digits)])
  }

  /// The token in the first form of a page.
  func token() async -> String { await get("/dashboard").hidden("csrf") ?? "" }
}

struct Answer {
  let status: Int
  let headers: [(name: String, value: String)]
  let text: String
  let stream: AsyncStream<[UInt8]>?

  init(_ reply: PageReply) {
    status = reply.status
    headers = reply.headers
    switch reply.body {
    case .bytes(let bytes):
      text = String(decoding: bytes, as: UTF8.self)
      stream = nil
    case .stream(let chunks):
      text = ""
      stream = chunks
    }
  }

  func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

  func hidden(_ name: String) -> String? {
    guard let start = text.range(of: "name=\"\(name)\" value=\"")?.upperBound else { return nil }
    return String(text[start...].prefix { $0 != "\"" })
  }
}

enum Records {
  static func entry(
    from: String = "client", to: String = "files", status: DeliveryStatus = .delivered, verdict: Verdict = .clean,
    action: Action = .forwarded, tool: String = "read_file", session: String = "s1",
    at moment: Int64 = Timestamp.now
  ) -> AuditEntry {
    var entry = AuditEntry(
      id: EventID(microseconds: moment), timestamp: moment, from: from, to: to,
      contentHash: [UInt8]().withUnsafeBytes { SHA256.digest($0) }, status: status,
      decision: verdict == .clean ? .allow : .contentBlocked, session: session, direction: .clientToServer,
      verdict: verdict, action: action, bytes: 10)
    entry.method = "tools/call"
    entry.tool = tool
    return entry
  }

  /// Writes records and waits until they stand.
  static func write(_ entries: [AuditEntry], to path: String) throws {
    let store = try AuditStore.open(path: path)
    for entry in entries { _ = store.enqueue(entry, mayWait: true) }
    _ = store.close(withinMilliseconds: 10_000)
  }
}
