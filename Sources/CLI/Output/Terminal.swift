#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What stands behind a descriptor: a person at a terminal, or a file or pipe that another program reads.
struct Terminal {
  /// Tables are for terminals; otherwise a row is a line of values with tabs between them.
  var isInteractive: Bool
  /// Columns that a line may have.
  var columns: Int
  var style: Style

  /// A file or pipe.
  static let none = Terminal(isInteractive: false, columns: defaultColumns, style: .plain)

  init(isInteractive: Bool, columns: Int, style: Style) {
    self.isInteractive = isInteractive
    self.columns = columns
    self.style = style
  }

  /// Looks at a descriptor and the environment (`NO_COLOR` as in no-color.org, `TERM`).
  init(descriptor: Int32) {
    guard isatty(descriptor) == 1 else {
      self = .none
      return
    }
    var size = winsize()
    let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let term = Environment.value("TERM") ?? "dumb"
    let isPlain = term == "dumb" || Environment.value("NO_COLOR")?.isEmpty == false
    self.init(
      isInteractive: true, columns: known ? max(Self.minimumColumns, Int(size.ws_col)) : Self.defaultColumns,
      style: isPlain ? .plain : .coloured)
  }

  static let defaultColumns = 80
  /// Below this a table is not worth fitting.
  private static let minimumColumns = 40
}

/// The environment of the process.
enum Environment {
  static func value(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
