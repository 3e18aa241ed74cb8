import StdioProxy

/// Puts our program in front of a server's own in a settings file, byte by byte: the program is replaced, words are
/// inserted before the arguments, and nothing else changes.
///
/// The server's program moves among the arguments as it is written, so that taking it out again restores its very bytes.
struct EntryWrapper {
  let format: SettingsFormat
  let text: [UInt8]

  /// What was done to an entry, as far as it cannot be read from the entry itself.
  struct Trace: Sendable, Equatable {
    /// The program as it was written; nil when program and arguments are one list.
    var command: [UInt8]?
    /// What was inserted before the first argument.
    var inserted: [UInt8]
    var arguments: Arguments

    enum Arguments: Sendable, Equatable {
      /// There was a list, and words were put at its start.
      case extended
      /// There was no such member, and one was added right behind the program.
      case added
      /// There was null, written like this.
      case replaced([UInt8])
    }
  }

  private var layout: TextLayout { TextLayout(text: text) }

  /// The edits that wrap one server.
  ///
  /// - Parameters:
  ///   - program: ours, by its whole path.
  ///   - words: our words before the server's program.
  /// - Throws: when the entry is written in a form that is not edited, with its place.
  func edits(
    _ process: ProcessLaunch, program: String, words: [String]
  ) throws(SettingsProblem) -> (edits: [TextEdit], trace: Trace) {
    let ours = words.map { TextLiteral.write($0, as: format) }
    let programLiteral = TextLiteral.write(program, as: format)
    switch process.form {
    case .list(let list):
      guard list.isFlow || format == .yaml, let first = process.words.first, first.range != nil else {
        throw notEditable(list.start)
      }
      let insertion = try insertion([programLiteral] + ours, before: process.words, of: list)
      return ([insertion], Trace(command: nil, inserted: insertion.replacement, arguments: .extended))
    case .split(let command, let arguments):
      guard let commandRange = command.value.range else { throw notEditable(command.value.start) }
      let commandLiteral = Array(text[commandRange])
      let moved = ours + [try movable(command.value, commandLiteral)]
      let change = TextEdit(commandRange, programLiteral)
      guard let arguments else {
        let added = try added(moved, behind: command, in: process.table)
        return ([change, added], Trace(command: commandLiteral, inserted: added.replacement, arguments: .added))
      }
      if arguments.value.isNull {
        let (edit, old) = try replacement(ofNull: arguments, by: moved)
        return ([change, edit], Trace(command: commandLiteral, inserted: edit.replacement, arguments: .replaced(old)))
      }
      let insertion = try insertion(moved, before: Array(process.words.dropFirst()), of: arguments.value)
      return (
        [change, insertion], Trace(command: commandLiteral, inserted: insertion.replacement, arguments: .extended)
      )
    }
  }

  private func notEditable(_ offset: Int) -> SettingsProblem {
    SettingsProblem("this is written in a form that is not edited by programs", at: offset, in: text)
  }

  /// The program as an element of a list. In YAML a word may be plain as a value and not inside brackets.
  private func movable(_ node: SettingsNode, _ literal: [UInt8]) throws(SettingsProblem) -> [UInt8] {
    guard format == .yaml, let value = node.text else { return literal }
    let isQuoted = literal.first == UInt8(ascii: "\"") || literal.first == UInt8(ascii: "'")
    return isQuoted ? literal : TextLiteral.write(value, as: .yaml)
  }

  // MARK: Lists

  private func insertion(
    _ literals: [[UInt8]], before elements: [SettingsNode], of list: SettingsNode
  ) throws(SettingsProblem) -> TextEdit {
    guard let first = elements.first else {
      // `[]`, with or without space and comments inside.
      guard list.isFlow, list.range != nil else { throw notEditable(list.start) }
      return TextEdit(at: list.start + 1, insert: join(literals, Array(", ".utf8)))
    }
    guard first.range != nil else { throw notEditable(first.start) }
    guard list.isFlow else {
      let separator = try blockSeparator(before: first.start)
      return TextEdit(at: first.start, insert: join(literals, separator) + separator)
    }
    if let indentation = layout.indentation(before: first.start) {
      // Elements on lines of their own: ours take one line together.
      let behind = [UInt8(ascii: ",")] + layout.lineEnd(near: first.start) + indentation
      return TextEdit(at: first.start, insert: join(literals, Array(", ".utf8)) + behind)
    }
    let isCompact = elements.count > 1 && isComma(between: first, and: elements[1])
    let separator = Array((isCompact ? "," : ", ").utf8)
    return TextEdit(at: first.start, insert: join(literals, separator) + separator)
  }

