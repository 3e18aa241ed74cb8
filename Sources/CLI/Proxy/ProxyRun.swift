import Audit
import Guard
import StdioProxy

/// One run of `oktsec proxy`, from the command line to the server's exit status.
enum ProxyRun {
  /// - Parameters:
  ///   - words: what stands behind `proxy`.
  ///   - vector: the whole argument vector as the system gave it, in which a server's words need not be UTF-8.
  static func run(_ words: [String], vector: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    ChildProcess.saveInheritedSignals()
    let invocation: ProxyInvocation
    do throws(ProxyInvocation.UsageError) {
      invocation = try ProxyInvocation(parsing: words)
    } catch {
      Diagnostics.error(error.description, hint: "see 'oktsec proxy --help'")
      return ExitCode.usage
    }
    let settings: ProxySettings
    do throws(CommandFailure) {
      settings = try ProxySettings(invocation)
    } catch {
      Diagnostics.report(error)
      return error.exitCode
    }

    // The child starts before there is a second thread, and before the rules are looked at: it has the longer way to go.
    let child: ChildProcess
    do throws(SpawnError) {
      child = try ChildProcess.start(vector + (words.count + 2 - invocation.arguments.count - 1))
    } catch {
      Diagnostics.error("the server \(invocation.command) cannot be started: \(error)")
      return error.exitStatus
    }
    return relay(child, invocation, settings)
  }

  private static func relay(_ child: ChildProcess, _ invocation: ProxyInvocation, _ settings: ProxySettings) -> Int32 {
    let ruleFolder = RuleReload.State(settings.configuration)
    let rules: RuleSet
    do throws(CommandFailure) {
      rules = try LoadedRules.load(settings.configuration)
    } catch {
      Diagnostics.report(error)
      return error.exitCode
    }
    var options = StoreOptions()
    options.retentionDays = settings.retentionDays
    options.events = settings.events
    options.notifiedRules = settings.notifiedRules
    let store = AuditStore(path: settings.database, options: options) { failure in
      Diagnostics.warning("the audit trail cannot be written: \(failure)")
    }
    let (server, identifier) = (
      invocation.agent.description, EventID(microseconds: RelayClock.system.now()).description
    )
    let reload = PolicyReload(settings.configuration, sink: store, session: identifier, agent: server)
    let ruleReload = RuleReload(ruleFolder, sink: store, session: identifier, agent: server)
    let session = SessionContext(
      server: server, id: identifier,
      policy: Policy(settings.policy), rules: rules, sink: store,
      quarantine: QuarantineAccess(
        store: store, command: [invocation.command] + invocation.arguments, lifetime: settings.quarantineLifetime),
      policyChange: { reload.change() }, rulesChange: { ruleReload.change(reload.configuration) })
    guard
      let relay = Relay(
        clientInput: 0, clientOutput: 1, child: child,
        toServer: DirectionJudge(.clientToServer, session: session),
        toClient: DirectionJudge(.serverToClient, session: session),
        diagnostics: { Diagnostics.note($0) })
    else {
      Diagnostics.error("no file descriptors left")
      return ExitCode.failure
    }
    let status = relay.run()
    ruleReload.end()
    _ = store.close()
    return status
  }
}
