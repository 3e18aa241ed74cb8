import ArgumentParser
import Guard
import JSONRPC

/// `oktsec scan`: inspects texts as the relay would, without a server.
struct ScanCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Inspect a text, or many.",
    usage: "oktsec scan [options] [<file>]",
    discussion: """
      The exit status is the verdict: 0 clean, 2 flagged, 3 quarantined, 4 blocked.

      With --jsonl every line of the input is an object with "text" and, if you like, "id" and "role"; for each \
      there is one line of output with "id", "verdict" and "findings", in the same order, or with "id" and \
      "error". The exit status is then 0 when all lines were scanned, and 65 when some could not be.

      Examples:
        oktsec scan notes.md
        git diff | oktsec scan --role tool_result
        oktsec scan --format sarif notes.md > findings.sarif
      """)

  @Argument(
    help: ArgumentHelp("The file to read; '-' or none: standard input.", valueName: "file"), completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("What the text is to its reader.", valueName: "role"))
  var role = RoleArgument(.message)

  @Flag(help: "Read one JSON object per line.")
  var jsonl = false

  @Option(help: ArgumentHelp("The form of the result.", valueName: "format"))
  var format: Format?

  @OptionGroup var global: GlobalOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif
  }

  func validate() throws {
    if jsonl, let format, format != .json {
      throw ValidationError("--jsonl prints one JSON object per line; leave --format out")
    }
  }

  func run(to output: ResultOutput) throws {
    let input = try InputFile(path: file ?? "-")
    let configuration = try global.configuration()
    let policy = TextPolicy(rules: try LoadedRules.load(configuration), settings: configuration.policySettings)
    if jsonl {
      let failures = try LineScan(policy: policy, defaultRole: role.role).run(input, output)
      guard failures == 0 else {
        throw CommandFailure(
          "\(failures) \(failures == 1 ? "line" : "lines") could not be scanned", exitCode: ExitCode.badInput)
      }
      return
    }
    let scanned = ScannedText(
      name: input.name, role: role.role, text: try input.wholeText(limit: Self.maximumLength), policy: policy)
    switch format ?? .text {
    case .text: try ScanReport(scanned: scanned).write(to: output)
    case .json: try output.json(ScanJSON.document(scanned))
    case .sarif: try ScanSARIF.write(scanned, path: file == "-" ? nil : file, to: output)
    }
    try output.flush()
    if scanned.inspection.verdict != .clean { throw ExitStatus(code: Self.exitCode(scanned.inspection.verdict)) }
  }

  /// As long as the longest frame that the relay reads.
  private static let maximumLength = 64 << 20

  static func exitCode(_ verdict: Verdict) -> Int32 {
    switch verdict {
    case .clean: ExitCode.success
    case .flag: 2
    case .quarantine: 3
    case .block: 4
    }
  }
}

/// A role by its name on the command line.
struct RoleArgument: ExpressibleByArgument {
  let role: Role

  init(_ role: Role) { self.role = role }

  init?(argument: String) {
    guard let role = Role(name: argument) else { return nil }
    self.role = role
  }

  var defaultValueDescription: String { role.name }
  static var allValueStrings: [String] { Role.allCases.map(\.name) }
}
