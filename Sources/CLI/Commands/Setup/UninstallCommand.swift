import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `oktsec uninstall`: takes oktsec out of every client, and tells what remains.
struct UninstallCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Take oktsec out of every client, and tell what remains.",
    discussion: """
      Does what 'oktsec unwrap --all' does, after showing it. Configs, keys and the audit trail are left where they are: they \
      may be all that tells what happened. The program itself goes as it came.

      Examples:
        oktsec uninstall          # show it, ask, do it
        oktsec uninstall --yes    # in scripts
      """)

  @Flag(help: "Do it without asking.")
  var yes = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    guard yes || StandardInput.isTerminal else {
      throw CommandFailure(
        "uninstall asks before it changes settings, and there is no terminal",
        hint: "'oktsec uninstall --yes' does it", exitCode: ExitCode.usage)
    }
    if try WrapOverview.current().removalWarning == nil {
      try output.line("No client has oktsec in front of a server.")
    } else {
      if !yes {
        try UnwrapCommand.parse(["--all", "--dry-run"]).run(to: output)
        try output.flush()
        guard StandardInput.confirms("Take it out?") else { throw ExitStatus(code: ExitCode.failure) }
      }
      try UnwrapCommand.parse(["--all"]).run(to: output)
    }
    // Entries that are no longer as we wrote them stay; then the program is still needed.
    if let warning = try WrapOverview.current().removalWarning {
      throw CommandFailure(warning, hint: "'oktsec unwrap --all' says why it could not")
    }
    try tellWhatRemains(output)
  }

  private func tellWhatRemains(_ output: ResultOutput) throws(CommandFailure) {
    let folders = UserFolders.current()
    let configuration = try? global.configuration()
    var facts: [(name: String, value: String)] = []
    func add(_ name: String, _ path: String?) {
      if let path, access(path, F_OK) == 0 { facts.append((name, path)) }
    }
    add("config", ConfigurationLookup.placeForCommand(explicit: global.config, folders: folders).path)
    add("keys", configuration?.keysFolder)
    add("audit trail", configuration?.database ?? folders.database)
    add("state", folders.database.map { PathResolver.folder(of: $0) })
    let program = try? OwnProgram.current(folders).executable
    add("program", program)
    for place in program.map(ServeProgram.places(besides:)) ?? [] { add("program", place) }
    try output.line()
    try output.line("Left where it is; remove it when you no longer need it:")
    try FactLines.write(facts, to: output)
  }
}
