import YAML

/// Collects what forms find on their way through a document.
struct FormReader {
  let file: String
  /// The folder that relative paths start from, and the one of `~`.
  let paths: PathResolver

  private(set) var problems: [ConfigurationProblem] = []
  private(set) var warnings: [ConfigurationProblem] = []
  private(set) var omitted = 0
  /// Agents and webhooks that the document refers to, to be looked up when all are known.
  private(set) var references: [Reference] = []
  /// Whether a secret stands in the file itself.
  var holdsSecret = false
  private(set) var path: [String] = []

  struct Reference {
    enum Kind { case agent, webhook }
    let kind: Kind
    let name: String
    let node: YAMLNode
    let place: String
  }

  init(file: String, paths: PathResolver) {
    self.file = file
    self.paths = paths
  }

  /// Where we are, as in `agents.files.can_message`.
  var name: String { Self.joined(path) }

  func name(of key: String) -> String { Self.joined(path + [key]) }

  mutating func inside<Result>(_ name: String, _ body: (inout FormReader) -> Result) -> Result {
    path.append(name)
    defer { path.removeLast() }
    return body(&self)
  }

  mutating func problem(_ node: YAMLNode, _ message: String, hint: String? = nil) {
    guard problems.count < ConfigurationProblems.maximumListed else {
      omitted += 1
      return
    }
    problems.append(
      ConfigurationProblem(file: file, line: node.line, column: node.column, message: message, hint: hint))
  }

  mutating func warning(_ node: YAMLNode, _ message: String, hint: String? = nil) {
    guard warnings.count < ConfigurationProblems.maximumListed else { return }
    warnings.append(
      ConfigurationProblem(file: file, line: node.line, column: node.column, message: message, hint: hint))
  }

  mutating func refer(to name: String, _ kind: Reference.Kind, _ node: YAMLNode) {
    references.append(Reference(kind: kind, name: name, node: node, place: self.name))
  }

  // MARK: What forms say

  mutating func wrongType(_ node: YAMLNode, wanted: String, hint: String? = nil) {
    problem(node, "\(name) must be \(wanted), not \(Self.kind(of: node))", hint: hint)
  }

  /// - Parameter word: shown; not for values that may be secret.
  mutating func unknownWord(_ node: YAMLNode, _ word: String, what: String, known: [String]) {
    let hint = NearestWord.hint(for: word, among: known) ?? "known: \(known.joined(separator: ", "))"
    problem(node, "\(name): unknown \(what) \(Self.shown(word))", hint: hint)
  }

  mutating func unknownKey(_ node: YAMLNode, known: [String]) {
    let key = node.text ?? ""
    let place = path.isEmpty ? "" : " in \(name)"
    let elsewhere = ConfigurationKeys.paths.filter { $0.last == key && $0.count > 1 }.map { Self.joined($0) }
    let hint: String
    if let near = NearestWord.hint(for: key, among: known) {
      hint = near
    } else if let other = elsewhere.first {
      hint = "did you mean \(other)?"
    } else {
      hint =
        known.count > 8
        ? "'oktsec verify --schema' lists every key" : "known here: \(known.joined(separator: ", "))"
    }
    problem(node, "unknown key \(Self.shown(key))\(place)", hint: hint)
  }

  /// The members of a mapping; none when the key has no value, as when everything below it is a comment.
  mutating func members(_ node: YAMLNode) -> [(name: YAMLNode, value: YAMLNode)]? {
    if Self.isEmptyValue(node) { return [] }
    guard let members = node.members else {
      if path.isEmpty {
        problem(node, "the config must be a mapping of keys, not \(Self.kind(of: node))")
      } else {
        wrongType(node, wanted: "a mapping of keys")
      }
      return nil
    }
    return members
  }

  /// A scalar as text. A key without a value is not text.
  mutating func text(_ node: YAMLNode, wanted: String) -> String? {
    guard let text = node.text, !Self.isEmptyValue(node) else {
      wrongType(node, wanted: wanted)
      return nil
    }
    return text
  }

  /// The null of YAML 1.1: no value, or one of its words without quotation marks.
  static func isEmptyValue(_ node: YAMLNode) -> Bool {
    guard case .scalar(let text, isQuoted: false) = node.value else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  static func kind(of node: YAMLNode) -> String {
    switch node.value {
    case .scalar: isEmptyValue(node) ? "empty" : "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// A word of the file, short enough for a message.
  static func shown(_ word: String) -> String {
    let cut = word.unicodeScalars.prefix(48)
    return cut.count < word.unicodeScalars.count ? "'\(String(String.UnicodeScalarView(cut)))…'" : "'\(word)'"
  }

  /// `agents`, `files`, `[2]` as `agents.files[2]`.
  static func joined(_ path: [String]) -> String {
    path.reduce(into: "") { name, part in
      if !name.isEmpty, !part.hasPrefix("[") { name += "." }
      name += part
    }
  }
}
