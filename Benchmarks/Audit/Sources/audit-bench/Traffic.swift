import Audit
import Guard

/// Records such as a machine with some wrapped servers makes: sessions of 200 frames, one frame in fifty with a finding,
/// one in two hundred stopped. The same for the same number, but for the id.
struct Traffic {
  /// Moment of the first record, and microseconds from one to the next: thirty days in all.
  let start: Int64
  let step: Int64

  init(rows: Int, end: Int64) {
    step = max(1, Self.span / Int64(max(1, rows)))
    start = end - step * Int64(rows)
  }

  private static let span: Int64 = 30 * 86_400_000_000
  static let servers = (0..<20).map { "server-\($0)" }
  static let tools = (0..<60).map { "tool_number_\($0)" }
  static let rules = (0..<80).map { "RULE_\(1000 + $0)" }

  func entry(_ number: Int) -> AuditEntry {
    var random = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
    random ^= random >> 29
    let session = number / 200
    let server = Self.servers[session % Self.servers.count]
    let isRequest = number % 2 == 0
    let timestamp = start + step * Int64(number)
    var bytes = [UInt8](repeating: 0, count: 32)
    for place in 0..<4 {
      withUnsafeBytes(of: (random &+ UInt64(place)) &* 0xBF58_476D_1CE4_E5B9) { word in
        for byte in 0..<8 { bytes[place * 8 + byte] = word[byte] }
      }
    }
    let isStopped = random % 200 == 0
    let hasFinding = isStopped || random % 50 == 1
    var entry = AuditEntry(
      id: EventID(microseconds: timestamp), timestamp: timestamp, from: isRequest ? "client" : server,
      to: isRequest ? server : "client", contentHash: bytes.withUnsafeBytes { SHA256.digest($0) },
      status: isStopped ? .blocked : .delivered,
      decision: isStopped ? .contentBlocked : hasFinding ? .contentFlagged : .allow, session: "session-\(session)",
      direction: isRequest ? .clientToServer : .serverToClient,
      verdict: isStopped ? .block : hasFinding ? .flag : .clean, action: isStopped ? .stopped : .forwarded,
      bytes: 100 + Int(random % 5000))
    entry.latency = Int64(random % 300)
    let isCall = number % 10 != 0
    entry.method = isCall ? "tools/call" : ["tools/list", "resources/read", "ping"][session % 3]
    if isCall { entry.tool = Self.tools[Int(random >> 8) % Self.tools.count] }
    if hasFinding {
      let rule = Self.rules[Int(random >> 16) % Self.rules.count]
      entry.findings = [
        FindingRecord(
          rule: rule, name: "The name of \(rule)", severity: isStopped ? .critical : .medium,
          category: "prompt-injection", pointer: "/params/arguments/text", start: 10, end: 50,
          excerpt: "Some words before it […] the words that were found, and some after them")
      ]
    }
    return entry
  }
}

/// Fills a store.
enum Filling {
  /// Records through one store; then a new one is opened, as relays come and go.
  private static let sitting = 100_000

  static func run(path: String, rows: Int) throws -> Measure {
    let traffic = Traffic(rows: rows, end: Timestamp.now)
    // What making the records costs is not the store's.
    var begin = Clock.processor
    var sum = 0
    for number in 0..<rows { sum &+= traffic.entry(number).bytes }
    let making = Clock.processor - begin
    precondition(sum > 0)

    begin = Clock.processor
    for start in stride(from: 0, to: rows, by: sitting) {
      let store = try AuditStore.open(path: path)
      for number in start..<min(rows, start + sitting) {
        guard store.enqueue(traffic.entry(number), mayWait: true) == .queued else {
          throw Failure("a record was dropped")
        }
      }
      guard store.close(withinMilliseconds: 60_000).isComplete else { throw Failure("not everything was written") }
    }
    return Measure(processor: Clock.processor - begin - making, bytes: size(of: path))
  }
}

struct Failure: Error {
  let text: String
  init(_ text: String) { self.text = text }
}
