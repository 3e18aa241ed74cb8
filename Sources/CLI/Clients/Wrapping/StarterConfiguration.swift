import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A first config: everything is recorded, nothing is stopped.
struct StarterConfiguration {
  let database: String
  let keys: String
  /// Agents and what they are, in words without secrets.
  var agents: [(name: AgentName, description: String)] = []

  var text: String {
    var lines = [
      "# oktsec: what its relays and commands go by. 'oktsec verify' checks this file.",
      "version: \"1\"",
      "",
      "# observe records everything and stops nothing; enforce stops what is dangerous.",
      "mode: observe",
      "",
      "db_path: \(quoted(database))",
      "",
      "identity:",
      "  keys_dir: \(quoted(keys))",
      "  require_signature: true",
    ]
    if !agents.isEmpty {
      lines += [
        "", "# One for each server that was found. 'allowed_tools' and 'blocked_content' can be set here.", "agents:",
      ]
      for agent in agents {
        lines += ["  \(quoted(agent.name.description)):", "    description: \(quoted(agent.description))"]
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func quoted(_ text: String) -> String { String(decoding: TextLiteral.write(text, as: .yaml), as: UTF8.self) }

  /// Writes the config (0600) unless something is there.
  ///
  /// - Returns: false when something is.
  func write(to path: String, folders: UserFolders) throws(CommandFailure) -> Bool {
    var status = stat()
    if lstat(path, &status) == 0 { return false }
    let bytes = Array(text.utf8)
    do throws(ConfigurationProblems) {
      _ = try Configuration.parse(bytes, file: path, shownAs: path, folders: folders)
    } catch {
      throw error.reported()
    }
    do throws(FileError) {
      try PrivateFolder.make(PathResolver.folder(of: path))
      let temporary = try TemporaryFile(in: PathResolver.folder(of: path), for: PathResolver.name(of: path))
      defer { temporary.discard() }
      try temporary.write(bytes)
      try temporary.setMode(0o600)
      try temporary.finish()
      // Never in the place of another file, even one that has come just now.
      guard link(temporary.path, path) == 0 else {
        if errno == EEXIST { return false }
        throw FileError(path, errno)
      }
      TemporaryFile.synchronize(folder: PathResolver.folder(of: path))
      return true
    } catch {
      throw CommandFailure("the config cannot be written: \(error)")
    }
  }
}

/// The config that relays are told to read.
enum WrapConfiguration {
  /// The absolute path: the one named, else `$OKTSEC_CONFIG`, else the user's, which is made when there is none.
  ///
  /// Not one in the working directory, which may be a stranger's project: what is written into a settings file holds for
  /// ever.
  ///
  /// - Parameter makesOne: write the user's when it is missing.
  static func path(
    named: String?, makesOne: Bool, folders: UserFolders
  ) throws(CommandFailure) -> (path: String, isNew: Bool) {
    let resolver = PathResolver(folder: folders.workingDirectory, home: folders.home)
    if let named = named ?? folders.namedConfig {
      guard let path = resolver.absolute(named) else {
        throw CommandFailure("no config is named", exitCode: ExitCode.usage)
      }
      try check(path, folders)
      return (path, false)
    }
    if let user = folders.userConfig, exists(user) {
      try check(user, folders)
      return (user, false)
    }
    guard let path = folders.standardConfig, let database = folders.database else {
      throw CommandFailure("there is no home folder", hint: "set HOME, or name a config with --config")
    }
    if exists(path) {
      try check(path, folders)
      return (path, false)
    }
    guard makesOne else { return (path, true) }
    let starter = StarterConfiguration(database: database, keys: PathResolver.folder(of: path) + "/keys")
    return (path, try starter.write(to: path, folders: folders))
  }

  /// A relay with a config that cannot be read does not start.
  private static func check(_ path: String, _ folders: UserFolders) throws(CommandFailure) {
    do throws(ConfigurationProblems) {
      _ = try Configuration.load(path: path, folders: folders)
    } catch {
      throw error.reported()
    }
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
