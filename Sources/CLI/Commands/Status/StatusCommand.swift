import ArgumentParser
import Audit
import Guard
import JSONRPC

/// `oktsec status`.
struct StatusCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "What is in force, what was stopped today, and whether anything is wrong.",
    discussion: """
      The exit status is 0 when everything works as the config says, also with warnings and in observe, where nothing is \
      stopped; 1 when something failed: the database, the keys or the chain of records; 65 when the config is wrong. \
      Starts nothing; 'oktsec doctor' checks the wrapped servers.

      Examples:
        oktsec status
        oktsec status --json
      """)

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let folders = UserFolders.current()
    let lookup = ConfigurationLookup.placeForCommand(explicit: global.config, folders: folders)
    let configuration: Configuration
    do throws(ConfigurationProblems) {
      configuration = try lookup.load(folders: folders)
    } catch {
      throw error.reported()
    }
    let report = StatusReport(configuration, lookup)
    if json { try output.json(report.json.text) } else { try report.write(to: output) }
    if report.hasFailed { throw ExitStatus(code: ExitCode.failure) }
  }
}
