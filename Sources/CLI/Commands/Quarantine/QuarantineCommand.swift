import ArgumentParser
import Audit
import Guard

/// `oktsec quarantine`: what waits for a person.
struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "Show and decide what was withheld.",
    discussion: """
      Examples:
        oktsec quarantine
        oktsec quarantine detail 06h170r2
        oktsec quarantine approve 06h170r2 --reason "the customer asked"
      """,
    subcommands: [
      QuarantineListCommand.self, QuarantineDetailCommand.self, QuarantineApproveCommand.self,
      QuarantineRejectCommand.self,
    ],
    defaultSubcommand: QuarantineListCommand.self)
}

/// `oktsec quarantine list`.
struct QuarantineListCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List what was withheld, the newest last.",
    usage: "oktsec quarantine [list] [options]",
    discussion: """
      Examples:
        oktsec quarantine list --status pending
      """)

  @Option(
    help: ArgumentHelp(
      "Only items in this state: pending, approved, rejected, expired, consumed, or all.", valueName: "status"))
  var status = QuarantineStatusArgument(state: .pending)

  @Option(help: ArgumentHelp("At most so many, the newest.", valueName: "n"))
  var limit = 50

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
  }

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    guard let reader = try reading.open() else {
      if json { try output.json("[]") }
      return Diagnostics.note(reading.absence)
    }
    let items: [QuarantineListing]
    do throws(DatabaseError) {
      items = try reader.quarantineItems(status.state, limit: limit).reversed()
    } catch {
      throw LogReading.failure(error)
    }
    if json { return try output.json(QuarantineJSON.document(items)) }
    try QuarantineTable(now: Timestamp.now, state: status.state).table(items, for: output.terminal).write(to: output)
    guard items.isEmpty else { return }
    Diagnostics.note(status.state.map { "no item is \($0.rawValue)" } ?? "nothing was ever withheld")
  }
}

/// A state by its word, or all of them.
struct QuarantineStatusArgument: ExpressibleByArgument {
  /// Nil: all.
  let state: QuarantineState?

  init(state: QuarantineState?) { self.state = state }

  init?(argument: String) {
    if argument == "all" {
      state = nil
    } else {
      guard let state = QuarantineState(rawValue: argument) else { return nil }
      self.state = state
    }
  }

  var defaultValueDescription: String { state?.rawValue ?? "all" }
  static var allValueStrings: [String] { QuarantineState.allCases.map(\.rawValue) + ["all"] }
}
