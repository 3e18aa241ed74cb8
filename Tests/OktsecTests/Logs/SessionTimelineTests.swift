import Audit
import Guard
import Testing

@testable import CLI

@Suite("logs session")
struct SessionTimelineTests {
  /// Makes the records of a session, one millisecond after the other.
  private struct Script {
    var records: [AuditEntry] = []
    var now: Int64 = 1_772_355_907_000_000

    mutating func add(
      _ direction: Direction, _ method: String, _ tool: String = "", after wait: Int64 = 1000,
      _ change: (inout AuditEntry) -> Void = { _ in }
    ) throws {
      now += wait
      var entry = try SampleRecords.entry(direction == .clientToServer ? 0 : 1, at: now)
      entry.method = method
      entry.tool = tool
      change(&entry)
      records.append(entry)
    }

    mutating func ask(_ method: String, _ tool: String = "", _ change: (inout AuditEntry) -> Void = { _ in }) throws {
      try add(.clientToServer, method, tool, change)
    }

    mutating func answer(
      _ method: String, _ tool: String = "", after wait: Int64 = 5000, _ change: (inout AuditEntry) -> Void = { _ in }
    ) throws {
      try add(.serverToClient, method, tool, after: wait, change)
    }
  }

  private static func stop(_ entry: inout AuditEntry) {
    entry.action = .stopped
    entry.status = .blocked
    entry.decision = .contentBlocked
    entry.verdict = .block
    entry.findings = [SampleRecords.finding("IAP-001", .critical)]
  }

  private func told(_ script: Script, limit: Int = 1000) throws -> String {
    let output = ResultOutput(memoryFor: Terminal(isInteractive: true, columns: 80, style: .plain))
    try SessionCard(records: script.records, limit: limit).write(to: output)
    return output.text
  }

  /// The line with this text, with runs of spaces as one.
  private func line(_ part: String, of text: String) -> String {
    let line = text.split(separator: "\n").first { $0.contains(part) } ?? ""
    return line.split(separator: " ").joined(separator: " ")
  }

  @Test("handshake, tools, calls, what was stopped and why, and how long it lasted")
  func story() throws {
    var script = Script()
    try script.ask("initialize")
    try script.answer("initialize", after: 12_000)
    try script.ask("notifications/initialized")
    try script.ask("tools/list")
    try script.answer("tools/list") { $0.action = .filtered }
    try script.ask("tools/call", "read_file")
    try script.answer("tools/call", "read_file", after: 65_000_000)
    try script.ask("tools/call", "send_message", Self.stop)
    let text = try told(script)
    #expect(line("lasted", of: text) == "lasted 1 min 5 s from the first record to the last")
    #expect(line("records", of: text) == "records 8: 6 forwarded, 1 filtered, 1 stopped")
    #expect(line("handshake", of: text) == "handshake initialize answered in 12 ms, initialized")
    #expect(line("tools  ", of: text) == "tools listed once, 1 of the lists cut or stopped; called: read_file 1,")
    #expect(text.contains("\n           send_message 1\n"))
    #expect(line("stopped  ", of: text) == "stopped 1 content_blocked")
    #expect(line("→ initialize", of: text) == "0:00.000 → initialize answered in 12 ms")
    #expect(line("→ tools/call read_file", of: text).hasSuffix("answered in 1 min 5 s"))
    #expect(line("→ tools/call send_message", of: text).hasSuffix("STOPPED, content_blocked"))
    #expect(text.contains("critical IAP-001 Name of IAP-001 at /params/text"))
    #expect(text.contains("record \(try #require(script.records.last).id)"))
  }

  @Test("an answer stands beside its request only where it is certain that it is its answer")
  func overlapping() throws {
    var script = Script()
    try script.ask("tools/call", "a")
    try script.ask("tools/call", "a")
    try script.ask("tools/call", "b")
    try script.answer("tools/call", "a")
    try script.answer("tools/call", "b")
    try script.answer("tools/call", "a")
    try script.ask("tools/call", "a")
    try script.answer("tools/call", "a", after: 9000)
    let steps = SessionTimeline(script.records).steps
    #expect(steps.map(\.kind) == [.message, .message, .message, .answer, .answer, .message])
    #expect(steps.map { $0.answer != nil } == [false, false, true, false, false, true])
    #expect(steps.last?.waits == 9000...9000)
    #expect(try told(script).contains("answers one of several"))
  }

