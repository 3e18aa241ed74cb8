import ArgumentParser
import Audit
import Guard

/// `oktsec allow EVENT`.
struct AllowCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Let through what one recorded event was stopped for, there and for a time.",
    usage: "oktsec allow <event> [--for <time>] [options]",
    discussion: """
      Writes exceptions into the config: for the rules of the event, its agent, its tool and its direction, and nothing \
      else. What they let through is still flagged and recorded. Relays that run take them up with the next message \
      after a second. Who allowed it and why stands in the audit trail.

      Examples:
        oktsec allow 06h170r2
        oktsec allow 06h170r2 --for always
      """)

  @Argument(help: ArgumentHelp("The record's id, or the beginning of it; see 'oktsec logs'.", valueName: "event"))
  var event: String

  @Option(
    name: .customLong("for"), help: ArgumentHelp("How long: 30m, 1h, 2d, at most 3650d, or always.", valueName: "time"))
  var duration = ExceptionTime.limited(microseconds: 3_600_000_000)

  @Option(help: ArgumentHelp("Only this rule of the event.", valueName: "id"))
  var rule: String?

  @Option(help: ArgumentHelp("Why; kept in the audit trail.", valueName: "text"))
  var reason: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let reason, reason.utf8.count > 500 { throw ValidationError("--reason is at most 500 bytes") }
  }

  func run(to output: ResultOutput) throws {
    let folders = UserFolders.current()
    let lookup = ConfigurationLookup.placeForCommand(explicit: global.config, folders: folders)
    let configuration = try global.configuration()
    guard let path = lookup.path else {
      throw CommandFailure("there is no config yet", hint: "'oktsec init' writes one", exitCode: ExitCode.badInput)
    }
    let reading = LogReading(path: try StatePaths.databasePath(of: configuration))
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let entry = try LogsShowCommand.entry(event, in: reader)
    let exception = try RecordedException(
      entry, rule: rule, until: duration.end(from: Timestamp.now),
      knownRules: LoadedRules.load(configuration).ids, settings: configuration.policySettings)
    let lines = try ExceptionWriting(config: path, database: reading.path, folders: folders).write(
      exception, reason: reason ?? "")
    try report(exception, path, lines, to: output)
    if configuration.mode == .observe { Diagnostics.note(ModeCommand.sentence(.observe)) }
  }

  private func report(
    _ exception: RecordedException, _ path: String, _ lines: ClosedRange<Int>, to output: ResultOutput
  ) throws(CommandFailure) {
    try output.line("allowed \(exception.place), and still flagged:")
    for override in exception.overrides { try output.line("  \(TerminalText.line(override.rule))") }
    try output.line(exception.until.map { "until \(Moment.local($0))" } ?? "for good")
    let place = lines.count == 1 ? "line \(lines.lowerBound)" : "lines \(lines.lowerBound) to \(lines.upperBound)"
    try output.line("To undo it, remove \(place) of \(TerminalText.line(path))")
  }
}

/// How long an exception holds.
enum ExceptionTime: ExpressibleByArgument, Equatable {
  case always
  case limited(microseconds: Int64)

  init?(argument: String) {
    guard argument != "always" else {
      self = .always
      return
    }
    // An age before the moment zero is the length itself.
    guard argument.last.map({ "smhd".contains($0) }) == true, let length = Moment.parse(argument, now: 0),
      (1_000_000...3650 * 86_400_000_000).contains(-length)
    else { return nil }
    self = .limited(microseconds: -length)
  }

  var defaultValueDescription: String { self == .always ? "always" : "1h" }

  /// Whole seconds, as the config writes it; nil for good.
  func end(from now: Int64) -> Int64? {
    guard case .limited(let length) = self else { return nil }
    return (now + length + 999_999) / 1_000_000 * 1_000_000
  }
}
