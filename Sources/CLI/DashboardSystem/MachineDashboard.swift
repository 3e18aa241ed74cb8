import Audit
import Dashboard
import Guard

/// Joins the dashboard to the config, the database and the keys of this machine: through the code of the commands.
/// For one thread.
package final class MachineDashboard: DashboardSystem {
  /// What only the server knows.
  package struct Surroundings: Sendable {
    /// Where the server listens, for people.
    var address = ""
    /// Sends a test to a webhook by its name: a sentence about what came of it. Nil: nothing sends here.
    var testWebhook: (@Sendable (_ name: String) -> Result<String, CommandFailure>)?

    package init(
      address: String = "", testWebhook: (@Sendable (_ name: String) -> Result<String, CommandFailure>)? = nil
    ) {
      self.address = address
      self.testWebhook = testWebhook
    }
  }

  let folders: UserFolders
  private let explicit: String?
  private let surroundings: Surroundings
  private let healthWatch = HealthWatch()
  private var reload: ConfigurationReload
  private(set) var lookup: ConfigurationLookup
  private var refusal: ConfigurationProblems?
  private var loaded: (rules: LoadedRules, facts: FileFacts?, folder: RuleReload.State)?
  private var inspector: Inspector?

  /// - Parameters:
  ///   - config: what `--config` names; nil to look where commands look.
  ///   - configuration: what holds now, so that a file that is broken later changes nothing.
  package init(
    config: String?, configuration: Configuration, folders: UserFolders = .current(),
    surroundings: Surroundings = Surroundings()
  ) {
    explicit = config
    self.folders = folders
    self.surroundings = surroundings
    lookup = ConfigurationLookup.placeForCommand(explicit: config, folders: folders)
    reload = ConfigurationReload(configuration)
  }

  /// The config as it is now; when it cannot be used, as it was.
  var configuration: Configuration {
    if reload.current.file == nil {
      // Somebody may have written one meanwhile.
      let found = ConfigurationLookup.placeForCommand(explicit: explicit, folders: folders)
      if found.path != nil, let fresh = try? found.load(folders: folders) {
        lookup = found
        reload = ConfigurationReload(fresh)
      }
    }
    switch reload.refresh() {
    case .unchanged: break
    case .replaced: refusal = nil
    case .refused(let problems): refusal = problems
    }
    return reload.current
  }

  /// - Throws: without a home folder and `db_path`.
  func databasePath() throws(SystemProblem) -> String {
    do throws(CommandFailure) { return try StatePaths.databasePath(of: reload.current) } catch { throw problem(error) }
  }

  // MARK: DashboardSystem

  package func state() -> SystemState {
    let configuration = configuration
    var state = SystemState()
    state.version = Version.number
    state.configPath = configuration.file
    state.databasePath = configuration.database ?? ""
    state.keysFolder = configuration.keysFolder
    state.policy = configuration.policySettings
    state.requiresSignature = configuration.requiresSignature
    state.notes = configuration.agents.mapValues {
      SystemState.AgentNote(description: $0.description, tags: $0.tags, deliverTo: $0.deliverTo.map(Self.place))
    }
    state.quarantineHours = configuration.quarantine.expiryHours
    state.retentionDays = configuration.quarantine.retentionDays
    state.webhooks = configuration.webhooks.map {
      SystemState.Webhook(
        name: $0.name, place: Self.place($0.url), events: $0.events.map(\.rawValue), isSigned: $0.secret != nil)
    }
    state.reviewers = configuration.mcp.reviewers
    state.address = surroundings.address
    state.canTestWebhooks = surroundings.testWebhook != nil
    if let refusal {
      let first = refusal.problems.first.map(\.description) ?? "it cannot be read"
      state.warnings.append("The config was changed and cannot be used; what it said before still holds. \(first)")
    }
    return state
  }

  package func audit() throws(SystemProblem) -> AuditReader? {
    do throws(CommandFailure) {
      return try LogReading(path: try StatePaths.databasePath(of: configuration)).open()
    } catch { throw problem(error) }
  }

  package func rules() throws(SystemProblem) -> RulesInForce {
    let loaded = try loadedRules()
    return RulesInForce(rules: loaded.rules, origins: loaded.origins.mapValues(\.word))
  }

  package func keys() throws(SystemProblem) -> [AgentKey] {
    let configuration = configuration
    guard let path = configuration.keysFolder else { return [] }
    let database = try databasePath()
    do throws(FileError) {
      let listing = try KeyFolder(path).listing()
      let revoked: Set<Fingerprint>
      do throws(RevocationError) {
        revoked = try RevocationStore(path: database).revokedFingerprints()
      } catch {
        throw FileError(database, error.description)
      }
      return listing.entries.map { entry in
        AgentKey(
          agent: entry.name, fingerprint: entry.key?.fingerprint, hasPrivateKey: entry.hasPrivateKey,
          state: entry.key.map { revoked.contains($0.fingerprint) ? .revoked : .active } ?? .unusable,
          defects: entry.defects)
      }
    } catch {
      throw SystemProblem("the keys cannot be read: \(error)")
    }
  }

  package func health() -> [HealthFinding]? { healthWatch.findings(of: configuration, lookup) }

  package func configurationText() throws(SystemProblem) -> String? {
    guard let file = configuration.file else { return nil }
    do throws(FileError) {
      return MaskedConfiguration.text(of: try SmallFile.read(file, maximum: Configuration.maximumLength).bytes)
    } catch {
      throw SystemProblem("the config cannot be read: \(error)")
    }
  }

  package func inspect(_ text: String, role: Role) throws(SystemProblem) -> Inspection {
    let rules = try loadedRules().rules
    let inspector = self.inspector ?? Inspector(rules: rules)
    self.inspector = inspector
    var settings = configuration.policySettings
    // The text belongs to no agent, tool or direction.
    settings.overrides.removeAll { $0.agents != nil || $0.tools != nil || $0.direction != nil }
    let effects = Policy(settings).effects(agent: "", tool: "", direction: .clientToServer, now: Timestamp.now)
    var text = text
    return text.withUTF8 { inspector.inspect(text: UnsafeRawBufferPointer($0), role: role, effects: effects) }
  }

  package func make(_ change: SystemChange) throws(SystemProblem) -> String {
    do throws(CommandFailure) {
      if case .testWebhook(let name) = change {
        guard let test = surroundings.testWebhook else { throw CommandFailure("nothing sends webhooks here") }
        return try test(name).get()
      }
      return try MachineChange(machine: self).make(change)
    } catch {
      throw problem(error)
    }
  }

  // MARK: Private

  func loadedRules() throws(SystemProblem) -> LoadedRules {
    let configuration = configuration
    let folder = RuleReload.State(configuration)
    if let loaded, loaded.facts == configuration.fileFacts, loaded.folder == folder { return loaded.rules }
    do throws(CommandFailure) {
      let fresh = try LoadedRules(configuration)
      // As relays and the server do: what has a problem is refused, and what held before stays in force.
      let rules = fresh.problems.isEmpty ? fresh : loaded?.rules ?? fresh
      loaded = (rules, configuration.fileFacts, folder)
      inspector = nil
      return rules
    } catch {
      throw problem(error)
    }
  }

  private func problem(_ failure: CommandFailure) -> SystemProblem {
    SystemProblem(failure.message, hint: failure.hint)
  }

  /// Scheme and host of an address.
  private static func place(_ url: String) -> String {
    guard let mark = url.firstRange(of: "://") else { return "(hidden)" }
    let rest = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest[...]
    return String(url[..<mark.upperBound] + host)
  }
}

extension String {
  fileprivate func firstRange(of other: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}
