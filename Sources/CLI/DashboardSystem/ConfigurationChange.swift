import Audit
import Guard

/// Changes the config and says so in the audit trail. Neither stands without the other: the record is committed first,
/// and when the file then cannot be replaced, a second record says that nothing was changed.
struct ConfigurationChange {
  let config: String
  let database: String
  let folders: UserFolders

  /// What the record says.
  struct Entry {
    /// In lower case, without a period.
    var reason: String
    var method: String
    var to = ""
  }

  /// - Parameter edit: gives the new text of the file.
  /// - Returns: false when there was nothing to change; then nothing is recorded.
  func write(
    _ account: Entry, _ edit: ([UInt8]) throws(ConfigurationProblems) -> [UInt8]
  ) throws(CommandFailure) -> Bool {
    let failure: CommandFailure
    do throws(FileError) {
      let replacement = try FileReplacement.begin(config, maximum: Configuration.maximumLength)
      defer { replacement.end() }
      let edited = Result { () throws(ConfigurationProblems) in
        let text = try edit(replacement.original)
        _ = try Configuration.parse(text, file: absolute, shownAs: config, folders: folders)
        return text
      }
      switch edited {
      case .failure(let problems): failure = Self.failure(problems)
      case .success(replacement.original): return false
      case .success(let text):
        let recorded = Result { () throws(CommandFailure) in try record(account, .delivered) }
        guard case .failure(let error) = recorded else {
          do throws(FileError) {
            try replacement.commit(text)
          } catch {
            var undone = account
            undone.reason = "not in force, the config could not be written: \(account.reason)"
            _ = Result { () throws(CommandFailure) in try record(undone, .error) }
            throw error
          }
          return true
        }
        failure = error
      }
    } catch {
      failure = CommandFailure("the config was not changed: \(error)")
    }
    throw failure
  }

  /// Puts a record of a change into the trail.
  func record(_ account: Entry, _ status: DeliveryStatus) throws(CommandFailure) {
    let entry = AuditEntry.ofTheTrail(
      reason: "\(account.reason) (in the dashboard)", from: Account.name ?? "user \(Account.number)",
      to: account.to, method: account.method, status: status)
    let outcome: CommitOutcome
    do throws(DatabaseError) {
      let store = try AuditStore.open(path: database)
      outcome = store.commit(entry, withinMilliseconds: 5000)
      _ = store.close()
    } catch {
      throw CommandFailure("this cannot be recorded, so nothing was changed: \(error)")
    }
    guard outcome == .committed else { throw CommandFailure("this cannot be recorded, so nothing was changed") }
  }

  private var absolute: String {
    PathResolver(folder: folders.workingDirectory, home: nil).absolute(config) ?? config
  }

  /// The first problem. Unlike a command's, the others are not written to standard error.
  static func failure(_ problems: ConfigurationProblems) -> CommandFailure {
    let first = problems.problems.first
    return CommandFailure(
      first.map { problem in problem.line > 0 ? "line \(problem.line): \(problem.message)" : problem.message }
        ?? "the config cannot be used",
      hint: first?.hint)
  }
}
