/// How a client writes its list of servers.
struct Dialect: Sendable, Equatable {
  var format: SettingsFormat
  /// Places of server lists. Of each group the first that the file has counts; a file may have several groups.
  var lists: [[[SettingsFilter.Step]]]
  /// The member that holds the program, or the whole command line as a list.
  var command = "command"
  var arguments = "args"
  /// The member that holds the environment.
  var environment = ["env"]

  /// Whether the servers stand in a list, each with its name inside.
  var namesAreInside = false

  init(
    _ format: SettingsFormat, _ groups: [[[SettingsFilter.Step]]], command: String = "command",
    environment: [String] = ["env"], namesAreInside: Bool = false
  ) {
    self.format = format
    lists = groups
    self.command = command
    self.environment = environment
    self.namesAreInside = namesAreInside
  }

  /// JSON with the servers as members of one table at the top.
  static func json(_ name: String) -> Dialect { Dialect(.json, [[[.name(name)]]]) }

  /// What a reader has to keep of such a file.
  var filter: SettingsFilter { SettingsFilter(paths: lists.flatMap(\.self)) }
}