  private func isComma(between left: SettingsNode, and right: SettingsNode) -> Bool {
    guard let end = left.end, end < right.start, right.start <= text.count else { return false }
    return text[end..<right.start].elementsEqual([UInt8(ascii: ",")])
  }

  private func join(_ literals: [[UInt8]], _ separator: [UInt8]) -> [UInt8] {
    Array(literals.joined(separator: separator))
  }

  /// A line end, the indentation of a YAML list's dashes, and a dash with what stands behind it.
  private func blockSeparator(before element: Int) throws(SettingsProblem) -> [UInt8] {
    let start = layout.lineStart(of: element)
    var dash = element
    while dash > start, text[dash - 1] == 0x20 { dash -= 1 }
    guard dash > start, text[dash - 1] == UInt8(ascii: "-"), element > dash else { throw notEditable(element) }
    dash -= 1
    guard text[start..<dash].allSatisfy({ $0 == 0x20 }) else { throw notEditable(element) }
    return layout.lineEnd(near: element) + text[start..<element]
  }

  // MARK: Missing arguments

  /// A new member with arguments, right behind the program.
  private func added(
    _ literals: [[UInt8]], behind command: SettingsMember, in table: SettingsNode
  ) throws(SettingsProblem) -> TextEdit {
    guard let end = command.value.end else { throw notEditable(command.value.start) }
    let list = Array("[".utf8) + join(literals, Array(", ".utf8)) + Array("]".utf8)
    let key = name(like: command)
    let indentation = layout.indentation(before: command.keyStart)
    // Between name and value whatever the program's member has: `: `, ` = `.
    let assignment = text[command.nameRange.upperBound..<command.value.start]
    guard assignment.allSatisfy({ [0x20, 0x09, UInt8(ascii: ":"), UInt8(ascii: "=")].contains($0) }) else {
      throw notEditable(command.value.start)
    }
    let comma: [UInt8] = table.isFlow ? [UInt8(ascii: ",")] : []
    let space: [UInt8]
    if let indentation {
      space = layout.lineEnd(near: command.value.start) + indentation
    } else if table.isFlow {
      space = [0x20]
    } else if format == .yaml {
      // `- cmd: x`: the other members stand under the first one.
      let width = SettingsPlace(offset: command.keyStart, in: text).column - 1
      space = layout.lineEnd(near: command.value.start) + [UInt8](repeating: 0x20, count: width)
    } else {
      throw notEditable(command.keyStart)
    }
    return TextEdit(at: end, insert: comma + space + key + Array(assignment) + list)
  }

  /// The name `args`, quoted and prefixed as the program's name is.
  private func name(like command: SettingsMember) -> [UInt8] {
    let prefix = text[command.keyStart..<command.nameRange.lowerBound]
    let first = text[command.nameRange.lowerBound]
    let isQuoted = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    let quote: [UInt8] = isQuoted ? [first] : []
    return Array(prefix) + quote + Array("args".utf8) + quote
  }

  private func replacement(
    ofNull arguments: SettingsMember, by literals: [[UInt8]]
  ) throws(SettingsProblem) -> (TextEdit, [UInt8]) {
    guard let range = arguments.value.range else { throw notEditable(arguments.value.start) }
    let old = Array(text[range])
    // YAML's nothing begins right behind the colon.
    let needsSpace = range.lowerBound > 0 && text[range.lowerBound - 1] == UInt8(ascii: ":") && format == .yaml
    let opening = Array((needsSpace ? " [" : "[").utf8)
    let list = opening + join(literals, Array(", ".utf8)) + Array("]".utf8)
    return (TextEdit(range, list), old)
  }
}
