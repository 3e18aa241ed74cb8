/// Where the program keeps what it writes. One database for all commands (contract, section 1).
package enum StatePaths {
  /// The audit database: `db_path` of the config, else the user's.
  package static func databasePath(of configuration: Configuration) throws(CommandFailure) -> String {
    guard let path = configuration.database else {
      throw CommandFailure("there is no home folder", hint: "set HOME, or db_path in the config")
    }
    return path
  }
}
