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

  package var text: String? {
    if case .scalar(let text, _) = value { text } else { nil }
  }

  package var elements: [YAMLNode]? {
    if case .sequence(let elements) = value { elements } else { nil }
  }

  package var members: [(name: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let members) = value { members } else { nil }
  }
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

  package var description: String { "\(line):\(column): \(reason)" }
}
