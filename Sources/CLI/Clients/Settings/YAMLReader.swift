import YAML

/// Reads YAML through libyaml and finds the bytes of what it says. libyaml tells where a value begins; where it ends is
/// found here, for the forms that programs edit: texts on one line, lists of such texts.
enum YAMLReader {
  static func read(_ text: [UInt8]) throws(SettingsProblem) -> SettingsNode {
    let shift = text.starts(with: TextPosition.byteOrderMark) ? 3 : 0
    let documents: [YAMLNode]
    do throws(YAMLError) {
      documents = try YAMLParser.documents(shift == 0 ? text : Array(text.dropFirst(shift)))
    } catch {
      throw SettingsProblem(line: error.line, column: error.column, reason: error.reason)
    }
    guard documents.count <= 1 else {
      throw SettingsProblem(
        line: documents[1].line, column: documents[1].column, reason: "more than one document in the file")
    }
    guard let document = documents.first else {
      return SettingsNode(value: .table([]), start: text.count, end: nil, isFlow: false)
    }
    return YAMLPlaces(text: text, shift: shift).node(document)
  }
}

/// Turns libyaml's lines and columns into offsets.
private struct YAMLPlaces {
  let text: [UInt8]
  private let lineStarts: [Int]

  init(text: [UInt8], shift: Int) {
    self.text = text
    var starts = [shift]
    var index = shift
    while index < text.count {
      let length = TextPosition.lineEnd(at: index, in: text)
      index += max(1, length)
      if length > 0 { starts.append(index) }
    }
    lineStarts = starts
  }

  func node(_ yaml: YAMLNode) -> SettingsNode {
    let start = offset(of: yaml)
    switch yaml.value {
    case .scalar(let value, let isQuoted):
      let end = scalarEnd(value, isQuoted: isQuoted, from: start)
      return SettingsNode(value: meaning(value, isQuoted: isQuoted), start: start, end: end)
    case .sequence(let elements):
      let nodes = elements.map { node($0) }
      guard byte(start) == UInt8(ascii: "[") else {
        return SettingsNode(value: .list(nodes), start: start, end: nodes.last?.end, isFlow: false)
      }
      return SettingsNode(value: .list(nodes), start: start, end: closing(UInt8(ascii: "]"), start, nodes.map(\.end)))
    case .mapping(let pairs):
      let members = pairs.map { name, value in
        let place = offset(of: name)
        let end = scalarEnd(name.text ?? "", isQuoted: isQuoted(name), from: place) ?? place
        return SettingsMember(
          name: name.text ?? "", nameRange: place..<end, keyStart: place, value: node(value))
      }
      let isFlow = byte(start) == UInt8(ascii: "{")
      return SettingsNode(value: .table(members), start: start, end: nil, isFlow: isFlow)
    }
  }

  private func byte(_ index: Int) -> UInt8? { text.indices.contains(index) ? text[index] : nil }

  private func isQuoted(_ node: YAMLNode) -> Bool {
    if case .scalar(_, let isQuoted) = node.value { isQuoted } else { false }
  }

  private func offset(of node: YAMLNode) -> Int {
    guard lineStarts.indices.contains(node.line - 1) else { return text.count }
    var index = lineStarts[node.line - 1]
    var column = 1
    while column < node.column, index < text.count {
      index += 1
      while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
      column += 1
    }
    return index
  }

  /// The core schema's words for nothing and for truth; the rest counts as text, whatever a client makes of it.
  private func meaning(_ value: String, isQuoted: Bool) -> SettingsNode.Value {
    guard !isQuoted else { return .text(value) }
    return switch value {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE", "false", "False", "FALSE": .literal(value.lowercased())
    default: .text(value)
    }
  }

  /// Where a text on one line ends. Nil for the others, and for those with a tag or an anchor.
  private func scalarEnd(_ value: String, isQuoted: Bool, from start: Int) -> Int? {
    guard isQuoted else {
      let end = start + value.utf8.count
      guard end <= text.count, text[start..<end].elementsEqual(value.utf8) else { return nil }
      return end
    }
    guard let quote = byte(start), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    var index = start + 1
    while let current = byte(index), TextPosition.lineEnd(at: index, in: text) == 0 {
      if current == quote {
        // '' is a quotation mark inside single ones.
        guard quote == UInt8(ascii: "'"), byte(index + 1) == quote else { return index + 1 }
        index += 2
      } else {
        // A backslash may escape a line end, which the loop is to see.
        let isEscape = current == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"")
        index += isEscape && TextPosition.lineEnd(at: index + 1, in: text) == 0 ? 2 : 1
      }
    }
    return nil
  }

  /// The offset behind the bracket that ends a list, with nothing but space, comments and one comma before it. Nil when
  /// the end of its last element is not known.
  private func closing(_ bracket: UInt8, _ start: Int, _ ends: [Int?]) -> Int? {
    guard ends.allSatisfy({ $0 != nil }) else { return nil }
    var index = ends.last.flatMap(\.self) ?? start + 1
    while let current = byte(index) {
      switch current {
      case bracket: return index + 1
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","): index += 1
      case UInt8(ascii: "#"):
        while index < text.count, TextPosition.lineEnd(at: index, in: text) == 0 { index += 1 }
      default: return nil
      }
    }
    return nil
  }
}
