import ArgumentParser

/// `oktsec serve`: the HTTP API.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the HTTP API and the dashboard.",
    discussion: """
      Listens on 127.0.0.1:8080 unless the config or an option says otherwise. A busy port is an error; --port 0 takes \
      the first free one from the configured port on. Beyond loopback server.api_key must be set. SIGTERM and SIGINT \
      end it after the requests in flight; SIGHUP, or a changed file, has the config read again.

      Examples:
        oktsec serve
        oktsec serve --port 9000
      """)

  @Option(help: ArgumentHelp("The port; 0 looks for a free one.", valueName: "port"))
  var port: Int?

  @Option(help: ArgumentHelp("The address or host name to listen on.", valueName: "address"))
  var bind: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port is a number from 0 to 65535") }
    if let bind, !HTTPAddress.isHost(bind) { throw ValidationError("--bind is a host name or an IP address") }
  }

  func run() throws {
    var configuration = try global.configuration()
    if let bind { configuration.server.bind = bind }
    try ServeRun(configuration, port: port, config: global.config).run()
  }
}
