import YAML

/// Sets or removes one value in the text of a config, and changes no other byte: comments, order, style and line ends
/// stay.
///
/// Where several texts might be right, the first is taken that says the same as before but for this value. What is
/// written in a form that none of them fits is refused.
struct ValueEdit {
  enum Step: Equatable {
    case key(String)
    /// Of a list, from 0.
    case index(Int)
  }

  enum Wish: Equatable {
    /// YAML on one line, as it is to be written.
    case scalar(String)
    /// Texts, each of which becomes an entry; an empty list is written `[]`.
    case list([String])
    case removed
  }

  let path: [Step]
  let wish: Wish

  /// - Throws: when the text is no YAML, or is written in a form that is not edited.
  func applied(to text: [UInt8], shownAs name: String) throws(ConfigurationProblems) -> [UInt8] {
    if text.starts(with: TextPosition.byteOrderMark) {
      return TextPosition.byteOrderMark + (try applied(to: Array(text.dropFirst(3)), shownAs: name))
    }
    let document = try Configuration.document(text, shownAs: name)
    for candidate in candidates(document, YAMLText(bytes: text)) {
      guard let after = try? Configuration.document(candidate, shownAs: name),
        isSame(after, document, butAt: path[...]), says(after)
      else { continue }
      return candidate
    }
    throw ConfigurationProblems(problems: [
      ConfigurationProblem(
        file: name, line: document.line, column: document.column,
        message: "\(pathWords) is written here in a form that is not edited by programs", hint: "edit it by hand")
    ])
  }

  private var pathWords: String {
    path.map { step in
      switch step {
      case .key(let key): key
      case .index(let index): "[\(index + 1)]"
      }
    }.joined(separator: ".")
  }

  // MARK: Candidates

  private func candidates(_ document: YAMLNode, _ text: YAMLText) -> [[UInt8]] {
    var node = document
    for (depth, step) in path.enumerated() {
      let isLast = depth == path.count - 1
      switch step {
      case .key(let key):
        guard let members = node.members else {
          // `agents:` with nothing behind it.
          return []
        }
        guard let place = members.firstIndex(where: { $0.name.text == key }) else {
          return wish == .removed ? [text.bytes] : text.inserting(lines(from: depth), inline(from: depth), into: node)
        }
        let next = members[place].value
        if isLast { return member(node, place, text) }
        if next.members == nil, next.elements == nil, next.text == "", wish != .removed {
          return text.filling(members[place].name, with: lines(from: depth + 1), inline(from: depth + 1))
        }
        node = next
      case .index(let index):
        guard let elements = node.elements, elements.indices.contains(index) else { return [] }
        if isLast { return wish == .removed ? text.removing(element: index, of: node) : [] }
        node = elements[index]
      }
    }
    return []
  }

  /// Changes or removes the member that the path names.
  private func member(_ mapping: YAMLNode, _ place: Int, _ text: YAMLText) -> [[UInt8]] {
    guard let members = mapping.members else { return [] }
    let (name, value) = members[place]
    switch wish {
    case .removed: return text.removing(member: place, of: mapping)
    case .scalar(let literal): return text.replacing(value, of: name, by: literal)
    case .list(let words):
      if !words.isEmpty, let elements = value.elements, let edited = text.editing(elements, of: value, to: words) {
        return [edited]
      }
      return text.replacing(value, of: name, by: Self.inlineList(words))
        + text.replacingLines(of: name, by: Self.inlineList(words))
    }
  }

  // MARK: What is written

  private var literal: String {
    switch wish {
    case .scalar(let literal): literal
    case .list(let words): Self.inlineList(words)
    case .removed: ""
    }
  }

  /// The rest of the path as a block, each line with its depth.
  private func lines(from depth: Int) -> [(depth: Int, text: String)] {
    let names = path[depth...].compactMap { step in
      if case .key(let key) = step { YAMLText.quoted(key) } else { nil }
    }
    return names.enumerated().map { index, name in
      (index, index == names.count - 1 ? "\(name): \(literal)" : "\(name):")
    }
  }

  /// The same on one line.
  private func inline(from depth: Int) -> String {
    let names = path[depth...].compactMap { step in
      if case .key(let key) = step { YAMLText.quoted(key) } else { nil }
    }
    return names.joined(separator: ": {") + ": " + literal + String(repeating: "}", count: max(0, names.count - 1))
  }

  static func inlineList(_ words: [String]) -> String {
    "[" + words.map(YAMLText.quoted).joined(separator: ", ") + "]"
  }

  // MARK: Checks

  /// Whether two documents say the same, apart from the value at a path.
  private func isSame(_ after: YAMLNode, _ before: YAMLNode, butAt path: ArraySlice<Step>) -> Bool {
    guard let step = path.first else { return true }
    let rest = path.dropFirst()
    switch step {
    case .key(let key):
      guard let new = after.members, let old = before.members else {
        // A mapping that lost its last member, or got its first.
        return (after.members == nil || after.members?.count == 1) && before.members?.count ?? 0 <= 1
      }
      let (left, right) = (new.filter { $0.name.text != key }, old.filter { $0.name.text != key })
      guard left.count == right.count,
        zip(left, right).allSatisfy({
          ConfigurationEditor.isSame($0.name, $1.name) && ConfigurationEditor.isSame($0.value, $1.value)
        })
      else { return false }
      guard let one = new.first(where: { $0.name.text == key })?.value,
        let other = old.first(where: { $0.name.text == key })?.value
      else { return true }
      return isSame(one, other, butAt: rest)
    case .index(let index):
      guard var old = before.elements, old.indices.contains(index) else { return false }
      if rest.isEmpty {
        old.remove(at: index)
        let new = after.elements ?? []
        return new.count == old.count && zip(new, old).allSatisfy { ConfigurationEditor.isSame($0, $1) }
      }
      guard let new = after.elements, new.count == old.count else { return false }
      return new.indices.allSatisfy { place in
        place == index
          ? isSame(new[place], old[place], butAt: rest) : ConfigurationEditor.isSame(new[place], old[place])
      }
    }
  }

  /// Whether a document says what is wished at the path.
  private func says(_ document: YAMLNode) -> Bool {
    var node: YAMLNode? = document
    for (depth, step) in path.enumerated() {
      switch step {
      case .key(let key): node = node?.members?.first { $0.name.text == key }?.value
      case .index(let index):
        // An entry that was removed left its place to the next one: that was compared already.
        if depth == path.count - 1 { return true }
        node = node?.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
      }
    }
    switch wish {
    case .removed: return node == nil
    case .list(let words):
      guard let elements = node?.elements, elements.count == words.count else { return false }
      return Set(elements.map { Array(($0.text ?? "").utf8) }) == Set(words.map { Array($0.utf8) })
    case .scalar: return node?.text != nil
    }
  }
}
