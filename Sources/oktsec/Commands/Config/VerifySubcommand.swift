import ArgumentParser

/// `oktsec verify`.
struct VerifySubcommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the config and show what it says.")

  @Flag(help: "Print the JSON schema of the config instead.")
  var schema = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    try VerifyCommand.run(config: global.config, printsSchema: schema, to: output) {
      (configuration) throws(CommandFailure) in
      try LoadedRules.load(configuration).ids
    }
  }
}
