#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds programs as execvp(3) does.
struct ProgramSearch: Sendable {
  let path: String

  /// What applications that are started from a desktop get, at least.
  #if os(macOS)
  static let desktop = ProgramSearch(path: "/usr/bin:/bin:/usr/sbin:/sbin")
  #else
  static let desktop = ProgramSearch(path: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
  #endif

  /// The PATH of this process.
  static var shell: ProgramSearch { ProgramSearch(path: Environment.value("PATH") ?? desktop.path) }

  /// The file behind a command; nil when there is none that may be run.
  func find(_ command: String) -> String? {
    if command.contains("/") { return isProgram(command) ? command : nil }
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/\(command)"
      if isProgram(candidate) { return candidate }
    }
    return nil
  }

  private func isProgram(_ file: String) -> Bool {
    var status = stat()
    return stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(file, X_OK) == 0
  }
}
