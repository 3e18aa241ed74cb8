import Audit
import CLI
import Dashboard
import Guard
import HTTPAdapter
import MCPServer
import Threads

/// What `oktsec serve` consists of: the services over one config, one database and one folder of keys.
final class ServeSystem: Sendable {
  let store: AuditStore
  let messages: MessageService
  let mcp: MCPService
  let gate: Current<Gate>
  let metrics = Metrics()
  /// For judging messages, and for questions to the disk. No thread waits for the record of a message, so a few do.
  let pool = WorkerPool(threads: 8, maximumWaiting: 1024)
  let routes: RouteTable
  let dashboard: DashboardSite
  let inbox: InboxService
  let webhooks: WebhookSender
  let pusher: InboxPusher
  /// Who is told by HTTP, by the config in force.
  private let targets: Current<OutboundTargets>
  /// The config in force.
  let configuration: Current<Configuration>
  /// The rules in force.
  private let rules: Current<RuleSet>
  /// Finds out when the user's own rules have changed. To be asked by one thread at a time.
  let ruleReload: RuleReload

  static let clock = ServiceClock(
    now: { Timestamp.now }, steady: { Int64(MonotonicTime.now.nanoseconds / 1000) })

  /// - Parameter config: what `--config` named, for the dashboard.
  init(_ configuration: Configuration, config: String?) throws(CommandFailure) {
    let database = try StatePaths.databasePath(of: configuration)
    let ruleFolder = RuleReload.State(configuration)
    let rules = try LoadedRules.load(configuration)
    let inForce = Current(rules)
    self.rules = inForce
    let gate = Current(try Self.gate(configuration))
    let current = Current(configuration)
    var options = StoreOptions()
    options.retentionDays = configuration.quarantine.retentionDays
    options.events = configuration.webhookEvents
    options.notifiedRules = configuration.notifiedRules
    // Signatures are remembered in no order: each new one is put on another page. There is one server, and many relays.
    options.cacheKilobytes = 8192
    options.checkpointPages = 4000
    do throws(DatabaseError) {
      store = try AuditStore.open(path: database, options: options)
    } catch {
      throw CommandFailure("the audit trail cannot be opened: \(error)")
    }
    let keys = KeyringCache(folder: configuration.keysFolder, database: database)
    let session = EventID(microseconds: Timestamp.now).description
    ruleReload = RuleReload(ruleFolder, sink: store, session: session)
    messages = MessageService(
      settings: Self.settings(configuration), rules: rules, store: store,
      keyring: { () throws(KeyringUnavailable) in try keys.current() },
      session: session, clock: Self.clock)
    mcp = MCPService(version: Version.number, principal: "", clock: Self.clock) {
      do throws(CommandFailure) {
        // Without a key every process of this machine, whosever it is, reaches this door.
        return try MCPSystem.make(
          current.value, agent: nil, rules: inForce.value, takesDecisions: current.value.server.apiKey != nil)
      } catch {
        Diagnostics.report(error)
        return nil
      }
    }
    self.gate = gate
    self.configuration = current
    let targets = Current(try OutboundTargets(configuration))
    self.targets = targets
    webhooks = WebhookSender(path: database, targets: { targets.value.webhooks }, log: { Diagnostics.warning($0) })
    pusher = InboxPusher(path: database, recipients: { targets.value.agents }, log: { Diagnostics.warning($0) })
    let test = WebhookTest(sender: webhooks, targets: targets)
    let surroundings = MachineDashboard.Surroundings(
      address: "\(configuration.server.bind), port \(configuration.server.port) unless --port says otherwise",
      testWebhook: { test.run($0) })
    dashboard = DashboardSite {
      MachineDashboard(config: config, configuration: current.value, surroundings: surroundings)
    }
    let inbox = InboxService(path: database, sink: store, session: session) {
      InboxIdentity(keyring: try? keys.current(), window: current.value.freshness)
    }
    self.inbox = inbox
    let store = store
    routes = ServerRoutes.make(
      version: Version.number, messages: messages, states: QuarantineStates(path: database), inbox: inbox, mcp: mcp,
      metrics: metrics, pool: pool, maximumBody: configuration.limits.maxFrameBytes,
      gauges: { Self.gauges(store, database) }, adding: [DashboardEndpoint(dashboard).route])
  }

  /// Sends what is to be sent, until the task is cancelled.
  func send() async {
    await withDiscardingTaskGroup { [webhooks, pusher] group in
      group.addTask { await webhooks.run() }
      group.addTask { await pusher.run() }
    }
  }

  /// Ends what would hold up a server that stops: pages that are live, agents that wait for messages.
  func stop() {
    dashboard.stop()
    inbox.stop()
  }

  /// Lets a changed config hold for the requests that come from now on. The address, the database, TLS, which events
  /// are noted for webhooks, and limits of size are those of the start. Rules of another folder follow, see `ruleReload`.
  func adopt(_ changed: Configuration) throws(CommandFailure) {
    var changed = changed
    changed.server.bind = configuration.value.server.bind
    let gate = try Self.gate(changed)
    targets.value = try OutboundTargets(changed)
    self.gate.value = gate
    messages.adopt(Self.settings(changed), rules: rules.value)
    configuration.value = changed
    mcp.renew()
  }

  /// Lets changed rules hold for the requests that come from now on.
  func adopt(_ changed: RuleSet) {
    rules.value = changed
    messages.adopt(Self.settings(configuration.value), rules: changed)
    mcp.renew()
  }

  /// - Throws: when the key cannot be read, or is missing where it must be there.
  private static func gate(_ configuration: Configuration) throws(CommandFailure) -> Gate {
    let server = configuration.server
    let key = try server.apiKey?.resolve()
    guard key != nil || HTTPAddress.isLoopback(server.bind) else {
      throw CommandFailure(
        "server.api_key must be set to listen on \(server.bind)",
        hint: "set it in the config, or listen on 127.0.0.1", exitCode: ExitCode.badInput)
    }
    return Gate(allowedHosts: server.allowedHosts, apiKey: key)
  }

  private static func settings(_ configuration: Configuration) -> MessageSettings {
    var settings = MessageSettings(
      policy: Policy(configuration.policySettings), requiresSignature: configuration.requiresSignature,
      freshness: configuration.freshness,
      quarantineLifetime: Int64(configuration.quarantine.expiryHours) * 3_600_000_000)
    settings.pushed = Set(configuration.agents.filter { $0.value.deliverTo != nil }.keys)
    return settings
  }

  private static func gauges(_ store: AuditStore, _ database: String) -> [Gauge] {
    var gauges = [
      Gauge(
        name: "oktsec_audit_available", help: "1 while the audit trail takes records.", value: store.isAvailable ? 1 : 0
      )
    ]
    if let counts = try? AuditReader.ifPresent(at: database)?.quarantineCounts() {
      gauges.append(
        Gauge(
          name: "oktsec_quarantine_pending", help: "Messages that wait for a person.", value: counts[.pending] ?? 0))
    }
    return gauges
  }
}
