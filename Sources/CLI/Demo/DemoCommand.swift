import ArgumentParser
import Audit
import Guard

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `oktsec demo`: a session between a scripted client and the bundled server, through a real relay process. Everything that is
/// told is read back from the audit trail that the relay wrote.
struct DemoCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Watch a small session being attacked, with oktsec in between.",
    discussion: """
      Starts a bundled MCP server behind 'oktsec proxy' in a folder of its own, plays a client, and tells from the \
      audit trail what passed and what was stopped. Needs nothing installed and touches nothing of yours.

      Examples:
        oktsec demo
      """)

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let folder = try DemoFolder()
    defer { folder.remove() }
    let program = try Self.ownPath()
    let client = try DemoClient(command: [
      program, "proxy", "--agent", Self.server, "--config", folder.config, "--", program, "demo-server",
      "--misbehave", "poisoned-extra-tool",
    ])
    let refusals: [String]
    do {
      refusals = try DemoScript.play(client)
    } catch {
      client.finish()
      throw error
    }
    client.finish()
    try tell(try Self.records(folder), refusals, to: output)
  }

  // MARK: Private

  private static let server = "notes"

  private func tell(_ records: [AuditRecord], _ refusals: [String], to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let entries = records.map(\.entry)
    try output.line(
      style.apply(.bold, to: "oktsec demo")
        + ": a client, the MCP server '\(Self.server)', and oktsec between them (enforce)")
    try output.line()
    try DemoStory(entries: entries, output: output).write()
    if let refusal = refusals.first {
      try output.line()
      try output.line("What the model reads in the place of a stopped call:")
      let room = output.terminal.isInteractive ? max(20, output.terminal.columns - 2) : 78
      for line in TextWrap.lines(TerminalText.line(refusal), width: room) { try output.line("  \(line)") }
    }
    try output.line()
    try output.line(style.apply(.bold, to: "The audit trail") + ", as 'oktsec logs' shows it:")
    try output.line()
    try RecordTable(now: Timestamp.now).write(entries, to: output)
    try output.line()
    let stopped = entries.filter { $0.action == .stopped }.count
    let filtered = entries.filter { $0.action == .filtered }.count
    try output.line(
      "\(entries.count) messages: \(stopped) stopped, \(filtered) passed without a part, "
        + "\(entries.count - stopped - filtered) passed as they were.")
    try output.line("They were recorded in a folder that is gone now: 'oktsec logs' does not know them.")
    try output.line()
    try output.line(style.apply(.bold, to: "What to do next"))
    let commands = [
      ("oktsec setup", "put it in front of your servers; it asks before each step"),
      ("oktsec logs", "what it saw: it records everything and stops nothing ..."),
      ("oktsec enforce on", "... until you say so"),
      ("oktsec serve", "the dashboard"),
    ]
    for (command, meaning) in commands {
      let padding = String(repeating: " ", count: 19 - command.utf8.count)
      try output.line("  " + style.apply(.cyan, to: command) + padding + meaning)
    }
  }

  private static func records(_ folder: DemoFolder) throws(CommandFailure) -> [AuditRecord] {
    do throws(DatabaseError) {
      var query = AuditQuery()
      query.limit = 1000
      return try AuditReader(path: folder.database).records(matching: query).reversed()
    } catch {
      throw CommandFailure("the demo's audit trail cannot be read: \(error)")
    }
  }

  /// The program itself: the demo starts it twice more, as relay and as server.
  private static func ownPath() throws(CommandFailure) -> String {
    #if os(Linux)
    let link = "/proc/self/exe"
    #else
    let link = CommandLine.arguments.first ?? "oktsec"
    #endif
    guard let path = realpath(link, nil) else { throw CommandFailure("the demo cannot find its own program") }
    defer { free(path) }
    return String(cString: path)
  }
}

/// `oktsec demo-server`: for the demo and for tests. Not shown in the help.
struct DemoServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo-server", abstract: "The bundled MCP server of the demo.", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var options: [String] = []

  func run() throws {
    let status = DemoServer.run(arguments: options)
    if status != 0 { throw ExitStatus(code: status) }
  }
}
