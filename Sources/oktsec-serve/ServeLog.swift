import CLI
import HTTPAdapter

extension ServerLog {
  /// On standard error, by `server.log_level`.
  static func standard(_ level: LogLevel) -> ServerLog {
    let least: Level =
      switch level {
      case .debug: .debug
      case .info: .info
      case .warn: .warning
      case .error: .error
      }
    return ServerLog(least: least) { level, text in
      switch level {
      case .debug, .info: Diagnostics.note(text)
      case .warning: Diagnostics.warning(text)
      case .error: Diagnostics.error(text)
      }
    }
  }
}
