/// A table while it is read: TOML lets its parts stand all over the file.
final class TOMLTable {
  enum Kind {
    /// `[name]`, `[[name]]` or the document itself.
    case header
    /// Made because a longer name was read first; its own header may still come.
    case implicit
    /// Made by `a.b = 1`; only such keys of the same table may add to it.
    case dotted
    /// `{ }`: complete as it stands.
    case inline
  }

  enum Value {
    case value(SettingsNode)
    case table(TOMLTable)
    case tables([TOMLTable])
  }

  private(set) var kind: Kind
  private var start: Int
  private var members: [(name: TOMLKeyPart, keyStart: Int, value: Value)] = []
  private var places: [[UInt8]: Int] = [:]

  init(kind: Kind, start: Int) {
    self.kind = kind
    self.start = start
  }

  func add(_ name: TOMLKeyPart, keyStart: Int, _ value: Value, in cursor: TOMLCursor) throws(SettingsProblem) {
    guard places[name.bytes] == nil else { throw cursor.problem("duplicate key", at: name.range.lowerBound) }
    places[name.bytes] = members.count
    members.append((name, keyStart, value))
  }

  /// The table of one part of a header's name, other than the last.
  func descend(_ name: TOMLKeyPart, in cursor: TOMLCursor) throws(SettingsProblem) -> TOMLTable {
    switch existing(name) {
    case .table(let table)? where table.kind != .inline: return table
    case .tables(let tables)?:
      if let last = tables.last { return last }
    case nil:
      let table = TOMLTable(kind: .implicit, start: name.range.lowerBound)
      try add(name, keyStart: name.range.lowerBound, .table(table), in: cursor)
      return table
    default: break
    }
    throw cursor.problem("this name is not a table's", at: name.range.lowerBound)
  }

  /// The table of one part of a dotted key, other than the last.
  func descendDotted(_ name: TOMLKeyPart, in cursor: TOMLCursor) throws(SettingsProblem) -> TOMLTable {
    switch existing(name) {
    case .table(let table)? where table.kind == .dotted: return table
    case nil:
      let table = TOMLTable(kind: .dotted, start: name.range.lowerBound)
      try add(name, keyStart: name.range.lowerBound, .table(table), in: cursor)
      return table
    default: throw cursor.problem("this name cannot be added to here", at: name.range.lowerBound)
    }
  }

  /// `[name]`.
  func openTable(_ name: TOMLKeyPart, start: Int, in cursor: TOMLCursor) throws(SettingsProblem) -> TOMLTable {
    switch existing(name) {
    case .table(let table)? where table.kind == .implicit:
      table.kind = .header
      table.start = start
      return table
    case nil:
      let table = TOMLTable(kind: .header, start: start)
      try add(name, keyStart: name.range.lowerBound, .table(table), in: cursor)
      return table
    default: throw cursor.problem("duplicate table", at: name.range.lowerBound)
    }
  }

  /// `[[name]]`.
  func appendTable(_ name: TOMLKeyPart, start: Int, in cursor: TOMLCursor) throws(SettingsProblem) -> TOMLTable {
    let table = TOMLTable(kind: .header, start: start)
    switch existing(name) {
    case .tables(let tables)?:
      guard let place = places[name.bytes] else { break }
      members[place].value = .tables(tables + [table])
      return table
    case nil:
      try add(name, keyStart: name.range.lowerBound, .tables([table]), in: cursor)
      return table
    default: break
    }
    throw cursor.problem("this name is not an array of tables", at: name.range.lowerBound)
  }

  /// What was read, as it stands.
  var node: SettingsNode {
    let members = members.map { name, keyStart, value in
      SettingsMember(name: name.text, nameRange: name.range, keyStart: keyStart, value: Self.node(value))
    }
    return SettingsNode(value: .table(members), start: start, end: nil, isFlow: false)
  }

  private static func node(_ value: Value) -> SettingsNode {
    switch value {
    case .value(let node): node
    case .table(let table): table.node
    case .tables(let tables):
      SettingsNode(value: .list(tables.map(\.node)), start: tables.first?.start ?? 0, end: nil, isFlow: false)
    }
  }

  private func existing(_ name: TOMLKeyPart) -> Value? { places[name.bytes].map { members[$0].value } }
}

/// One part of a key, between points.
struct TOMLKeyPart {
  let text: String
  /// With quotation marks.
  let range: Range<Int>

  var bytes: [UInt8] { Array(text.utf8) }
}
