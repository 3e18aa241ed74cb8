import Audit
import Guard

/// Everything that `status` knows at one moment. Making it changes nothing but what SQLite does for a reader.
struct StatusReport {
  let configuration: Configuration
  let path: String?
  let now: Int64
  /// Nil when there is no folder.
  private(set) var keysFolder: String?
  /// Keys that hold, those that are revoked.
  private(set) var activeKeys = 0
  private(set) var revokedKeys = 0
  private(set) var database: String?
  private(set) var databaseState = DatabaseState.readable
  private(set) var auditKey: Fingerprint?
  /// Nil when the chain was not looked at as a whole: it is long, and `logs verify` does it.
  private(set) var verifiedRecords: Int?
  /// Since midnight of the clock on the wall, UTC.
  private(set) var today: AuditStatistics?
  private(set) var quarantine: [QuarantineState: Int] = [:]
  /// What webhooks are still to be told.
  private(set) var unsent = 0
  /// The rules in force; nil when they cannot be read.
  private(set) var rules: LoadedRules?
  private(set) var findings: [Checkup.Finding] = []

  static let day: Int64 = 86_400_000_000
  /// Chains up to here are verified whole: at most a few tenths of a second.
  static let shortChain: Int64 = 50_000

  init(_ configuration: Configuration, _ lookup: ConfigurationLookup, now: Int64 = Timestamp.now) {
    self.configuration = configuration
    path = lookup.path
    self.now = now
    keysFolder = configuration.keysFolder
    database = configuration.database
    for note in lookup.notes { warn(note) }
    for warning in configuration.warnings { warn(warning.description) }
    lookAtDatabase()
    lookAtKeys()
    lookAtRules()
  }

  var hasFailed: Bool { findings.contains { $0.grade == .failed } }

  /// When the config was changed last: since then at the least its mode holds. Microseconds since 1970.
  var since: Int64? { configuration.fileFacts.map { $0.modified / 1000 } }

  // MARK: Looking

  private mutating func warn(_ text: String, _ remedy: String? = nil) {
    findings.append(.init(grade: .warning, text: text, remedy: remedy))
  }

  private mutating func fail(_ text: String, _ remedy: String? = nil) {
    findings.append(.init(grade: .failed, text: text, remedy: remedy))
  }

  private mutating func lookAtDatabase() {
    guard let database else { return fail("there is no home folder and no db_path", "set HOME, or db_path") }
    if !Checkup.isWritable(database) {
      fail("the database cannot be written: \(database)", "correct the permissions of it and its folder")
    }
    let reader: AuditReader
    do throws(DatabaseError) {
      reader = try AuditReader(path: database)
    } catch {
      databaseState = DatabaseState(error)
      guard databaseState != .absent, databaseState != .empty else {
        let what = databaseState == .absent ? "there is no database" : "the database is empty"
        return warn("nothing has been recorded yet: \(what)", "oktsec setup, or oktsec wrap --all")
      }
      let failure = LogReading.failure(error)
      return fail(failure.message, failure.hint)
    }
    do throws(DatabaseError) {
      try read(reader)
    } catch {
      fail("the database cannot be read: \(error)")
    }
  }

  private mutating func read(_ reader: AuditReader) throws(DatabaseError) {
    today = try reader.statistics(since: now - now % Self.day)
    quarantine = try reader.quarantineCounts(now: now)
    if let expired = quarantine[.expired], expired > 0 {
      warn(
        "\(expired) withheld \(expired == 1 ? "item" : "items") ran out of time undecided",
        "oktsec quarantine list --status expired")
    }
    try lookForStrangers(reader)
    try lookAtChain(reader)
    try lookAtOutbox(reader)
  }

  /// Names in the records of the last seven days that the config does not have, when it has any.
  private mutating func lookForStrangers(_ reader: AuditReader) throws(DatabaseError) {
    guard !configuration.agents.isEmpty else { return }
    let known = Set(configuration.agents.keys.map(\.description)).union(["client", "oktsec", Account.name ?? ""])
    let seen = try reader.statistics(since: now - 7 * Self.day).agents
    let strangers = seen.map(\.name).filter { !known.contains($0) }.sorted()
    guard !strangers.isEmpty else { return }
    let shown = strangers.prefix(3).joined(separator: ", ") + (strangers.count > 3 ? ", …" : "")
    warn(
      "\(strangers.count) \(strangers.count == 1 ? "name" : "names") in the records of seven days "
        + "\(strangers.count == 1 ? "is" : "are") not among 'agents': \(shown)", "name them in the config")
  }

