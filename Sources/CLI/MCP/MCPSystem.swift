import Audit
import Guard
import MCPServer
import Threads

/// Joins what the tools need to the config, the database and the keys of this machine.
package enum MCPSystem {
  /// - Parameters:
  ///   - rules: what is searched for; nil to read them, and to read them again when their folder has changed.
  ///   - takesDecisions: see `GuardedSystem`.
  package static func make(
    _ configuration: Configuration, agent: AgentName?, rules: RuleSet? = nil, takesDecisions: Bool = true
  ) throws(CommandFailure) -> GuardedSystem {
    let database = try StatePaths.databasePath(of: configuration)
    let folder = RuleReload.State(configuration)
    let inForce: RuleSet
    if let rules { inForce = rules } else { inForce = try LoadedRules.load(configuration) }
    return GuardedSystem(
      policy: Policy(configuration.policySettings), rules: inForce,
      rulesChange: rules == nil ? change(of: folder, configuration) : { nil },
      requiresSignature: configuration.requiresSignature, freshness: configuration.freshness, agent: agent,
      reviewers: Set(configuration.mcp.reviewers),
      audit: { () throws(DatabaseError) in try AuditReader.ifPresent(at: database) },
      keyring: { () throws(KeyringUnavailable) in try readKeyring(configuration, database) },
      quarantine: StoredQuarantine(
        path: database, events: configuration.webhookEvents, notifiedRules: configuration.notifiedRules),
      takesDecisions: takesDecisions,
      clock: { Timestamp.now })
  }

  /// Looks once a second at most.
  private static func change(of folder: RuleReload.State, _ configuration: Configuration) -> () -> RuleSet? {
    let reload = RuleReload(folder, sink: nil)
    var next = MonotonicTime.now + .milliseconds(1000)
    return {
      let now = MonotonicTime.now
      guard now >= next else { return nil }
      next = now + .milliseconds(1000)
      return reload.change(configuration)
    }
  }

  private static func readKeyring(
    _ configuration: Configuration, _ database: String
  ) throws(KeyringUnavailable) -> Keyring {
    guard let folder = configuration.keysFolder else { throw KeyringUnavailable("there is no folder of keys") }
    do throws(CommandFailure) {
      return try KeyFolder(folder).keyring(revocations: RevocationStore(path: database)).keyring
    } catch {
      throw KeyringUnavailable(error.message)
    }
  }
}
