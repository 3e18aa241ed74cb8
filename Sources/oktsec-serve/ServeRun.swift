import CLI
import HTTPAdapter
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One run of `oktsec serve`, from the config to the end of the last request.
struct ServeRun {
  private let configuration: Configuration
  private let ports: [Int]
  private let config: String?

  /// How many ports `--port 0` tries.
  private static let searched = 100

  init(_ invocation: ServeInvocation) {
    configuration = invocation.configuration
    config = invocation.config
    let first = configuration.server.port
    switch invocation.port {
    case 0?: ports = Array(first...min(first + Self.searched - 1, 65_535))
    case let port?: ports = [port]
    case nil: ports = [first]
    }
  }

  func run() throws(CommandFailure) {
    ServeSignals.block()
    let system = try ServeSystem(configuration, config: config)
    var settings = ListenSettings(bind: configuration.server.bind, ports: ports)
    if let tls = configuration.server.tls { settings.tls = (tls.certificate, tls.key) }
    let server = HTTPServer(
      settings, gate: system.gate, routes: system.routes, metrics: system.metrics, clock: ServeSystem.clock,
      log: .standard(configuration.server.logLevel))
    let reload = ServeReload(configuration, system)
    guard
      ServeSignals.watch({ event in
        switch event {
        case .stop:
          system.stop()
          server.stop()
        case .reload: reload.refresh(isForced: true)
        }
      }),
      BackgroundThread.start({
        while true {
          sleep(1)
          reload.refresh(isForced: false)
        }
      })
    else { throw CommandFailure("the system has no thread to give") }

    let ended = Handover<ServerFailure?>()
    let banner = ServeBanner(settings, dashboard: system.dashboard)
    Task {
      let sending = Task { await system.send() }
      do throws(ServerFailure) {
        try await server.run { port in banner.print(port: port) }
        ended.give(nil)
      } catch {
        ended.give(error)
      }
      sending.cancel()
    }
    let failure = ended.take()
    let report = system.store.close()
    if let failure { throw Self.failure(failure, settings) }
    if !report.isComplete { throw CommandFailure("\(report.uncommitted) records could not be written") }
  }

  private static func failure(_ failure: ServerFailure, _ settings: ListenSettings) -> CommandFailure {
    let place = "\(settings.bind) port \(settings.ports.first ?? 0)"
    switch failure {
    case .portsBusy:
      return settings.ports.count == 1
        ? CommandFailure(
          "\(place) is in use", hint: "stop what listens there, name another --port, or let --port 0 look")
        : CommandFailure("no port from \(settings.ports[0]) on is free")
    case .cannotListen(let code): return CommandFailure("cannot listen on \(place): \(String(cString: strerror(code)))")
    case .unusableCertificate(let reason):
      return CommandFailure("server.tls: \(reason)", exitCode: ExitCode.badInput)
    case .other(let reason): return CommandFailure("the server ended: \(reason)")
    }
  }
}
