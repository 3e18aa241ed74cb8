/// Reads TOML 1.0 (toml.io/en/v1.0.0) with the place of every value. What it does not read exactly, it refuses.
///
/// Linear in the text, apart from one lookup of a name for each key. Inline nesting is limited to 64.
enum TOMLReader {
  static func read(_ text: [UInt8]) throws(SettingsProblem) -> SettingsNode {
    var parser = TOMLParser(text: text)
    return try parser.document()
  }
}

/// One pass over the expressions of a document.
struct TOMLParser {
  var cursor: TOMLCursor
  private let root = TOMLTable(kind: .header, start: 0)

  private static let maximumDepth = 64

  init(text: [UInt8]) { cursor = TOMLCursor(text: text) }

  mutating func document() throws(SettingsProblem) -> SettingsNode {
    if cursor.text.starts(with: TextPosition.byteOrderMark) { cursor.index = 3 }
    var current = root
    while true {
      cursor.skipBlanks()
      if let byte = cursor.byte {
        switch byte {
        case UInt8(ascii: "["): current = try header()
        case UInt8(ascii: "#"), 0x0A, 0x0D: break
        default: try keyValue(into: current, depth: 0)
        }
      }
      guard try cursor.endLine() else { return root.node }
    }
  }

  // MARK: Headers

  private mutating func header() throws(SettingsProblem) -> TOMLTable {
    let start = cursor.index
    cursor.index += 1
    let isArray = cursor.take(UInt8(ascii: "["))
    cursor.skipBlanks()
    let key = try cursor.key()
    cursor.skipBlanks()
    guard cursor.take(UInt8(ascii: "]")), !isArray || cursor.take(UInt8(ascii: "]")) else {
      throw cursor.problem("a table's name ends with ']'")
    }
    var table = root
    for part in key.dropLast() { table = try table.descend(part, in: cursor) }
    guard let last = key.last else { throw cursor.problem("a name is missing") }
    return isArray
      ? try table.appendTable(last, start: start, in: cursor) : try table.openTable(last, start: start, in: cursor)
  }

  // MARK: Values

  private mutating func keyValue(into table: TOMLTable, depth: Int) throws(SettingsProblem) {
    let key = try cursor.key()
    cursor.skipBlanks()
    guard cursor.take(UInt8(ascii: "=")) else { throw cursor.problem("'=' is missing behind the key") }
    cursor.skipBlanks()
    let value = try value(depth: depth)
    var target = table
    for part in key.dropLast() { target = try target.descendDotted(part, in: cursor) }
    guard let last = key.last else { throw cursor.problem("a name is missing") }
    try target.add(last, keyStart: key[0].range.lowerBound, .value(value), in: cursor)
  }

  private mutating func value(depth: Int) throws(SettingsProblem) -> SettingsNode {
    guard depth < Self.maximumDepth else { throw cursor.problem("nested too deep") }
    let start = cursor.index
    switch cursor.byte {
    case UInt8(ascii: "\"")?, UInt8(ascii: "'")?:
      let text = try cursor.stringValue()
      return SettingsNode(value: .text(text), start: start, end: cursor.index)
    case UInt8(ascii: "[")?: return try array(depth: depth)
    case UInt8(ascii: "{")?: return try inlineTable(depth: depth)
    default:
      let literal = try cursor.literal()
      return SettingsNode(value: .literal(literal), start: start, end: cursor.index)
    }
  }

  private mutating func array(depth: Int) throws(SettingsProblem) -> SettingsNode {
    let start = cursor.index
    cursor.index += 1
    var elements: [SettingsNode] = []
    while true {
      try cursor.skipLines()
      if cursor.take(UInt8(ascii: "]")) { break }
      elements.append(try value(depth: depth + 1))
      try cursor.skipLines()
      if cursor.take(UInt8(ascii: ",")) { continue }
      guard cursor.take(UInt8(ascii: "]")) else { throw cursor.problem("',' or ']' is missing in an array") }
      break
    }
    return SettingsNode(value: .list(elements), start: start, end: cursor.index)
  }

  private mutating func inlineTable(depth: Int) throws(SettingsProblem) -> SettingsNode {
    let start = cursor.index
    cursor.index += 1
    let table = TOMLTable(kind: .inline, start: start)
    cursor.skipBlanks()
    if !cursor.take(UInt8(ascii: "}")) {
      while true {
        cursor.skipBlanks()
        try keyValue(into: table, depth: depth + 1)
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: ",")) { continue }
        guard cursor.take(UInt8(ascii: "}")) else { throw cursor.problem("',' or '}' is missing in an inline table") }
        break
      }
    }
    var node = table.node
    node.start = start
    node.end = cursor.index
    node.isFlow = true
    return node
  }
}