  private mutating func lookAtChain(_ reader: AuditReader) throws(DatabaseError) {
    auditKey = try reader.auditKey()
    let remedy = "oktsec logs verify"
    let last = try reader.lastCursor()
    guard last <= Self.shortChain else {
      let head = try reader.headCheckpoint()
      guard let head, head.isSigned else { return fail("the signed end of the chain of records is damaged", remedy) }
      if let auditKey, auditKey != head.key.fingerprint { fail("the chain is signed by another key", remedy) }
      // Writers go on meanwhile: the end lies between what was the last record before and what is it now.
      let end = try reader.lastCursor()
      if !(last...max(last, end)).contains(head.seq) { fail("records at the end of the chain are missing", remedy) }
      return
    }
    var verifier = ChainVerifier()
    verifier.fingerprint = auditKey
    verifier.limit = 1
    let report = try verifier.verify(reader)
    guard report.isFounded else { return }
    verifiedRecords = report.verified
    guard !report.holds else { return }
    let first = report.breaks.first.map { ": \($0)" } ?? ""
    fail("the chain of records does not hold\(first)", remedy)
  }

  private mutating func lookAtOutbox(_ reader: AuditReader) throws(DatabaseError) {
    guard !configuration.webhooks.isEmpty else { return }
    let outbox = try reader.outboxState()
    unsent = outbox.waiting
    if outbox.deadLetters > 0 {
      warn("webhooks: \(outbox.deadLetters) could not be told, and nothing tries again")
    }
    guard unsent > 0, !outbox.isSending(at: now), let since = outbox.lastBeat ?? outbox.oldest else { return }
    warn(
      "webhooks: nothing has been sending since \(Moment.short(since, now: now)), \(unsent) to be told", "oktsec serve")
  }

  private mutating func lookAtRules() {
    do throws(CommandFailure) {
      let loaded = try LoadedRules(configuration)
      rules = loaded
      for problem in loaded.problems {
        warn("\(problem); its rules are not used, the built-in ones are", "oktsec rules test FILE")
      }
    } catch {
      fail(error.message, error.hint)
    }
  }

  /// Built-in rules in whose place a user's rule stands, as they are spelt there.
  var replacedRules: [String] {
    rules.map { rules in rules.rules.ids.filter { rules.origin(of: $0) == .replacement } } ?? []
  }

  /// Rules that the config passes over everywhere.
  var ignoredRules: [String] {
    configuration.rules.map(\.override).filter(isIgnoredEverywhere).map(\.rule)
  }

  private func isIgnoredEverywhere(_ rule: RuleOverride) -> Bool {
    if let until = rule.until, until <= now { return false }
    return rule.action == .ignore && rule.agents == nil && rule.tools == nil && rule.direction == nil
  }

  private mutating func lookAtKeys() {
    guard let keysFolder else { return }
    do throws(FileError) {
      let listing = try KeyFolder(keysFolder).listing()
      // What a database that cannot be opened says about keys was said with that.
      let revoked = (databaseState.isReadable ? database : nil).map { database in
        Result { () throws(RevocationError) in try RevocationStore(path: database).revokedFingerprints() }
      }
      switch revoked {
      case .success(let revoked):
        revokedKeys = listing.entries.count { $0.key.map { revoked.contains($0.fingerprint) } ?? false }
      case .failure(let error): fail("the list of revoked keys cannot be read: \(error)")
      case nil: break
      }
      activeKeys = listing.entries.count { $0.key != nil } - revokedKeys
      for defect in listing.defects + listing.entries.flatMap(\.defects) { fail(defect) }
      for file in listing.foreign { warn("\(keysFolder)/\(file) is named as no agent can be") }
    } catch {
      fail("the keys cannot be read: \(error)")
    }
  }
}
