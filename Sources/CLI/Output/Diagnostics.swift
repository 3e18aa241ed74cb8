#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the program says about itself, on standard error: one line each, `oktsec: error: …`.
package enum Diagnostics {
  package static func report(_ failure: CommandFailure) {
    error(failure.message, hint: failure.hint)
  }

  package static func error(_ message: String, hint: String? = nil) {
    emit("error", message, .boldRed)
    if let hint { emit("hint", hint, .cyan) }
  }

  package static func warning(_ message: String) { emit("warning", message, .yellow) }

  /// Something worth knowing that is no reason to worry.
  package static func note(_ message: String) { emit("note", message, .dim) }

  /// The text of one such line, without colour.
  static func text(_ kind: String, _ message: String) -> String {
    "oktsec: \(kind): \(TerminalText.line(message, width: maximumWidth))"
  }

  /// Longer than any path and far shorter than anything that could flood a terminal.
  private static let maximumWidth = 8192

  /// A person reads it in lines that end between words, a program in one.
  static func printed(_ kind: String, _ message: String, _ tint: Style.Tint, on terminal: Terminal) -> String {
    let plain = text(kind, message)
    let lines = terminal.isInteractive ? TextWrap.lines(plain, width: terminal.columns) : [plain]
    let label = "oktsec: \(kind):"
    let whole = lines.joined(separator: "\n") + "\n"
    guard whole.hasPrefix(label) else { return whole }
    return "oktsec: " + terminal.style.apply(tint, to: "\(kind):") + whole.dropFirst(label.count)
  }

  private static func emit(_ kind: String, _ message: String, _ tint: Style.Tint) {
    var bytes = Array(printed(kind, message, tint, on: Terminal(descriptor: STDERR_FILENO)).utf8)
    bytes.withUnsafeMutableBytes { buffer in
      // One write, so that lines of several processes do not mix. There is nowhere to report its failure.
      _ = write(STDERR_FILENO, buffer.baseAddress, buffer.count)
    }
  }
}
