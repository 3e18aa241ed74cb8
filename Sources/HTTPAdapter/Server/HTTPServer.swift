import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Threads

/// Listens, and answers by its routes. The only type beside `Responder` that knows the HTTP library.
// @unchecked: `group` and `isStopping` are read and written with `lock` held.
package final class HTTPServer: @unchecked Sendable {
  private let settings: ListenSettings
  private let gate: Current<Gate>
  private let routes: RouteTable
  private let metrics: Metrics
  private let clock: ServiceClock
  private let log: ServerLog

  private let lock = Lock()
  private var group: ServiceGroup?
  private var isStopping = false

  package init(
    _ settings: ListenSettings, gate: Current<Gate>, routes: RouteTable, metrics: Metrics, clock: ServiceClock,
    log: ServerLog
  ) {
    self.settings = settings
    self.gate = gate
    self.routes = routes
    self.metrics = metrics
    self.clock = clock
    self.log = log
  }

  /// Serves until `stop`. Requests that are being answered then end as they would.
  ///
  /// - Parameter onListening: called once, with the port.
  package func run(onListening: @escaping @Sendable (Int) async -> Void) async throws(ServerFailure) {
    let builder = try builder()
    for port in settings.ports {
      do {
        return try await serve(builder, port: port, onListening)
      } catch let error as IOError {
        // EADDRINUSE, by its text in the system's own header on both systems.
        guard error.errnoCode == SystemCode.addressInUse else { throw .cannotListen(code: error.errnoCode) }
      } catch {
        throw .other("\(type(of: error))")
      }
    }
    throw .portsBusy
  }

  /// Takes no more connections, and lets `run` return when the requests in flight are answered, after `stopSeconds` at
  /// the latest.
  package func stop() {
    let group = lock.withLock {
      isStopping = true
      return self.group
    }
    guard let group else { return }
    Task { await group.triggerGracefulShutdown() }
  }

  private func serve(
    _ builder: HTTPServerBuilder, port: Int, _ onListening: @escaping @Sendable (Int) async -> Void
  ) async throws {
    var logger = Logger(label: "oktsec.http") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let application = Application(
      responder: Responder(
        gate: gate, routes: routes, metrics: metrics, clock: clock, isSecure: settings.tls != nil, log: log),
      server: builder,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.bind, port: port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(settings.limits.connections)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) }, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(settings.limits.stopSeconds)
    let group = ServiceGroup(configuration: configuration)
    let mayRun = lock.withLock {
      self.group = group
      return !isStopping
    }
    guard mayRun else { return }
    do {
      try await group.run()
    } catch is CancellationError {
      // Requests that did not end in time.
    }
  }

  private func builder() throws(ServerFailure) -> HTTPServerBuilder {
    let limits = settings.limits
    let configuration = HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionDeadline(limits)],
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes,
        maxHeaderFieldCount: limits.headFields))
    let plain = HTTPServerBuilder { responder in
      LoopChannel(base: HTTP1Channel(responder: responder, configuration: configuration))
    }
    guard let tls = settings.tls else { return plain }
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate).map { NIOSSLCertificateSource.certificate($0) }
      guard !chain.isEmpty else { throw ServerFailure.unusableCertificate("\(tls.certificate) holds no certificate") }
      let key = try NIOSSLPrivateKey(file: tls.key, format: .pem)
      let configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      return try .tls(plain, tlsConfiguration: configuration)
    } catch let failure as ServerFailure {
      throw failure
    } catch {
      throw .unusableCertificate("\(tls.certificate) or \(tls.key) cannot be used")
    }
  }
}
