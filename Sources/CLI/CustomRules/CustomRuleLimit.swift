/// What a user's rules may cost. They are compiled when the program starts, one or two milliseconds for each pattern, and
/// a client waits for that.
enum CustomRuleLimit {
  /// Rule files in a folder.
  static let files = 100
  /// Bytes of one file.
  static let fileLength = 256 << 10
  /// In all files of a folder.
  static let rules = 200
  /// Patterns and exclusions of all files of a folder.
  static let expressions = 300
  /// Bytes of an id.
  static let idLength = 64
  /// Bytes between the parts of a rule with `match: all`; the engine joins none that are farther apart.
  static let within = 8 << 10
}
