import ArgumentParser

/// `oktsec setup`: the first five minutes, one question at a time.
struct SetupCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Set everything up, step by step: look, write a config, wrap, serve.",
    discussion: """
      Shows what each step would do and asks before it is done. Every answer may be no, and every step can be done later by \
      its own command: 'oktsec discover', 'init', 'wrap', 'serve'. 'oktsec uninstall' takes it back.

      Examples:
        oktsec setup
        oktsec setup --yes
      """)

  @Flag(help: "Do every step without asking, except serving.")
  var yes = false

  @Flag(help: "Use this program's own path even in a build or temporary folder.")
  var allowHere = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    guard yes || StandardInput.isTerminal else {
      throw CommandFailure(
        "setup asks questions, and there is no terminal", hint: "'oktsec setup --yes' does every step",
        exitCode: ExitCode.usage)
    }
    try heading("1. What is on this machine", output)
    try DiscoverCommand.parse(configOption).run(to: output)

    try heading("2. A config, and a pair of keys for each server", output)
    try say(
      "Nothing that exists is overwritten. A new config is in mode observe: everything is recorded, nothing is stopped.",
      output)
    if try agrees("Write them?", output) { _ = try InitCommand.parse(configOption).write(to: output) }

    try heading("3. oktsec in front of the servers", output)
    try wrap(output)

    guard !yes else { return try end(output) }
    try heading("4. The dashboard", output)
    try say("It shows what is stopped and what waits for you, at an address of this machine only.", output)
    let serves = try agrees("Start it now? Ctrl-C ends it.", output)
    try end(output)
    guard serves else { return }
    try output.flush()
    let serve = try ServeCommand.parse(configOption)
    try serve.run()
  }

  private func wrap(_ output: ResultOutput) throws {
    let options = ["--all"] + configOption + (allowHere ? ["--allow-here"] : [])
    do {
      try WrapCommand.parse(options + ["--dry-run"]).run(to: output)
    } catch let failure as CommandFailure {
      // Nothing to wrap, or no stable place for the program: the other steps make sense without.
      if failure == WrapCommand.nothingToWrap { Diagnostics.note(failure.message) } else { Diagnostics.report(failure) }
      return
    }
    if try agrees("Make these changes?", output) { try WrapCommand.parse(options).run(to: output) }
  }

  private func end(_ output: ResultOutput) throws(CommandFailure) {
    try output.line()
    try say(
      "'oktsec status' tells how things stand, 'oktsec logs --follow' what happens. 'oktsec enforce on' has it stop what "
        + "is dangerous, 'oktsec uninstall' takes all of this back.", output)
  }

  private func say(_ text: String, _ output: ResultOutput) throws(CommandFailure) {
    for line in TextWrap.lines(text, width: output.terminal.columns) { try output.line(line) }
  }

  private func heading(_ text: String, _ output: ResultOutput) throws(CommandFailure) {
    try output.line()
    try output.line(output.terminal.style.apply(.bold, to: text))
    // What goes to standard error belongs below it.
    try output.flush()
  }

  private func agrees(_ question: String, _ output: ResultOutput) throws(CommandFailure) -> Bool {
    // What the question is about stands above it.
    try output.flush()
    return yes || StandardInput.confirms(question)
  }

  private var configOption: [String] { global.config.map { ["--config", $0] } ?? [] }
}
