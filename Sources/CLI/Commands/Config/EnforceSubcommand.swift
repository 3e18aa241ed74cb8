import ArgumentParser

/// `oktsec enforce`.
struct EnforceSubcommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "enforce",
    abstract: "Show whether anything is stopped, or switch it in the config.",
    discussion: """
      Examples:
        oktsec enforce
        oktsec enforce on
      """)

  enum Wish: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  @Argument(help: "'on' stops what is found; 'off' only records it.")
  var wish: Wish?

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    try ModeCommand.run(wish: wish.map { $0 == .on }, config: global.config, to: output)
  }
}
