import Audit
import Dashboard
import Guard

/// Makes the changes of the dashboard.
struct MachineChange {
  let machine: MachineDashboard

  /// - Returns: one sentence about what holds now.
  func make(_ change: SystemChange) throws(CommandFailure) -> String {
    switch change {
    case .mode(let mode): return try setMode(mode)
    case .rule(let id, let action): return try treat(id, action)
    case .exception(let event, let rule, let until, let reason): return try allow(event, rule, until, reason)
    case .review(let item, let decision, let reason): return try review(item, decision, reason)
    case .addAgent(let name): return try AgentChange(change: configuration()).add(name, to: machine.configuration)
    case .agent(let name, let edit):
      return try AgentChange(change: configuration()).edit(name, edit, in: machine.configuration)
    case .generateKey(let name): return try generateKey(name)
    case .rotateKey(let name):
      return try changeKey { (keys, output) throws(CommandFailure) in
        try keys.rotate(agent: name.description, to: output)
      }
    case .revokeKey(let name):
      return try changeKey { (keys, output) throws(CommandFailure) in
        try keys.revoke(agent: name.description, to: output)
      }
    case .quarantine(let isEnabled, let hours, let days): return try setQuarantine(isEnabled, hours, days)
    case .testWebhook: throw CommandFailure("nothing sends webhooks here")
    }
  }

  private func database() throws(CommandFailure) -> String { try StatePaths.databasePath(of: machine.configuration) }

  private func path() throws(CommandFailure) -> String {
    guard let path = machine.configuration.file else {
      throw CommandFailure("there is no config yet", hint: "'oktsec init' writes one")
    }
    return path
  }

  private func configuration() throws(CommandFailure) -> ConfigurationChange {
    ConfigurationChange(config: try path(), database: try database(), folders: machine.folders)
  }

  // MARK: Mode, quarantine

  private func setMode(_ mode: Mode) throws(CommandFailure) -> String {
    let change = try configuration()
    let isChanged = try change.write(.init(reason: "mode is now \(mode.rawValue)", method: "config/mode")) {
      text throws(ConfigurationProblems) in
      try ConfigurationEditor.setting(mode, in: text, shownAs: change.config, folders: change.folders)
    }
    return "Mode is \(isChanged ? "now" : "already") \(mode.rawValue). \(ModeCommand.sentence(mode))"
  }

  private func setQuarantine(_ isEnabled: Bool, _ hours: Int, _ days: Int) throws(CommandFailure) -> String {
    let current = machine.configuration.quarantine
    var edits: [ValueEdit] = []
    func set(_ name: String, _ value: String) {
      edits.append(ValueEdit(path: [.key("quarantine"), .key(name)], wish: .scalar(value)))
    }
    if current.isEnabled != isEnabled { set("enabled", isEnabled ? "true" : "false") }
    if current.expiryHours != hours { set("expiry_hours", String(hours)) }
    if current.retentionDays != days { set("retention_days", String(days)) }
    let change = try configuration()
    let words = "quarantine \(isEnabled ? "on" : "off"), items run out after \(hours) h, audit kept "
    let kept = days == 0 ? "for ever" : "for \(days) d"
    let wanted = edits
    let isChanged = try change.write(.init(reason: words + kept, method: "config/quarantine")) {
      text throws(ConfigurationProblems) in
      var text = text
      for edit in wanted { text = try edit.applied(to: text, shownAs: change.config) }
      return text
    }
    return isChanged ? "Saved. It holds for what comes from now on." : "Nothing was changed: it was so already."
  }

  // MARK: Rules

