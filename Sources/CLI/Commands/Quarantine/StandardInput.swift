#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The person at the terminal.
enum StandardInput {
  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Asks a question on standard error. True only for `y` or `yes`.
  static func confirms(_ question: String) -> Bool {
    let prompt = Array("\(question) [y/N] ".utf8)
    _ = write(STDERR_FILENO, prompt, prompt.count)
    guard let answer = readLine() else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }
}

/// The account that runs the program.
enum Account {
  static var number: UInt32 { geteuid() }

  /// Nil when the system does not know it by a name.
  static var name: String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
    else { return nil }
    let text = String(cString: name)
    return text.isEmpty ? nil : text
  }
}
