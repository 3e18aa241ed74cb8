import Audit
import Guard
import YAML

/// Adds entries to the end of a config's `rules`, and changes no other byte.
///
/// The result is read again before it is used: whatever the text looks like, it then says what it said before, and the
/// new entries behind it; else it is refused.
struct OverrideAppender {
  let overrides: [RuleOverride]
  /// What the comment on each new entry says; one word of ours.
  let origin: String

  /// Text with the entries, and the lines they stand on, counted from 1.
  struct Edited {
    var text: [UInt8]
    var lines: ClosedRange<Int>
  }

  /// - Throws: when the text is no valid config, or writes `rules` in a form that is not edited.
  func appending(
    to text: [UInt8], shownAs name: String, folders: UserFolders
  ) throws(ConfigurationProblems) -> Edited {
    if text.starts(with: TextPosition.byteOrderMark) {
      var edited = try appending(to: Array(text.dropFirst(3)), shownAs: name, folders: folders)
      edited.text = TextPosition.byteOrderMark + edited.text
      return edited
    }
    let file = "/" + PathResolver.name(of: name)
    let before = try Configuration.parse(text, file: file, shownAs: name, folders: folders)
    let document = try Configuration.document(text, shownAs: name)
    for candidate in candidates(document, text) {
      guard let after = try? Configuration.parse(candidate, file: file, shownAs: name, folders: folders),
        let edited = try? Configuration.document(candidate, shownAs: name), adds(edited, to: document),
        after.rules.map(\.override) == before.rules.map(\.override) + overrides
      else { continue }
      return Edited(text: candidate, lines: Self.changedLines(from: text, to: candidate))
    }
    let place = document.members?.first { $0.name.text == "rules" }?.name ?? document
    throw ConfigurationProblems(problems: [
      ConfigurationProblem(
        file: name, line: place.line, column: place.column,
        message: "the rules are written here in a form that is not edited by programs",
        hint: "add the exception by hand")
    ])
  }

  // MARK: Where

  /// Texts that may be right, the likeliest first.
  private func candidates(_ document: YAMLNode, _ text: [UInt8]) -> [[UInt8]] {
    guard let members = document.members,
      let start = TextPosition.offset(line: document.line, column: document.column, in: text)
    else { return [] }
    guard let index = members.firstIndex(where: { $0.name.text == "rules" }) else {
      if text[start] == UInt8(ascii: "{") {
        return [text[...start] + Array("rules: [\(inline)], ".utf8) + text[(start + 1)...]]
      }
      let indentation = document.column - 1
      let header = String(repeating: " ", count: indentation) + "rules:"
      return [inserting([header] + lines(indentedBy: indentation + 2), behind: text.count, in: text)]
    }
    let rules = members[index]
    var end = text.count
    if index + 1 < members.count {
      let next = members[index + 1].name
      end = TextPosition.offset(line: next.line, column: 1, in: text) ?? text.count
    }
    if let last = rules.value.elements?.last,
      let at = TextPosition.offset(line: rules.value.line, column: rules.value.column, in: text),
      text[at] != UInt8(ascii: "[")
    {
      guard let column = dashColumn(before: last, in: text) else { return [] }
      return [inserting(lines(indentedBy: column - 1), behind: contentEnd(before: end, in: text), in: text)]
    }
    if let elements = rules.value.elements { return inFlow(elements.isEmpty, before: end, text) }
    guard rules.value.text == "",
      let at = TextPosition.offset(line: rules.name.line, column: rules.name.column, in: text)
    else { return [] }
    var lineEnd = at
    while lineEnd < text.count, TextPosition.lineEnd(at: lineEnd, in: text) == 0 { lineEnd += 1 }
    return [inserting(lines(indentedBy: rules.name.column + 1), behind: lineEnd, in: text)]
  }

  /// Inside of the bracket that ends the list: one of the last before the next key.
  private func inFlow(_ isEmpty: Bool, before end: Int, _ text: [UInt8]) -> [[UInt8]] {
    let brackets = text[..<end].indices.reversed().filter { text[$0] == UInt8(ascii: "]") }.prefix(8)
    return brackets.flatMap { bracket in
      (isEmpty ? [""] : [", ", " "]).map { text[..<bracket] + Array(($0 + inline).utf8) + text[bracket...] }
    }
  }

  /// The column of the dash of a list's entry, when only spaces stand between.
  private func dashColumn(before node: YAMLNode, in text: [UInt8]) -> Int? {
    guard var index = TextPosition.offset(line: node.line, column: node.column, in: text) else { return nil }
    var column = node.column
    while index > 0, column > 1 {
      index -= 1
      column -= 1
      if text[index] == UInt8(ascii: "-") { return column }
      guard text[index] == UInt8(ascii: " ") else { return nil }
    }
    return nil
  }

