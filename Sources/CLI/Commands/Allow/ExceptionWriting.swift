import Audit
import Guard

/// Writes exceptions into the config and says so in the audit trail. Neither stands without the other: the record is
/// committed first, and when the file then cannot be replaced, a second record says that nothing was changed.
struct ExceptionWriting {
  let config: String
  let database: String
  let folders: UserFolders

  /// - Returns: the lines of the config that are new.
  func write(_ exception: RecordedException, reason: String) throws(CommandFailure) -> ClosedRange<Int> {
    let failure: CommandFailure
    do throws(FileError) {
      let replacement = try FileReplacement.begin(config, maximum: Configuration.maximumLength)
      defer { replacement.end() }
      let appender = OverrideAppender(overrides: exception.overrides, origin: "from event \(exception.event)")
      let edited = Result { () throws(ConfigurationProblems) in
        try appender.appending(to: replacement.original, shownAs: config, folders: folders)
      }
      switch edited {
      case .failure(let problems): failure = problems.reported()
      case .success(let edited):
        let recorded = Result { () throws(CommandFailure) in try record(exception, reason) }
        guard case .failure(let error) = recorded else {
          do throws(FileError) {
            try replacement.commit(edited.text)
          } catch {
            _ = Result { () throws(CommandFailure) in
              try record(exception, "not in force: the config could not be written", status: .error)
            }
            throw error
          }
          return edited.lines
        }
        failure = error
      }
    } catch {
      failure = CommandFailure(
        "the config was not changed: \(error)", exitCode: error.isMissing ? ExitCode.badInput : ExitCode.failure)
    }
    throw failure
  }

  private func record(
    _ exception: RecordedException, _ reason: String, status: DeliveryStatus = .delivered
  ) throws(CommandFailure) {
    let rules = exception.overrides.map(\.rule).joined(separator: ", ")
    let until = exception.until.map { "until \(Moment.utc($0))" } ?? "for good"
    let why = reason.isEmpty ? "" : ": \(reason)"
    var entry = AuditEntry.ofTheTrail(
      reason: "allowed \(rules) in a \(exception.direction.rawValue) \(until), from event \(exception.event)\(why)",
      from: Account.name ?? "user \(Account.number)", to: exception.agent.description, method: "rules/allow",
      status: status)
    entry.tool = exception.tool
    entry.direction = exception.direction
    let outcome: CommitOutcome
    do throws(DatabaseError) {
      let store = try AuditStore.open(path: database)
      outcome = store.commit(entry, withinMilliseconds: 5000)
      _ = store.close()
    } catch {
      throw CommandFailure("the exception cannot be recorded, so it was not made: \(error)")
    }
    guard outcome == .committed else {
      throw CommandFailure("the exception cannot be recorded, so it was not made")
    }
  }
}
