import Audit
import Guard
import MCPServer

/// Joins what the tools need to the config, the database and the keys of this machine.
package enum MCPSystem {
  /// - Parameter takesDecisions: see `GuardedSystem`.
  package static func make(
    _ configuration: Configuration, agent: AgentName?, takesDecisions: Bool = true
  ) throws(CommandFailure) -> GuardedSystem {
    let database = try StatePaths.databasePath(of: configuration)
    return GuardedSystem(
      policy: Policy(configuration.policySettings), rules: try LoadedRules.load(configuration),
      requiresSignature: configuration.requiresSignature, freshness: configuration.freshness, agent: agent,
      reviewers: Set(configuration.mcp.reviewers),
      audit: { () throws(DatabaseError) in try AuditReader.ifPresent(at: database) },
      keyring: { () throws(KeyringUnavailable) in try readKeyring(configuration, database) },
      quarantine: StoredQuarantine(
        path: database, events: configuration.webhookEvents, notifiedRules: configuration.notifiedRules),
      takesDecisions: takesDecisions,
      clock: { Timestamp.now })
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
