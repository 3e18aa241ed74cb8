import ArgumentParser

/// `oktsec verify`.
struct VerifySubcommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the config and show what it says.",
    discussion: """
      Examples:
        oktsec verify
        oktsec verify --schema > oktsec.schema.json
      """)

  @Flag(help: "Print the JSON schema of the config instead.")
  var schema = false

  @Flag(help: ArgumentHelp("Print docs/configuration.md instead.", visibility: .hidden))
  var reference = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    if reference { return try output.write(Array(ConfigurationReference.text.utf8)) }
    try VerifyCommand.run(config: global.config, printsSchema: schema, to: output) {
      (configuration) throws(CommandFailure) in
      try LoadedRules.load(configuration).ids
    }
  }
}
