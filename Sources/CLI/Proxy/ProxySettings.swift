import Guard
import StdioProxy

/// What a relay needs from the config and the command line.
struct ProxySettings {
  let policy: PolicySettings
  /// Where the policy comes from, to read it again.
  let configuration: Configuration
  /// Path of the audit database.
  let database: String
  /// How long a withheld message waits for a person, in microseconds.
  let quarantineLifetime: Int64
  /// See `StoreOptions`.
  let retentionDays: Int
  let events: Set<String>
  let notifiedRules: Set<String>

  /// - Throws: when a config was named or found and cannot be used: a relay never runs under other rules than those asked
  ///   for.
  init(_ invocation: ProxyInvocation) throws(CommandFailure) {
    var configuration: Configuration
    do throws(ConfigurationProblems) {
      configuration = try ConfigurationLookup.forProxy(explicit: invocation.config)
    } catch {
      throw error.reported()
    }
    configuration.tighten(to: invocation.mode)
    database = try StatePaths.databasePath(of: configuration)
    policy = configuration.policySettings
    self.configuration = configuration
    quarantineLifetime = Int64(configuration.quarantine.expiryHours) * 3_600_000_000
    retentionDays = configuration.quarantine.retentionDays
    events = configuration.webhookEvents
    notifiedRules = configuration.notifiedRules
  }
}
