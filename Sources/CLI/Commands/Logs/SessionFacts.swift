import Audit
import Guard

/// What stands above a session's timeline.
struct SessionFacts {
  let records: [AuditEntry]
  let steps: [SessionTimeline.Step]

  /// Empty without records.
  var lines: [(name: String, value: String)] {
    guard let first = records.first, let last = records.last else { return [] }
    var lines = [
      ("session", first.session), ("server", server),
      ("began", Moment.local(first.timestamp)),
      ("lasted", "\(TimeLength.words(last.timestamp - first.timestamp)) from the first record to the last"),
      ("records", "\(records.count)\(actions)"),
      ("handshake", handshake), ("tools", tools), ("stopped", stopped),
    ]
    let losses = records.filter { $0.action == .gap }.map(\.reason)
    if !losses.isEmpty { lines.append(("lost", losses.joined(separator: "; "))) }
    return lines
  }

  private var frames: [AuditEntry] { records.filter { $0.isFrame } }

  private var server: String {
    guard let frame = frames.first else { return "no frame is recorded" }
    return frame.from == Exchange.client ? frame.to : frame.from
  }

  private var actions: String {
    let words = Action.allCases.compactMap { action in
      let count = records.count { $0.action == action }
      return count == 0 ? nil : "\(count) \(action.rawValue)"
    }
    return ": " + words.joined(separator: ", ")
  }

  private var handshake: String {
    let words = steps.compactMap { step -> String? in
      guard step.kind == .message else { return nil }
      switch step.record.method {
      case "initialize", "server/discover":
        guard let answer = step.answer else { return "\(step.record.method) without an answer" }
        let wait = step.waits.map { " in \(TimeLength.words($0.lowerBound))" } ?? ""
        let outcome = answer.action == .forwarded ? "answered" : "answer \(answer.action.rawValue)"
        return "\(step.record.method) \(outcome)\(wait)"
      case "notifications/initialized": return "initialized"
      default: return nil
      }
    }
    return words.isEmpty ? "none is recorded" : words.prefix(4).joined(separator: ", ")
  }

  /// Names in lists are not recorded, names in calls are.
  private var tools: String {
    let answers = steps.compactMap { $0.kind == .answer ? $0.record : $0.answer }.filter { $0.method == "tools/list" }
    let cut = answers.count { $0.action != .forwarded }
    var words: [String] = []
    if !answers.isEmpty {
      words.append("listed \(Self.times(answers.count))" + (cut == 0 ? "" : ", \(cut) of the lists cut or stopped"))
    }
    var calls: [String: Int] = [:]
    for step in steps where step.kind == .message && step.record.method == "tools/call" {
      calls[step.record.tool, default: 0] += 1
    }
    let most = calls.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let names = most.prefix(Self.shownTools).map {
      "\($0.key.isEmpty ? "(no name)" : TerminalText.line($0.key, width: 40)) \($0.value)"
    }
    if !names.isEmpty {
      let more = most.count > names.count ? ", and \(most.count - names.count) more" : ""
      words.append("called: \(names.joined(separator: ", "))\(more)")
    }
    return words.isEmpty ? "none listed, none called" : words.joined(separator: "; ")
  }

  private var stopped: String {
    var grounds: [String: Int] = [:]
    for frame in frames where frame.action == .stopped { grounds[frame.decision.rawValue, default: 0] += 1 }
    guard !grounds.isEmpty else {
      let bad = frames.count { $0.verdict >= .quarantine && $0.action == .forwarded }
      return bad == 0 ? "nothing" : "nothing, though the verdict on \(bad) was worse than flag"
    }
    return grounds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }

  private static let shownTools = 8

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
}

extension AuditEntry {
  /// Whether it is about a frame, and not about keys, reviews or the trail itself.
  var isFrame: Bool { action == .forwarded || action == .filtered || action == .stopped }
}

/// Lengths of time as people say them.
enum TimeLength {
  /// - Parameter microseconds: below zero counts as zero.
  static func words(_ microseconds: Int64) -> String {
    let milliseconds = max(0, microseconds) / 1000
    let seconds = milliseconds / 1000
    switch milliseconds {
    case 0: return "less than 1 ms"
    case ..<1000: return "\(milliseconds) ms"
    case ..<60_000: return "\(seconds).\(milliseconds % 1000 / 100) s"
    case ..<3_600_000: return "\(seconds / 60) min \(seconds % 60) s"
    case ..<86_400_000: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
    }
  }

  /// Since the beginning: `0:00.000`, from an hour on `1:00:00.000`.
  static func clock(_ microseconds: Int64) -> String {
    let milliseconds = max(0, microseconds) / 1000
    let seconds = milliseconds / 1000
    let tail = "\(pad(seconds % 60, 2)).\(pad(milliseconds % 1000, 3))"
    let minutes = seconds / 60
    return minutes < 60 ? "\(minutes):\(tail)" : "\(minutes / 60):\(pad(minutes % 60, 2)):\(tail)"
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
