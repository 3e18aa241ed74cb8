/// Shows a command line without the secrets in it.
///
/// A value that follows a name like `token` goes whole, a password or a query in a URL goes, and so does every long run
/// that looks random. Placeholders like `${TOKEN}` stay: they are names. What the rules for credentials find goes too.
struct ArgumentMask {
  /// Whether a text holds a secret that the rules know.
  var isKnownSecret: (String) -> Bool = { _ in false }

  /// What stands for a secret.
  static let hidden = "***"

  /// The words of a command line, each safe to show, and whether something was hidden.
  func shown(_ words: [String]) -> (words: [String], hasSecret: Bool) {
    var hasSecret = false
    var shown: [String] = []
    var previous = ""
    for word in words {
      let safe = masked(word, after: previous)
      if safe != word { hasSecret = true }
      shown.append(safe)
      previous = word
    }
    return (shown, hasSecret)
  }

  /// One line, words with spaces in quotation marks.
  func line(_ words: [String]) -> String {
    shown(words).words.map { word in
      word.isEmpty || word.contains(where: { $0 == " " || $0 == "\"" || $0 == "\t" || $0.isNewline })
        ? "'\(word)'" : word
    }.joined(separator: " ")
  }

  /// A URL without user, password, query and fragment, and without parts of its path that look random.
  func url(_ text: String) -> String { maskedURL(text) ?? masked(text, after: "") }

  /// A line of a file: every run that looks like a secret is hidden, whatever it stands in.
  func anywhere(_ text: String) -> String {
    var output = ""
    var run = ""
    func flush() {
      output += Self.isRandom(run) ? Self.hidden : run
      run = ""
    }
    for scalar in text.unicodeScalars {
      if Self.isRunPart(scalar) {
        run.unicodeScalars.append(scalar)
      } else {
        flush()
        output.unicodeScalars.append(scalar)
      }
    }
    flush()
    return output
  }

  // MARK: Words

  private func masked(_ word: String, after previous: String) -> String {
    if Self.isPlaceholder(word) { return word }
    if previous.hasPrefix("-"), !word.hasPrefix("-") || word.count > 20 {
      if Self.takesEnvironment(previous) { return assignment(word, always: true) }
      if Self.takesHeader(previous) { return header(word) }
      if !previous.contains("="), Self.isSecretName(previous) { return Self.hidden }
    }
    if let url = maskedURL(word) { return url }
    if word.hasPrefix("-"), let sign = word.firstIndex(of: "=") {
      let (name, value) = (String(word[..<sign]), String(word[word.index(after: sign)...]))
      if Self.isPlaceholder(value) { return word }
      if Self.takesEnvironment(name) { return "\(name)=\(assignment(value, always: true))" }
      if Self.takesHeader(name) { return "\(name)=\(header(value))" }
      return "\(name)=\(Self.isSecretName(name) ? Self.hidden : masked(value, after: ""))"
    }
    if !word.hasPrefix("-"), word.contains("=") { return assignment(word, always: false) }
    if isKnownSecret(word) { return Self.hidden }
    return anywhere(word)
  }

  /// `NAME=value`.
  private func assignment(_ word: String, always: Bool) -> String {
    guard let sign = word.firstIndex(of: "=") else { return isKnownSecret(word) ? Self.hidden : anywhere(word) }
    let (name, value) = (String(word[..<sign]), String(word[word.index(after: sign)...]))
    if value.isEmpty || Self.isPlaceholder(value) { return word }
    if always || Self.isSecretName(name) || isKnownSecret(word) { return "\(name)=\(Self.hidden)" }
    return "\(name)=\(maskedURL(value) ?? anywhere(value))"
  }

  /// `Name: value`.
  private func header(_ word: String) -> String {
    guard let colon = word.firstIndex(of: ":") else { return Self.hidden }
    let value = word[word.index(after: colon)...].drop { $0 == " " }
    return Self.isPlaceholder(String(value)) ? word : "\(word[..<colon]): \(Self.hidden)"
  }

  private func maskedURL(_ word: String) -> String? {
    guard let scheme = word.firstRange(of: "://") else { return nil }
    let rest = word[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let behind = rest[authority.endIndex...]
    let path = behind.prefix { $0 != "?" && $0 != "#" }
    let host: String
    if let at = authority.lastIndex(of: "@") {
      let user = authority[..<at]
      host = (Self.isPlaceholder(String(user)) ? String(user) : Self.hidden) + authority[at...]
    } else {
      host = String(authority)
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { part in
      let text = String(part)
      return Self.isRandom(text) || Self.isUUID(text) ? Self.hidden : text
    }
    let query = behind[path.endIndex...]
    let end =
      query.isEmpty ? "" : Self.isPlaceholder(String(query)) ? String(query) : "\(query.prefix(1))\(Self.hidden)"
    return String(word[..<scheme.upperBound]) + host + parts.joined(separator: "/") + end
  }

  // MARK: What is a secret

  private static func takesEnvironment(_ option: String) -> Bool { ["-e", "--env", "--build-arg"].contains(option) }
  private static func takesHeader(_ option: String) -> Bool { ["-H", "--header", "--headers"].contains(option) }

  /// Names of values that nobody should see, by whole words.
  static func isSecretName(_ name: String) -> Bool {
    let words = Set(RiskClass.words(name))
    if !words.isDisjoint(with: [
      "token", "secret", "password", "passwd", "pass", "pwd", "apikey", "credential", "credentials", "bearer", "auth",
      "authorization", "cookie", "pat", "dsn", "passphrase", "signature", "accesskey", "secretkey",
    ]) {
      return true
    }
    guard words.contains("key") else { return false }
    return words.count == 1
      || !words.isDisjoint(with: [
        "api", "access", "private", "account", "license", "service", "app", "master", "encryption",
      ])
  }

  /// `${NAME}`, `$NAME`, `{env:NAME}`, `<your token>`, nothing.
  private static func isPlaceholder(_ text: String) -> Bool {
    if text.isEmpty { return true }
    let body = text.hasPrefix("Bearer ") ? String(text.dropFirst(7)) : text
    if body.hasPrefix("${") || body.hasPrefix("{env:") || body.hasPrefix("<") || body.hasPrefix("%") {
      return body.hasSuffix("}") || body.hasSuffix(">") || body.hasSuffix("%")
    }
    guard body.hasPrefix("$") else { return false }
    let name = body.dropFirst()
    return !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
      }
  }

  private static func isRunPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "+": true
    default: false
    }
  }

  /// A long run of letters and digits that no one would type: mixed, without the look of words.
  static func isRandom(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, !isUUID(text) else { return false }
    let digits = bytes.count { (0x30...0x39).contains($0) }
    let capitals = bytes.count { (0x41...0x5A).contains($0) }
    let small = bytes.count { (0x61...0x7A).contains($0) }
    // Between signs, words are short and of one kind.
    let pieces = bytes.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "+") }
    let longest = pieces.map(\.count).max() ?? 0
    guard longest >= 16 else { return digits * 4 >= bytes.count && capitals > 0 && small > 0 }
    return digits > 0 && small + capitals > 0 || capitals > 2 && small > 2
  }

  private static func isUUID(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
  }
}
