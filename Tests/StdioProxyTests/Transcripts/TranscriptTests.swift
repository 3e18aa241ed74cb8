import Guard
import Testing

@testable import StdioProxy

/// The transcripts at two of their three levels; `Tests/EndToEnd/run.py` plays them through the built program.
@Suite("Transcripts", .serialized) struct TranscriptTests {
  @Test("there are transcripts, and each can be read")
  func present() { #expect(Transcript.all.count > 250) }

  @Test("between the judges, without processes", arguments: Transcript.all)
  func judges(transcript: Transcript) throws {
    for mode in transcript.modes {
      let (session, sink) = try Self.session(transcript, mode)
      Self.play(transcript, on: JudgeStage(session), mode)
      Self.compare(transcript, sink.entries, mode)
    }
  }

  @Test("through the relay, its threads and pipes", .timeLimit(.minutes(5)), arguments: Transcript.all)
  func relay(transcript: Transcript) throws {
    for mode in transcript.modes {
      let (session, sink) = try Self.session(transcript, mode)
      Self.play(transcript, on: try RelayStage(session), mode)
      Self.compare(transcript, sink.entries, mode)
    }
  }

  // MARK: Playing

  private static func session(_ transcript: Transcript, _ mode: Mode) throws -> (SessionContext, RecordingSink) {
    var settings = transcript.settings
    settings.mode = mode
    let sink = RecordingSink()
    return (
      SessionContext(
        server: transcript.header["agent"] ?? "files", id: "session", policy: Policy(settings),
        rules: try BuiltinRules.load(), sink: sink), sink
    )
  }

  private static func play(_ transcript: Transcript, on stage: any Stage, _ mode: Mode) {
    for step in transcript.steps {
      let place = "\(transcript.name) [\(mode)] line \(step.line)"
      switch step.action {
      case .writes(let bytes): stage.write(bytes, from: step.side)
      case .ends: stage.end(step.side)
      case .stops: #expect(stage.rest(at: step.side) == [], "\(place)")
      case .arrives(let expected, let isRest):
        let found = isRest ? stage.rest(at: step.side) : stage.line(at: step.side)
        let isEqual = Transcript.agrees(found, with: expected)
        #expect(isEqual, "\(place): \(String(decoding: found, as: UTF8.self))")
      }
    }
    #expect(stage.close() == [], "\(transcript.name) [\(mode)]: more arrived")
  }

  /// The two directions are recorded by two threads; within each the order is that of the frames.
  private static func compare(_ transcript: Transcript, _ entries: [AuditEntry], _ mode: Mode) {
    for isFromClient in [true, false] {
      let wanted = transcript.records.filter { ($0.from == "client") == isFromClient }
      let found = entries.filter { ($0.direction == .clientToServer) == isFromClient }
      #expect(wanted.count == found.count, "\(transcript.name) [\(mode)]")
      for (record, entry) in zip(wanted, found) {
        let outcomes = ["*", entry.verdict.name, entry.decision.rawValue]
        let agrees =
          record.action == entry.action.rawValue && outcomes.contains(record.outcome)
          && Set(record.rules).isSubset(of: entry.findings.map(\.rule)) && record.from == entry.from
          && record.to == entry.to
        #expect(
          agrees,
          "\(transcript.name) [\(mode)] line \(record.line): \(entry.action) \(outcomes) \(entry.findings.map(\.rule))")
      }
    }
  }
}
