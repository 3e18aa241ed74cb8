import ArgumentParser

/// What every command accepts.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("Read this config file instead of looking for one.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?
}
