import ArgumentParser

/// What every command accepts.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("Read this config file instead of looking for one.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  /// The config in force.
  ///
  /// - Throws: when a file was named or found and cannot be used. With none at all the built-in defaults hold.
  func configuration() throws(CommandFailure) -> Configuration {
    do throws(ConfigurationProblems) {
      return try ConfigurationLookup.forCommand(explicit: config)
    } catch {
      throw error.reported()
    }
  }
}