  private func treat(_ id: String, _ action: OverrideAction?) throws(CommandFailure) -> String {
    let loaded: LoadedRules
    do throws(SystemProblem) { loaded = try machine.loadedRules() } catch { throw CommandFailure(error.message) }
    let rule = try RulesCommand.rule(id, in: loaded.rules)
    let change = try configuration()
    let words =
      action.map { "every finding of \(rule.id): \($0.rawValue)" } ?? "findings of \(rule.id) count by severity"
    let isChanged = try change.write(.init(reason: words, method: "rules/treatment")) {
      text throws(ConfigurationProblems) in
      var text = text
      let rules = try Configuration.parse(
        text, file: "/" + PathResolver.name(of: change.config), shownAs: change.config, folders: change.folders
      ).rules.map(\.override)
      let isMeant: (RuleOverride) -> Bool = {
        $0.isGeneral && $0.action != nil && $0.rule.uppercased() == rule.id.uppercased()
      }
      if let action,
        rules.last(where: { $0.rule.uppercased() == rule.id.uppercased() && $0.isGeneral })?.action == action,
        rules.filter(isMeant).count == 1
      {
        return text
      }
      // From the end, so that earlier places hold.
      for (index, override) in rules.enumerated().reversed() where isMeant(override) {
        let isWhole = override.severity == nil && override.notify.isEmpty
        let place: [ValueEdit.Step] = [.key("rules"), .index(index)]
        text = try ValueEdit(path: isWhole ? place : place + [.key("action")], wish: .removed)
          .applied(to: text, shownAs: change.config)
      }
      guard let action else { return text }
      var override = RuleOverride(rule: rule.id)
      override.action = action
      return try OverrideAppender(overrides: [override], origin: "from the dashboard")
        .appending(to: text, shownAs: change.config, folders: change.folders).text
    }
    guard isChanged else { return "Nothing was changed: it was so already." }
    switch action {
    case nil: return "\(rule.id) counts by its severity again."
    case .ignore?: return "\(rule.id) is off: its findings are dropped."
    case .block?: return "Every finding of \(rule.id) now blocks."
    case .quarantine?: return "Every finding of \(rule.id) now goes to the quarantine."
    case .allowAndFlag?: return "Findings of \(rule.id) are now only flagged."
    }
  }

  private func allow(
    _ event: EventID, _ rule: String?, _ until: Int64?, _ reason: String
  ) throws(CommandFailure) -> String {
    let config = try path()
    let configuration = machine.configuration
    let reading = LogReading(path: try database())
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let entry = try LogsShowCommand.entry(event.description, in: reader)
    let exception = try RecordedException(
      entry, rule: rule, until: until, knownRules: LoadedRules(configuration).rules.ids,
      settings: configuration.policySettings)
    let lines = try ExceptionWriting(config: config, database: reading.path, folders: machine.folders)
      .write(exception, reason: reason)
    let rules = exception.overrides.map(\.rule).joined(separator: ", ")
    let limit = until.map { "until \(Moment.utc($0))" } ?? "for good"
    return "\(rules) is allowed \(exception.place), \(limit), and still flagged. It stands in the config from line "
      + "\(lines.lowerBound)."
  }

  // MARK: Quarantine

  private func review(
    _ id: EventID, _ decision: QuarantineReview.Decision, _ reason: String
  ) throws(CommandFailure) -> String {
    let reading = LogReading(path: try database())
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let item = try QuarantineDetailCommand.item(id.description, in: reader)
    let configuration = machine.configuration
    let outcome: QuarantineReviewer.Outcome
    do throws(DatabaseError) {
      outcome = try QuarantineReviewer(
        path: reading.path, events: configuration.webhookEvents, notifiedRules: configuration.notifiedRules
      ).decide(
        item.id,
        QuarantineReview(
          decision, reviewer: Account.name ?? "user \(Account.number)", reason: reason, channel: "in the dashboard"))
    } catch {
      throw LogReading.failure(error)
    }
    switch outcome {
    case .decided: return Self.sentence(QuarantineWords.consequence(of: decision, item))
    case .alreadyDecided(let state):
      throw CommandFailure("the item is \(state.rawValue) already, so nothing was decided")
    case .unknown: throw CommandFailure("there is no such item any more")
    }
  }

  // MARK: Keys

  private func generateKey(_ name: AgentName) throws(CommandFailure) -> String {
    guard let folder = machine.configuration.keysFolder else { throw CommandFailure("there is no folder for keys") }
    let change = ConfigurationChange(config: "", database: try database(), folders: machine.folders)
    let made = try KeygenCommand.make(agents: [name.description], in: folder, force: false)
    guard let fingerprint = made.pairs.first?.fingerprint else { throw CommandFailure("no key was made") }
    try change.record(
      .init(reason: "the key \(fingerprint.short) was made", method: "keys/generate", to: name.description), .delivered)
    return "\(name) has a key: \(fingerprint.short). Its private part is \(made.folder.privatePath(name))."
  }

  private func changeKey(
    _ body: (KeysCommand, ResultOutput) throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> String {
    guard let folder = machine.configuration.keysFolder else { throw CommandFailure("there is no folder for keys") }
    let output = ResultOutput(memoryFor: .none)
    try body(KeysCommand(folder: KeyFolder(folder), revocations: RevocationStore(path: try database())), output)
    return Self.sentence(output.text)
  }

  private static func sentence(_ line: String) -> String {
    var line = line
    while line.last == "\n" { line.removeLast() }
    return line.hasSuffix(".") ? line : line + "."
  }
}
