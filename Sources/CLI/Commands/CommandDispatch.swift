import ArgumentParser
import YAML

/// Runs every command but the two that do without a parser, and says in our words what went wrong.
enum CommandDispatch {
  /// - Returns: the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do {
      var command = try parse(arguments)
      try command.run()
      return ExitCode.success
    } catch let failure as CommandFailure {
      Diagnostics.report(failure)
      return failure.exitCode
    } catch let status as ExitStatus {
      return status.code
    } catch {
      return answer(error, to: arguments)
    }
  }

  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    let command = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    if let word = command, !word.hasPrefix("-"), !names(hidden: true).contains(word) {
      throw CommandFailure(
        "there is no command \(word)",
        hint: NearestWord.hint(for: word, among: names(hidden: false)) ?? "see 'oktsec --help'",
        exitCode: ExitCode.usage)
    }
    return try RootCommand.parseAsRoot(arguments)
  }

  private static func names(hidden: Bool) -> [String] {
    let commands = RootCommand.configuration.subcommands.filter { hidden || $0.configuration.shouldDisplay }
    return commands.compactMap { $0.configuration.commandName } + ["help"]
  }

  /// Help goes to standard output; a wrong command line is one line and where to read more.
  private static func answer(_ error: any Error, to arguments: [String]) -> Int32 {
    guard RootCommand.exitCode(for: error) != .success else {
      return write(RootCommand.fullMessage(for: error))
    }
    guard RootCommand.exitCode(for: error) == .validationFailure else {
      Diagnostics.error(RootCommand.message(for: error))
      return ExitCode.failure
    }
    let message = sentence(RootCommand.message(for: error))
    Diagnostics.error(
      message, hint: nearestSubcommand(message, arguments) ?? "see '\(commandPath(arguments)) --help'")
    return ExitCode.usage
  }

  /// The parser's message in the form of ours: one line, no capital, no period; a list of its own lines becomes one
  /// with commas.
  static func sentence(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    let items = lines.drop { !$0.hasPrefix("- ") }.map { $0.dropFirst(2) }
    var text = lines.prefix { !$0.hasPrefix("- ") }.joined(separator: " ")
    if !items.isEmpty { text += " " + items.joined(separator: ", ") }
    if text.hasSuffix(".") { text.removeLast() }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// The command that was meant, as far as it is known: `oktsec logs show`.
  static func commandPath(_ arguments: [String]) -> String { meant(arguments).path }

  private static func meant(_ arguments: [String]) -> (path: String, command: any ParsableCommand.Type) {
    var path = "oktsec"
    var command: any ParsableCommand.Type = RootCommand.self
    for argument in arguments {
      let next = command.configuration.subcommands.first { $0.configuration.commandName == argument }
      guard let next else { continue }
      path += " \(argument)"
      command = next
    }
    return (path, command)
  }

  /// For `oktsec logs shw`, which the parser takes for an argument of `oktsec logs list`.
  static func nearestSubcommand(_ message: String, _ arguments: [String]) -> String? {
    guard message.contains("unexpected argument"), let word = message.split(separator: "'").dropFirst().first else {
      return nil
    }
    let names = meant(arguments).command.configuration.subcommands.compactMap { $0.configuration.commandName }
    return NearestWord.hint(for: String(word), among: names)
  }

  private static func write(_ text: String) -> Int32 {
    do throws(CommandFailure) {
      let output = ResultOutput.standard()
      try output.line(text)
      try output.flush()
      return ExitCode.success
    } catch {
      Diagnostics.report(error)
      return error.exitCode
    }
  }
}

/// The exit status of a command that did what it was asked to and has more to say than "done".
struct ExitStatus: Error, Equatable {
  let code: Int32
}

/// A command that writes results.
protocol ResultCommand: ParsableCommand {
  /// Does the work. Results that were written before an error reach their reader before the message does.
  func run(to output: ResultOutput) throws
}

extension ResultCommand {
  mutating func run() throws {
    let output = ResultOutput.standard()
    do {
      try run(to: output)
    } catch {
      try output.flush()
      throw error
    }
    try output.flush()
  }
}
