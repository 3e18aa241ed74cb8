import ArgumentParser

/// The version of the program. Said here and nowhere else.
package enum Version {
  package static let number = "0.1.0"
  package static let line = "oktsec \(number)"
}

/// `oktsec version`.
struct VersionCommand: ResultCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    try output.line(Version.line)
  }

  /// The same without the parser.
  ///
  /// - Returns: the exit status.
  static func print() -> Int32 {
    do throws(CommandFailure) {
      let output = ResultOutput.standard()
      try output.line(Version.line)
      try output.flush()
      return ExitCode.success
    } catch {
      Diagnostics.report(error)
      return error.exitCode
    }
  }
}
