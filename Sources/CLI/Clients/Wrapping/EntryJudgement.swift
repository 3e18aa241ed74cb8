import Guard
import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What can be said about an entry with the journal at hand.
struct EntryJudgement {
  let journal: WrapJournal
  /// The settings file, links followed.
  let file: String
  let document: SettingsDocument

  func state(of entry: ServerEntry) -> WrapState {
    guard let process = entry.process else { return .notAProcess }
    if WrapState.isOwnServer(process) { return .own }
    guard let (program, invocation) = WrapState.invocation(in: process) else { return .plain }
    guard let record = record(of: entry) else {
      return .suspicious(invocation, reason: EntryJudgement.foreign)
    }
    if program != record.program {
      return .suspicious(invocation, reason: "it starts \(program), which this program did not put there")
    }
    if invocation.config != record.config || invocation.agent.description != record.agent {
      return .suspicious(invocation, reason: "its relay was given other options since")
    }
    return .wrapped(invocation)
  }

  /// What the journal knows about a wrapped entry: by its place and name, or, when it was renamed or moved within the
  /// file, by its label.
  func record(of entry: ServerEntry) -> WrapRecord? {
    guard let process = entry.process, let (_, invocation) = WrapState.invocation(in: process) else { return nil }
    if let record = journal.record(file: file, path: entry.identity), record.server == entry.name { return record }
    return journal.records.first { record in
      record.file == file && record.agent == invocation.agent.description && !isInPlace(record)
    }
  }

  /// Whether a record's own entry is where it was, and wrapped.
  private func isInPlace(_ record: WrapRecord) -> Bool {
    document.entries.contains { entry in
      entry.identity == record.path && entry.name == record.server
        && entry.process.map { WrapState.invocation(in: $0) != nil } ?? false
    }
  }

  static let foreign = "it looks wrapped, and not by this program on this machine"

  /// Why a server's command line cannot be taken over as it stands; nil when it can.
  static func obstacle(to process: ProcessLaunch) -> String? {
    let command = process.command
    if command.hasPrefix("~") {
      return "its command begins with ~, which only the client may expand; write the whole path"
    }
    guard command.contains(where: { $0 == " " || $0 == "\t" || $0.isNewline }) else { return nil }
    if command.hasPrefix("/"), access(command, X_OK) == 0 { return nil }
    return "its command holds spaces and may be meant for a shell; put the words after the first into its arguments"
  }
}
