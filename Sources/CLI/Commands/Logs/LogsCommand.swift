import ArgumentParser

/// `oktsec logs`. It has no options of its own: the parser would take those of its subcommands for them.
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show the audit trail, the newest record last.",
    usage: """
      oktsec logs [options]
      oktsec logs show <id>
      oktsec logs session <id>
      oktsec logs verify | checkpoint
      oktsec logs export --format <format>
      """,
    discussion: """
      The options that choose records are those of 'oktsec logs list', which is what 'oktsec logs' does.

      Examples:
        oktsec logs --since 1h
        oktsec logs --status blocked --follow
        oktsec logs show 06h170r2
      """,
    subcommands: [
      LogsListCommand.self, LogsShowCommand.self, LogsSessionCommand.self, LogsVerifyCommand.self,
      LogsCheckpointCommand.self, LogsExportCommand.self,
    ], defaultSubcommand: LogsListCommand.self)
}