  /// The end of the last line before `end` that is neither empty nor a comment.
  private func contentEnd(before end: Int, in text: [UInt8]) -> Int {
    var last = end
    var start = 0
    while start < end {
      var lineEnd = start
      while lineEnd < end, TextPosition.lineEnd(at: lineEnd, in: text) == 0 { lineEnd += 1 }
      let first = text[start..<lineEnd].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      if let first, first != UInt8(ascii: "#") { last = lineEnd }
      start = lineEnd + max(1, TextPosition.lineEnd(at: min(lineEnd, text.count), in: text))
    }
    return last
  }

  /// Puts lines behind the line that ends at `end`.
  private func inserting(_ lines: [String], behind end: Int, in text: [UInt8]) -> [UInt8] {
    let lineEnd = ConfigurationEditor.usualLineEnd(of: text)
    let added = lines.map { Array($0.utf8) }
    let length = end < text.count ? TextPosition.lineEnd(at: end, in: text) : 0
    if length > 0 {
      return text[..<(end + length)] + Array(added.joined(separator: lineEnd)) + lineEnd + text[(end + length)...]
    }
    // At the end of the file. A last line without an end stays the style of the file.
    let hasEnd = text.last == 0x0A || text.last == 0x0D
    return text + (hasEnd ? [] : lineEnd) + Array(added.joined(separator: lineEnd)) + (hasEnd ? lineEnd : [])
  }

  // MARK: What

  private func lines(indentedBy count: Int) -> [String] {
    let indentation = String(repeating: " ", count: count)
    return overrides.flatMap { override in
      members(override).enumerated().map { place, member in
        indentation + (place == 0 ? "- " : "  ") + "\(member.name): \(member.value)"
          + (place == 0 ? "  # \(origin)" : "")
      }
    }
  }

  private var inline: String {
    overrides.map { "{" + members($0).map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}" }
      .joined(separator: ", ")
  }

  private func members(_ override: RuleOverride) -> [(name: String, value: String)] {
    var members = [("id", quoted(override.rule))]
    if let action = override.action { members.append(("action", action.rawValue)) }
    if let agents = override.agents {
      members.append(("agents", "[" + agents.sorted().map { quoted($0.description) }.joined(separator: ", ") + "]"))
    }
    if let tools = override.tools {
      members.append(("tools", "[" + tools.names.map(quoted).joined(separator: ", ") + "]"))
    }
    if let direction = override.direction { members.append(("direction", direction.rawValue)) }
    if let until = override.until { members.append(("until", quoted(Moment.utc(until)))) }
    return members
  }

  private func quoted(_ text: String) -> String { String(decoding: TextLiteral.write(text, as: .yaml), as: UTF8.self) }

  // MARK: Checks

  private func adds(_ after: YAMLNode, to before: YAMLNode) -> Bool {
    guard let new = after.members, let old = before.members else { return false }
    let (left, right) = (new.filter { $0.name.text != "rules" }, old.filter { $0.name.text != "rules" })
    let isElsewhereSame =
      left.count == right.count
      && zip(left, right).allSatisfy {
        ConfigurationEditor.isSame($0.name, $1.name) && ConfigurationEditor.isSame($0.value, $1.value)
      }
    let entries = new.first { $0.name.text == "rules" }?.value.elements ?? []
    let earlier = old.first { $0.name.text == "rules" }?.value.elements ?? []
    return isElsewhereSame && entries.count == earlier.count + overrides.count
      && zip(entries, earlier).allSatisfy { ConfigurationEditor.isSame($0, $1) }
  }

  private static func changedLines(from old: [UInt8], to new: [UInt8]) -> ClosedRange<Int> {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let added = new.count - old.count
    func line(at offset: Int) -> Int { 1 + new.prefix(offset).count { $0 == 0x0A } }
    // What was added may begin with the same bytes as what follows it; lines are near enough for people.
    let first = new.indices.contains(head) && new[head] == 0x0A ? head + 1 : head
    return line(at: first)...max(line(at: first), line(at: max(head, head + added - 1)))
  }
}

extension Moment {
  /// RFC 3339 in UTC, to the second, rounded up.
  static func utc(_ moment: Int64) -> String {
    let seconds = moment / 1_000_000 + (moment % 1_000_000 > 0 ? 1 : 0)
    return String(Timestamp.text(seconds * 1_000_000).prefix(19)) + "Z"
  }
}
