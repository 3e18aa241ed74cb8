/// Something in a config file that its author should know, with the place where it stands.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// As it was named.
  var file: String
  /// Counted from 1; 0 when the file as a whole is meant.
  var line: Int
  var column: Int
  /// In lower case, without a period at the end. Never holds a secret.
  var message: String
  /// What could be meant, or done.
  var hint: String?

  package var description: String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    let end = hint.map { "; \($0)" } ?? ""
    return "\(place): \(message)\(end)"
  }
}

/// Why a config cannot be used: everything that is wrong with it at once, in the order of the file.
package struct ConfigurationProblems: Error, Sendable, Equatable {
  package let problems: [ConfigurationProblem]
  /// Problems that were found and are not listed, because there are too many.
  var omitted = 0

  /// More are counted, not listed.
  static let maximumListed = 100

  static func whole(_ file: String, _ message: String, hint: String? = nil) -> ConfigurationProblems {
    ConfigurationProblems(
      problems: [ConfigurationProblem(file: file, line: 0, column: 0, message: message, hint: hint)])
  }

  /// Writes every problem to standard error but the last, which the caller throws on as the command's failure.
  func reported() -> CommandFailure {
    for problem in problems.dropLast() { Diagnostics.error(problem.description) }
    let last = problems.last?.description ?? "the config cannot be used"
    let hint = omitted > 0 ? "\(omitted) more problems are not shown" : nil
    return CommandFailure(last, hint: hint, exitCode: ExitCode.badInput)
  }
}
