import ArgumentParser

/// `oktsec serve`: the HTTP API, which is a program of its own, see `ServeProgram`.
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
    try ServeProgram.replaceThisProcess(arguments)
  }

  /// The same as words.
  private var arguments: [String] {
    var words: [String] = []
    if let port { words.append("--port=\(port)") }
    if let bind { words.append("--bind=\(bind)") }
    if let config = global.config { words.append("--config=\(config)") }
    return words
  }
}
