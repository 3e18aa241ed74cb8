#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where this user's files are, and what the environment says about it.
package struct UserFolders: Sendable, Equatable {
  /// Nil when neither the environment nor the system knows one.
  var home: String?
  var workingDirectory: String
  /// `$OKTSEC_CONFIG`; nil when empty.
  var namedConfig: String?
  /// `$XDG_CONFIG_HOME`; nil unless absolute, as its specification demands.
  var configHome: String?

  package static func current() -> UserFolders {
    func nonEmpty(_ name: String) -> String? { Environment.value(name).flatMap { $0.isEmpty ? nil : $0 } }
    func absolute(_ name: String) -> String? { nonEmpty(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    return UserFolders(
      home: absolute("HOME") ?? homeOfAccount(), workingDirectory: currentDirectory(),
      namedConfig: nonEmpty("OKTSEC_CONFIG"), configHome: absolute("XDG_CONFIG_HOME"))
  }

  /// `~/.config/oktsec`: where `init` writes, whatever the environment says.
  var standardConfigFolder: String? { home.map { $0 + "/.config/oktsec" } }
  /// The file that `proxy` and `mcp` read when none is named.
  var standardConfig: String? { standardConfigFolder.map { $0 + "/" + Self.configName } }
  /// The file that the other commands read when nothing nearer is found.
  var userConfig: String? { configHome.map { $0 + "/oktsec/" + Self.configName } ?? standardConfig }
  var localConfig: String { workingDirectory + "/" + Self.configName }
  /// The one database. Not `$XDG_STATE_HOME`: clients do not pass it on, and all commands must agree.
  var database: String? { home.map { $0 + "/.local/state/oktsec/oktsec.db" } }

  static let configName = "oktsec.yaml"

  private static func homeOfAccount() -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let folder = entry.pw_dir
    else { return nil }
    let path = String(cString: folder)
    return path.hasPrefix("/") ? path : nil
  }

  private static func currentDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
}
