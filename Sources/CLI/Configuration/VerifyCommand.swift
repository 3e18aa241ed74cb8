/// `oktsec verify`: checks the config and says what it means.
enum VerifyCommand {
  /// - Parameters:
  ///   - printsSchema: print the JSON schema instead.
  ///   - knownRules: the ids of all rules, custom ones included, once the config is read; nil to leave them unchecked.
  static func run(
    config: String?, printsSchema: Bool, to output: ResultOutput,
    knownRules: (Configuration) throws(CommandFailure) -> [String]? = { _ in nil }
  ) throws(CommandFailure) {
    if printsSchema { return try output.write(Array(ConfigurationSchema.text.utf8)) }
    let folders = UserFolders.current()
    let lookup = ConfigurationLookup.placeForCommand(explicit: config, folders: folders)
    let configuration: Configuration
    do throws(ConfigurationProblems) {
      configuration = try lookup.load(folders: folders)
    } catch {
      throw error.reported()
    }
    for warning in configuration.warnings { Diagnostics.warning(warning.description) }
    if let known = try knownRules(configuration) {
      for warning in configuration.unknownRules(known: known) { Diagnostics.warning(warning.description) }
    }
    for warning in ConfigurationSurroundings.warnings(about: configuration) { Diagnostics.warning(warning) }
    try ConfigurationSummary.write(configuration, origin: lookup.origin, to: output)
  }
}