  @Test("what was stopped waits for no answer, and a request of the server is not taken for one")
  func stoppedIsAnswered() throws {
    var script = Script()
    try script.ask("tools/call", "a", Self.stop)
    try script.answer("tools/call", "a")
    try script.add(.serverToClient, "sampling/createMessage")
    try script.add(.clientToServer, "sampling/createMessage")
    let steps = SessionTimeline(script.records).steps
    #expect(steps.count == 3 && steps[0].answer == nil && steps[1].answer == nil && steps[2].answer != nil)
    #expect(try told(script).contains("← sampling/createMessage"))
  }

  @Test("what either side may ask is not taken for an answer")
  func bothWays() throws {
    var script = Script()
    try script.ask("ping")
    try script.add(.serverToClient, "ping")
    try script.ask("tasks/get")
    try script.add(.serverToClient, "tasks/get")
    let steps = SessionTimeline(script.records).steps
    #expect(steps.count == 4 && steps.allSatisfy { $0.answer == nil })
  }

  @Test("equal calls in a row are one line; one with a finding is not among them")
  func folds() throws {
    var script = Script()
    for wait in [3, 7, 5] as [Int64] {
      try script.ask("tools/call", "a")
      try script.answer("tools/call", "a", after: wait * 1000)
    }
    try script.ask("tools/call", "a") { $0.verdict = .flag }
    try script.answer("tools/call", "a")
    let text = try told(script)
    #expect(line("×3", of: text) == "0:00.000 → tools/call a ×3 answered in 3 ms to 7 ms")
    #expect(text.contains("passed, verdict flag"))
  }

  @Test("what the records do not hold is said, not invented")
  func unknown() throws {
    var script = Script()
    try script.ask("tools/call", "a")
    let text = try told(script)
    #expect(line("handshake", of: text) == "handshake none is recorded")
    #expect(line("stopped  ", of: text) == "stopped nothing")
    #expect(text.contains("Not recorded: what was said"))
    #expect(!line("→ tools/call", of: text).contains("answered"))
  }

  @Test("in observe, what would have been stopped is said")
  func observed() throws {
    var script = Script()
    try script.ask("tools/call", "a") { $0.verdict = .block }
    #expect(line("stopped  ", of: try told(script)) == "stopped nothing, though the verdict on 1 was worse than flag")
  }

  @Test("lost records, reviews and changes of the config are told where they happened")
  func events() throws {
    var script = Script()
    try script.ask("") {
      $0.action = .gap
      $0.reason = "5 records lost"
    }
    try script.ask("config/reload") {
      $0.action = .changed
      $0.reason = "the mode was enforce and is observe"
    }
    let text = try told(script)
    #expect(line("lost  ", of: text) == "lost 5 records lost")
    #expect(text.contains("· gap: 5 records lost"))
    #expect(text.contains("· config/reload: the mode was enforce and is observe"))
  }

  @Test("no line is wider than 80 columns, whatever the peers call things, and none has a control character")
  func fits() throws {
    var script = Script()
    for number in 0..<30 {
      let tool = String(repeating: number % 2 == 0 ? "名\u{1B}[2J" : "a \u{202E}b", count: 1 + number * 3)
      try script.ask("tools/call", tool, Self.stop)
      try script.answer(tool, tool) { $0.reason = tool }
    }
    for terminal in [Terminal(isInteractive: true, columns: 80, style: .plain), .none] {
      let output = ResultOutput(memoryFor: terminal)
      try SessionCard(records: script.records, limit: 1000).write(to: output)
      let lines = output.text.split(separator: "\n").map(String.init)
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= 80 })
      #expect(!lines.joined().unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
  }

  @Test("--limit keeps the newest steps and says how many are left out")
  func limit() throws {
    var script = Script()
    for number in 0..<5 { try script.ask("tools/call", "t\(number)") }
    let text = try told(script, limit: 2)
    #expect(text.contains("… 3 earlier ones: --limit"))
    #expect(text.contains("tools/call t4") && !text.contains("tools/call t2"))
  }

  @Test(
    "lengths of time in words",
    arguments: [
      (-1, "less than 1 ms"), (999, "less than 1 ms"), (1000, "1 ms"), (999_999, "999 ms"), (1_250_000, "1.2 s"),
      (60_000_000, "1 min 0 s"), (3_661_000_000, "1 h 1 min"), (90_000_000_000, "1 d 1 h"),
    ] as [(Int64, String)])
  func words(_ length: Int64, _ expected: String) {
    #expect(TimeLength.words(length) == expected)
  }

  @Test("moments of a session on a clock that starts with it")
  func clock() {
    #expect(TimeLength.clock(61_002_000) == "1:01.002")
    #expect(TimeLength.clock(3_723_004_000) == "1:02:03.004")
  }
}
