import Guard

/// The id of a request, for logs and for its client.
enum RequestName {
  /// What the client sent in `X-Request-ID`, when it can stand in a log line; else a new one.
  static func choose(_ offered: String?, at now: Int64) -> String {
    guard let offered, (1...128).contains(offered.utf8.count),
      offered.utf8.allSatisfy({ byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F: true
        default: false
        }
      })
    else { return EventID(microseconds: now).description }
    return offered
  }
}
