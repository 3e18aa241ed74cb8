import Guard

/// `oktsec enforce [on|off]`: shows or sets the mode.
enum ModeCommand {
  /// - Parameter wish: nil to show it.
  static func run(wish: Bool?, config: String?, to output: ResultOutput) throws(CommandFailure) {
    let folders = UserFolders.current()
    let lookup = ConfigurationLookup.placeForCommand(explicit: config, folders: folders)
    guard let wish else { return try show(lookup, folders: folders, to: output) }
    guard let path = lookup.path else {
      throw CommandFailure("there is no config yet", hint: "'oktsec init' writes one", exitCode: ExitCode.badInput)
    }
    let mode: Mode = wish ? .enforce : .observe
    let isChanged = try ConfigurationEditor.setMode(mode, inFile: path, folders: folders)
    try output.line("\(path): mode is \(isChanged ? "now" : "already") \(mode.rawValue)")
    try output.line(sentence(mode))
  }

  private static func show(
    _ lookup: ConfigurationLookup, folders: UserFolders, to output: ResultOutput
  ) throws(CommandFailure) {
    let configuration: Configuration
    do throws(ConfigurationProblems) {
      configuration = try lookup.load(folders: folders)
    } catch {
      throw error.reported()
    }
    try output.line("\(lookup.path ?? "no config, built-in defaults"): mode is \(configuration.mode.rawValue)")
    try output.line(sentence(configuration.mode))
  }

  /// What a mode means, loudly when nothing is stopped.
  static func sentence(_ mode: Mode) -> String {
    switch mode {
    case .observe: "Everything is inspected and recorded. NOTHING IS STOPPED for its content."
    case .enforce: "What is found to be dangerous is stopped."
    }
  }
}
