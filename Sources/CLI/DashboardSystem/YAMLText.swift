import YAML

/// The bytes of a YAML document without a byte order mark, and the places in it. All edits give new texts, which the
/// caller has to check.
struct YAMLText {
  let bytes: [UInt8]

  static func quoted(_ text: String) -> String { String(decoding: TextLiteral.write(text, as: .yaml), as: UTF8.self) }

  private var lineEnd: [UInt8] { ConfigurationEditor.usualLineEnd(of: bytes) }

  // MARK: Adding

  /// Adds a member to a mapping: behind its last one, or as the first between braces.
  func inserting(_ lines: [(depth: Int, text: String)], _ inline: String, into mapping: YAMLNode) -> [[UInt8]] {
    guard let start = offset(of: mapping) else { return [] }
    if bytes[start] == UInt8(ascii: "{") {
      let separator = mapping.members?.isEmpty == true ? "" : ", "
      return [bytes[...start] + Array((inline + separator).utf8) + bytes[(start + 1)...]]
    }
    guard let last = mapping.members?.last else { return [] }
    return [adding(lines, indentation: last.name.column - 1, behind: blockEnd(of: last.name))]
  }

  /// Gives a name that has no value yet a mapping.
  func filling(_ name: YAMLNode, with lines: [(depth: Int, text: String)], _ inline: String) -> [[UInt8]] {
    guard let start = offset(of: name) else { return [] }
    var end = start
    while end < bytes.count, TextPosition.lineEnd(at: end, in: bytes) == 0 { end += 1 }
    return [adding(lines, indentation: name.column + 1, behind: end)]
  }

  /// Puts lines behind the line whose content ends at `end`.
  private func adding(_ lines: [(depth: Int, text: String)], indentation: Int, behind end: Int) -> [UInt8] {
    let added = lines.map { line in
      [UInt8](repeating: 0x20, count: indentation + 2 * line.depth) + Array(line.text.utf8)
    }
    let length = end < bytes.count ? TextPosition.lineEnd(at: end, in: bytes) : 0
    let joined = Array(added.joined(separator: lineEnd))
    if length == 0 { return bytes[..<end] + lineEnd + joined + bytes[end...] }
    return bytes[..<(end + length)] + joined + bytes[end..<(end + length)] + bytes[(end + length)...]
  }

  // MARK: Changing

