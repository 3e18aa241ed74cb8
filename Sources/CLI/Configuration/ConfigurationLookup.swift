#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the config of a command (contract, section 1).
struct ConfigurationLookup: Sendable, Equatable {
  enum Origin: Sendable, Equatable {
    /// `--config`.
    case option
    /// `$OKTSEC_CONFIG`.
    case variable
    case workingDirectory
    /// The user's file.
    case user
    /// No file: the built-in defaults.
    case defaults
  }

  /// As it was named or found; nil for the defaults.
  let path: String?
  let origin: Origin
  /// What the user might wonder about.
  var notes: [String] = []

  /// For `proxy` and `mcp`: the file named, else `~/.config/oktsec/oktsec.yaml`, and nothing else.
  ///
  /// A client starts these inside a workspace that may be hostile, so neither the working directory nor a variable of
  /// the environment has a say in which config holds.
  static func placeForProxy(explicit: String?, folders: UserFolders = .current()) -> ConfigurationLookup {
    if let explicit { return ConfigurationLookup(path: explicit, origin: .option) }
    if let standard = folders.standardConfig, exists(standard) {
      return ConfigurationLookup(path: standard, origin: .user)
    }
    var lookup = ConfigurationLookup(path: nil, origin: .defaults)
    for other in [folders.namedConfig, folders.userConfig].compactMap(\.self) where other != folders.standardConfig {
      if exists(other) { lookup.notes.append("\(other) is not read here; name it with --config") }
    }
    return lookup
  }

  /// For every other command: the file named, else `$OKTSEC_CONFIG`, else `oktsec.yaml` here, else the user's.
  static func placeForCommand(explicit: String?, folders: UserFolders = .current()) -> ConfigurationLookup {
    if let explicit { return ConfigurationLookup(path: explicit, origin: .option) }
    if let named = folders.namedConfig { return ConfigurationLookup(path: named, origin: .variable) }
    if exists(folders.localConfig) { return ConfigurationLookup(path: folders.localConfig, origin: .workingDirectory) }
    if let user = folders.userConfig, exists(user) { return ConfigurationLookup(path: user, origin: .user) }
    return ConfigurationLookup(path: nil, origin: .defaults)
  }

  /// The config of `proxy` and `mcp`.
  ///
  /// - Throws: when a file was named or found and cannot be used. With none at all the built-in defaults hold.
  static func forProxy(
    explicit: String?, folders: UserFolders = .current()
  ) throws(ConfigurationProblems) -> Configuration {
    try placeForProxy(explicit: explicit, folders: folders).load(folders: folders)
  }

  /// The config of every other command.
  ///
  /// - Throws: as `forProxy`.
  static func forCommand(
    explicit: String?, folders: UserFolders = .current()
  ) throws(ConfigurationProblems) -> Configuration {
    try placeForCommand(explicit: explicit, folders: folders).load(folders: folders)
  }

  func load(folders: UserFolders = .current()) throws(ConfigurationProblems) -> Configuration {
    guard let path else { return Configuration(folders: folders) }
    return try Configuration.load(path: path, folders: folders)
  }

  /// Whether something is there, also a dangling link and what we may not look at: a config that cannot be read is not
  /// the same as none.
  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }
}
