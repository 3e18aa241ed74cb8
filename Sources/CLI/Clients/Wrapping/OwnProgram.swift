#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// This program's own file, by a path that will still be right next month.
struct OwnProgram: Sendable {
  /// The file that runs now, links followed.
  let executable: String
  /// Folders where a stable link may be, in order.
  let folders: [String]

  init(executable: String, folders: [String]) {
    self.executable = executable
    self.folders = folders
  }

  static func current(_ user: UserFolders = .current()) throws(CommandFailure) -> OwnProgram {
    guard let executable = runningFile() else { throw CommandFailure("the path of this program is not known") }
    let usual = ["/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin", "/usr/bin"]
    let path = (Environment.value("PATH") ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    return OwnProgram(
      executable: executable, folders: usual + (user.home.map { [$0 + "/.local/bin"] } ?? []) + path)
  }

  /// The path to write into settings files.
  ///
  /// - Parameter allowsAnywhere: also a build or temporary folder, which may be gone tomorrow.
  func stablePath(allowsAnywhere: Bool) throws(CommandFailure) -> String {
    for folder in folders where !Self.isPassing(folder) {
      let candidate = folder + "/oktsec"
      if Self.resolved(candidate) == executable { return candidate }
    }
    if allowsAnywhere || !Self.isPassing(executable) { return executable }
    throw CommandFailure(
      "\(executable) is in a folder that may not last, and clients would start it from there",
      hint: "install the program first, for example to /usr/local/bin, or say --allow-here")
  }

  /// Folders that are cleaned, rebuilt or replaced.
  private static func isPassing(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    if ["/tmp", "/var/tmp", "/private/tmp", "/private/var", "/var/folders", "/dev/shm", "/run"].contains(where: {
      path == $0 || path.hasPrefix($0 + "/")
    }) {
      return true
    }
    return parts.contains { [".build", "build", "DerivedData", "Cellar", "Downloads", "node_modules"].contains($0) }
  }

  static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  private static func runningFile() -> String? {
    #if canImport(Glibc)
    return resolved("/proc/self/exe")
    #else
    var size: UInt32 = 4096
    var buffer = [CChar](repeating: 0, count: Int(size))
    guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
    return resolved(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    #endif
  }
}
