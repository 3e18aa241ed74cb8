/// A value of a YAML document, with the place where it stands, for error messages.
package struct YAMLNode: Sendable {
  package enum Value: Sendable {
    /// - Parameter isQuoted: a quoted scalar is text whatever it looks like.
    case scalar(String, isQuoted: Bool)
    case sequence([YAMLNode])
    case mapping([(name: YAMLNode, value: YAMLNode)])
  }

  package var value: Value
  /// Counted from 1.
  package var line: Int
  package var column: Int

  package init(value: Value, line: Int, column: Int) {
    self.value = value
    self.line = line
    self.column = column
  }

  package var text: String? {
    if case .scalar(let text, _) = value { text } else { nil }
  }

  package var elements: [YAMLNode]? {
    if case .sequence(let elements) = value { elements } else { nil }
  }

  package var members: [(name: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let members) = value { members } else { nil }
  }

  /// The value of a member; nil without one, and for anything but a mapping.
  package subscript(_ name: String) -> YAMLNode? { members?.first { $0.name.text == name }?.value }
}

/// Why a text is not YAML that we read, and where.
package struct YAMLError: Error, Sendable, CustomStringConvertible {
  package let line: Int
  package let column: Int
  package let reason: String

  package init(line: Int, column: Int, reason: String) {
    self.line = line
    self.column = column
    self.reason = reason
  }

  package init(_ node: YAMLNode, _ reason: String) {
    self.init(line: node.line, column: node.column, reason: reason)
  }

  /// Nobody knows a member of this name; those that are known and near are named.
  ///
  /// - Parameter elsewhere: what may have been meant when nothing of `known` is near.
  package static func unknownMember(_ name: YAMLNode, known: [String], elsewhere: [String] = []) -> YAMLError {
    let word = name.text ?? ""
    let hint =
      NearestWord.hint(for: word, among: known) ?? NearestWord.hint(for: word, among: elsewhere)
      ?? "known here: \(known.joined(separator: ", "))"
    let start = String(String.UnicodeScalarView(word.unicodeScalars.prefix(48)))
    return YAMLError(name, "unknown key \(start.utf8.count < word.utf8.count ? start + "…" : word); \(hint)")
  }

  package var description: String { "\(line):\(column): \(reason)" }
}
