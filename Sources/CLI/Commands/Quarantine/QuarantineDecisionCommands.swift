import ArgumentParser
import Audit
import Guard

/// `oktsec quarantine approve ID`.
struct QuarantineApproveCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Let an item pass, once. Asks first.",
    usage: "oktsec quarantine approve <id> [options]",
    discussion: """
      Examples:
        oktsec quarantine approve 06h170r2
      """)

  @OptionGroup var options: DecisionOptions

  @Flag(help: "Do not ask; for scripts. That is recorded.")
  var yes = false

  func run(to output: ResultOutput) throws {
    let decision = try QuarantineDecision(options)
    if !yes {
      guard StandardInput.isTerminal else {
        throw CommandFailure(
          "an approval needs a yes from a person at a terminal", hint: "a script says so with --yes",
          exitCode: ExitCode.usage)
      }
      try decision.show(output)
      guard StandardInput.confirms("Let this pass once?") else {
        return Diagnostics.note("nothing was decided")
      }
    }
    try decision.carryOut(.approve, channel: yes ? "with --yes" : "", output)
  }
}

/// `oktsec quarantine reject ID`.
struct QuarantineRejectCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Refuse an item for good.",
    usage: "oktsec quarantine reject <id> [options]",
    discussion: """
      Examples:
        oktsec quarantine reject 06h170r2 --reason "not ours" --yes
      """)

  @OptionGroup var options: DecisionOptions

  @Flag(help: "Accepted for scripts; a rejection does not ask.")
  var yes = false

  func run(to output: ResultOutput) throws {
    try QuarantineDecision(options).carryOut(.reject, channel: yes ? "with --yes" : "", output)
  }
}

struct DecisionOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The item's id, or the beginning of it.", valueName: "id"))
  var id: String

  @Option(help: ArgumentHelp("Who decides; without it the name of the account.", valueName: "name"))
  var reviewer: String?

  @Option(help: ArgumentHelp("Why.", valueName: "text"))
  var reason: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let reviewer, reviewer.isEmpty || reviewer.utf8.count > 64 {
      throw ValidationError("--reviewer is a name of 1 to 64 bytes")
    }
    if let reason, reason.utf8.count > 500 { throw ValidationError("--reason is at most 500 bytes") }
  }
}

/// One item that is to be decided.
struct QuarantineDecision {
  let path: String
  let item: QuarantineListing
  let reviewer: String
  let reason: String
  let events: Set<String>
  let notifiedRules: Set<String>
  private let payload: [UInt8]?

  init(_ options: DecisionOptions) throws(CommandFailure) {
    let configuration = try options.global.configuration()
    path = try StatePaths.databasePath(of: configuration)
    events = configuration.webhookEvents
    notifiedRules = configuration.notifiedRules
    let reading = LogReading(path: path)
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    item = try QuarantineDetailCommand.item(options.id, in: reader)
    do throws(DatabaseError) { payload = try reader.payload(of: item.id) } catch { throw LogReading.failure(error) }
    reviewer = options.reviewer ?? Account.name ?? "user \(Account.number)"
    reason = options.reason ?? ""
    guard item.state == .pending else { throw Self.tooLate(item.id, item.state) }
  }

  func show(_ output: ResultOutput) throws(CommandFailure) {
    try QuarantineCard(item: item, payload: payload).write(to: output)
    try output.flush()
  }

  func carryOut(
    _ decision: QuarantineReview.Decision, channel: String, _ output: ResultOutput
  ) throws(CommandFailure) {
    let outcome: QuarantineReviewer.Outcome
    do throws(DatabaseError) {
      outcome = try QuarantineReviewer(path: path, events: events, notifiedRules: notifiedRules).decide(
        item.id, QuarantineReview(decision, reviewer: reviewer, reason: reason, channel: channel))
    } catch {
      throw LogReading.failure(error)
    }
    switch outcome {
    case .decided: try output.line(QuarantineWords.consequence(of: decision, item))
    case .alreadyDecided(let state): throw Self.tooLate(item.id, state)
    case .unknown: throw CommandFailure("there is no item \(item.id) any more")
    }
  }

  private static func tooLate(_ id: EventID, _ state: QuarantineState) -> CommandFailure {
    CommandFailure("item \(id) is \(state.rawValue) already", hint: "'oktsec quarantine detail \(id)' says by whom")
  }
}