  /// Puts a literal in the place of a value that stands on its name's line.
  func replacing(_ value: YAMLNode, of name: YAMLNode, by literal: String) -> [[UInt8]] {
    if let start = offset(of: value), let end = valueEnd(value, from: start), end > start {
      return [bytes[..<start] + Array(literal.utf8) + bytes[end...]]
    }
    // Nothing stands behind the name.
    guard value.text == "", let start = offset(of: name),
      let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":"))
    else { return [] }
    return [bytes[...colon] + Array((" " + literal).utf8) + bytes[(colon + 1)...]]
  }

  /// Puts a literal in the place of a value that is written as a block. Comments that stand alone stay.
  func replacingLines(of name: YAMLNode, by literal: String) -> [[UInt8]] {
    guard let start = offset(of: name), let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")) else { return [] }
    let end = blockEnd(of: name)
    let first = lineEndOffset(from: colon)
    guard first < end else { return [] }
    let kept = comments(in: first..<end)
    return [bytes[...colon] + Array((" " + literal).utf8) + bytes[(colon + 1)..<first] + kept + bytes[end...]]
  }

  /// Makes a list that is written as a block hold these texts: entries that stay keep their lines, and their comments.
  func editing(_ elements: [YAMLNode], of list: YAMLNode, to words: [String]) -> [UInt8]? {
    guard let start = offset(of: list), bytes[start] == UInt8(ascii: "-"), let last = elements.last else { return nil }
    let wanted = Set(words.map { Array($0.utf8) })
    let known = Set(elements.map { Array(($0.text ?? "").utf8) })
    var result = bytes
    let end = lineEndOffset(from: offset(of: last) ?? bytes.count)
    let added = words.filter { !known.contains(Array($0.utf8)) }.map {
      [UInt8](repeating: 0x20, count: list.column - 1) + Array("- \(Self.quoted($0))".utf8)
    }
    for line in added.reversed() { result.replaceSubrange(end..<end, with: lineEnd + line) }
    // From the end, so that earlier places hold.
    for element in elements.reversed() where !wanted.contains(Array((element.text ?? "").utf8)) {
      guard element.text != nil, let at = offset(of: element) else { return nil }
      let from = lineStart(of: at)
      let to = lineEndOffset(from: at)
      result.removeSubrange(from..<min(result.count, to + max(1, TextPosition.lineEnd(at: to, in: bytes))))
    }
    return result
  }

  // MARK: Removing

  /// Takes a member out of a mapping. A comment behind its value stays, on a line of its own.
  func removing(member place: Int, of mapping: YAMLNode) -> [[UInt8]] {
    guard let members = mapping.members, let start = offset(of: members[place].name) else { return [] }
    if let open = offset(of: mapping), bytes[open] == UInt8(ascii: "{") {
      guard let value = offset(of: members[place].value), let end = valueEnd(members[place].value, from: value) else {
        return []
      }
      return withoutEntry(start..<end)
    }
    let from = lineStart(of: start)
    // The first key of a list's entry shares its line with the dash.
    guard bytes[from..<start].allSatisfy({ $0 == 0x20 }) else { return [] }
    let end = blockEnd(of: members[place].name)
    let next = min(bytes.count, end + TextPosition.lineEnd(at: end, in: bytes))
    let first = lineEndOffset(from: start)
    var kept: [UInt8] = []
    if let comment = trailingComment(members[place].value, until: first) {
      kept = bytes[from..<start] + comment + lineEnd
    }
    if first < end {
      kept += comments(in: first..<end).drop { $0 == 0x0A || $0 == 0x0D }
      if let last = kept.last, last != 0x0A { kept += lineEnd }
    }
    let removed = bytes[..<from] + kept + bytes[next...]
    guard members.count == 1 else { return [Array(removed)] }
    // A mapping must not become nothing: `name: {}`, when it is the value of a name on the line before.
    let before = bytes[..<from].lastIndex(of: UInt8(ascii: ":"))
    let braced = before.map { bytes[...$0] + Array(" {}".utf8) + bytes[($0 + 1)..<from] + kept + bytes[next...] }
    return [Array(removed)] + (braced.map { [Array($0)] } ?? [])
  }

  /// Takes an entry out of a list.
  func removing(element index: Int, of list: YAMLNode) -> [[UInt8]] {
    guard let elements = list.elements, let start = offset(of: list), let at = offset(of: elements[index]) else {
      return []
    }
    guard bytes[start] == UInt8(ascii: "-") else {
      guard let end = valueEnd(elements[index], from: at) else { return [] }
      return withoutEntry(at..<end)
    }
    guard let dash = bytes[..<at].lastIndex(of: UInt8(ascii: "-")) else { return [] }
    let from = lineStart(of: dash)
    let end = contentEnd(from: dash, indentation: list.column - 1)
    let next = min(bytes.count, end + TextPosition.lineEnd(at: end, in: bytes))
    let removed = Array(bytes[..<from] + bytes[next...])
    guard elements.count == 1, let colon = bytes[..<from].lastIndex(of: UInt8(ascii: ":")) else { return [removed] }
    return [Array(bytes[...colon] + Array(" []".utf8) + bytes[(colon + 1)..<from] + bytes[next...]), removed]
  }

  /// Without a piece of a flow collection and the comma that parts it from its neighbour.
  private func withoutEntry(_ range: Range<Int>) -> [[UInt8]] {
    var (from, to) = (range.lowerBound, range.upperBound)
    while to < bytes.count, bytes[to] == 0x20 { to += 1 }
    if to < bytes.count, bytes[to] == UInt8(ascii: ",") {
      to += 1
      while to < bytes.count, bytes[to] == 0x20 { to += 1 }
    } else {
      while from > 0, bytes[from - 1] == 0x20 { from -= 1 }
      if from > 0, bytes[from - 1] == UInt8(ascii: ",") { from -= 1 }
      to = range.upperBound
    }
    return [Array(bytes[..<from] + bytes[to...])]
  }

  // MARK: Places

  private func offset(of node: YAMLNode) -> Int? {
    TextPosition.offset(line: node.line, column: node.column, in: bytes)
  }

  private func lineStart(of offset: Int) -> Int {
    var start = offset
    while start > 0, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
    return start
  }

  private func lineEndOffset(from offset: Int) -> Int {
    var end = offset
    while end < bytes.count, TextPosition.lineEnd(at: end, in: bytes) == 0 { end += 1 }
    return end
  }

  /// Where a scalar or a flow collection ends; nil for a block.
  private func valueEnd(_ node: YAMLNode, from start: Int) -> Int? {
    switch bytes[start] {
    case UInt8(ascii: "["), UInt8(ascii: "{"): return flowEnd(from: start)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return quotedEnd(from: start)
    default:
      guard let text = node.text, !text.isEmpty, bytes[start...].starts(with: text.utf8) else { return nil }
      return start + text.utf8.count
    }
  }

  private func quotedEnd(from start: Int) -> Int? {
    let mark = bytes[start]
    var index = start + 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), mark == UInt8(ascii: "\"") {
        index += 2
        continue
      }
      if bytes[index] == mark {
        // Two single marks are one.
        guard mark == UInt8(ascii: "'"), index + 1 < bytes.count, bytes[index + 1] == mark else { return index + 1 }
        index += 1
      }
      index += 1
    }
    return nil
  }

  private func flowEnd(from start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = quotedEnd(from: index) else { return nil }
        index = end - 1
      case UInt8(ascii: "#") where index > 0 && (bytes[index - 1] == 0x20 || bytes[index - 1] == 0x0A):
        index = lineEndOffset(from: index)
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The end of what belongs to a name: its last line that is neither empty nor a comment.
  private func blockEnd(of name: YAMLNode) -> Int {
    guard let start = offset(of: name) else { return bytes.count }
    return contentEnd(from: start, indentation: name.column - 1)
  }

  /// The end of the last line of content that is indented by more, or is an entry of a list under a name.
  private func contentEnd(from start: Int, indentation: Int) -> Int {
    var end = lineEndOffset(from: start)
    let isEntry = bytes[start] == UInt8(ascii: "-")
    var next = end + TextPosition.lineEnd(at: end, in: bytes)
    while next < bytes.count {
      let stop = lineEndOffset(from: next)
      let content = bytes[next..<stop].firstIndex { $0 != 0x20 && $0 != 0x09 }
      if let content, bytes[content] != UInt8(ascii: "#") {
        let column = content - next
        let isListBelow = column == indentation && bytes[content] == UInt8(ascii: "-") && !isEntry
        guard column > indentation || isListBelow else { break }
        end = stop
      }
      guard stop < bytes.count else { break }
      next = stop + max(1, TextPosition.lineEnd(at: stop, in: bytes))
    }
    return end
  }

  /// Lines that are comments only, each with the line end before it.
  private func comments(in range: Range<Int>) -> [UInt8] {
    var kept: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let start = index + max(1, TextPosition.lineEnd(at: index, in: bytes))
      let stop = start < bytes.count ? lineEndOffset(from: start) : bytes.count
      if start < stop, let content = bytes[start..<stop].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
        bytes[content] == UInt8(ascii: "#")
      {
        kept += lineEnd + bytes[start..<stop]
      }
      index = max(stop, index + 1)
    }
    return kept
  }

  private func trailingComment(_ value: YAMLNode, until end: Int) -> [UInt8]? {
    guard let start = offset(of: value), start < end, let stop = valueEnd(value, from: start), stop < end,
      let mark = bytes[stop..<end].firstIndex(of: UInt8(ascii: "#"))
    else { return nil }
    return Array(bytes[mark..<end])
  }
}
