/// How much harm a server of this kind can do, guessed from its name (contract, section 9).
enum RiskClass: String, Sendable, CaseIterable {
  case critical, high, medium, unknown

  /// - Parameters:
  ///   - name: the server's, in the client's config.
  ///   - words: its command line.
  init(name: String, words: [String]) {
    let said = Set(([name] + LaunchAnalysis(words).names).flatMap(Self.words))
    self = Self.classes.first { !$0.words.isDisjoint(with: said) }?.risk ?? .unknown
  }

  private static let classes: [(risk: RiskClass, words: Set<String>)] = [
    (
      .critical,
      [
        "database", "postgres", "postgresql", "mysql", "mariadb", "sqlite", "sqlite3", "mongo", "mongodb", "redis",
        "sql",
        "mssql",
      ]
    ),
    (
      .high,
      [
        "filesystem", "file", "files", "fs", "directory", "git", "github", "gitlab", "browser", "puppeteer",
        "playwright",
        "fetch", "http",
      ]
    ),
    (.medium, ["slack", "discord", "email", "message", "notification"]),
  ]

  /// Whole words: runs of letters and digits, cut where a capital follows a small letter.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isAfterSmall = false
    for character in text {
      let isPart = character.isLetter || character.isNumber
      if !isPart || (isAfterSmall && character.isUppercase) {
        if !word.isEmpty { words.append(word.lowercased()) }
        word = ""
      }
      if isPart { word.append(character) }
      isAfterSmall = character.isLowercase
    }
    if !word.isEmpty { words.append(word.lowercased()) }
    return words
  }
}
