/// A value of a client's settings file, with the bytes that it stands in. One shape for JSON, TOML and YAML, so that what is
/// known about servers and edits is said once.
struct SettingsNode: Sendable {
  enum Value: Sendable {
    case text(String)
    /// A number, a truth value or a date, as it is written.
    case literal(String)
    case null
    case list([SettingsNode])
    case table([SettingsMember])
    /// Valid, and of no interest: it was not read into a tree.
    case skipped
  }

  var value: Value
  /// Offset of the first byte.
  var start: Int
  /// Offset behind the last byte. Nil when the value has no such place (a TOML table), or is written in a form that
  /// programs do not edit (a YAML text over several lines): it is read and never touched.
  var end: Int?
  /// A list in brackets, a table in braces.
  var isFlow = true
  /// Member names of this table that were there before, and where they stand. JSON readers disagree on what that means.
  var duplicates: [(name: String, offset: Int)] = []

  var range: Range<Int>? { end.map { start..<$0 } }

  var text: String? {
    if case .text(let text) = value { text } else { nil }
  }

  var literal: String? {
    if case .literal(let literal) = value { literal } else { nil }
  }

  var elements: [SettingsNode]? {
    if case .list(let elements) = value { elements } else { nil }
  }

  var members: [SettingsMember]? {
    if case .table(let members) = value { members } else { nil }
  }

  var isNull: Bool {
    if case .null = value { true } else { false }
  }

  /// The value of a member; names are compared byte by byte.
  subscript(_ name: String) -> SettingsNode? { member(name)?.value }

  func member(_ name: String) -> SettingsMember? {
    members?.first { $0.name.utf8.elementsEqual(name.utf8) }
  }
}

/// A named value.
struct SettingsMember: Sendable {
  var name: String
  /// Where the name stands, quotation marks included; of a dotted TOML key, its last part.
  var nameRange: Range<Int>
  /// Where the key begins: of a dotted TOML key, its first part.
  var keyStart: Int
  var value: SettingsNode
}

/// One step on the way from the top of a file to a value.
enum SettingsStep: Sendable, Hashable {
  case name(String)
  case index(Int)
}

extension SettingsNode {
  /// The value at the end of a path.
  subscript(_ path: some Sequence<SettingsStep>) -> SettingsNode? {
    var node = self
    for step in path {
      switch step {
      case .name(let name):
        guard let next = node[name] else { return nil }
        node = next
      case .index(let index):
        guard let elements = node.elements, elements.indices.contains(index) else { return nil }
        node = elements[index]
      }
    }
    return node
  }

  /// Whether two files say the same: values, order and names, wherever they stand. What was skipped must be equal byte by
  /// byte.
  ///
  /// - Parameter except: values of these paths may differ; each is a place in the left tree and in the right one.
  func saysSame(
    as other: SettingsNode, in text: [UInt8], and otherText: [UInt8], except paths: [[SettingsStep]] = []
  ) -> Bool {
    Comparison(text: text, otherText: otherText).isSame(self, other, paths.map { $0[...] })
  }
}

/// Holds two trees against each other.
private struct Comparison {
  let text: [UInt8]
  let otherText: [UInt8]

  func isSame(_ left: SettingsNode, _ right: SettingsNode, _ exceptions: [ArraySlice<SettingsStep>]) -> Bool {
    if exceptions.contains(where: \.isEmpty) { return true }
    switch (left.value, right.value) {
    case (.text(let one), .text(let other)), (.literal(let one), .literal(let other)):
      return one.utf8.elementsEqual(other.utf8)
    case (.null, .null): return true
    case (.skipped, .skipped):
      guard let one = left.range, let other = right.range else { return false }
      return text[one] == otherText[other]
    case (.list(let one), .list(let other)):
      guard one.count == other.count else { return false }
      return one.indices.allSatisfy { index in
        isSame(one[index], other[index], rest(exceptions, behind: .index(index)))
      }
    case (.table(let one), .table(let other)):
      // A member that may differ may also be missing on one side.
      let free = Set(exceptions.filter { $0.count == 1 }.compactMap(\.first))
      let (mine, theirs) = (
        one.filter { !free.contains(.name($0.name)) }, other.filter { !free.contains(.name($0.name)) }
      )
      guard mine.count == theirs.count else { return false }
      return zip(mine, theirs).allSatisfy { left, right in
        left.name.utf8.elementsEqual(right.name.utf8)
          && isSame(left.value, right.value, rest(exceptions, behind: .name(left.name)))
      }
    default: return false
    }
  }

  private func rest(
    _ exceptions: [ArraySlice<SettingsStep>], behind step: SettingsStep
  ) -> [ArraySlice<SettingsStep>] {
    exceptions.filter { $0.first == step }.map { $0.dropFirst() }
  }
}
