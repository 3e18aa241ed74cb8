import StdioProxy

/// Takes our program out of a server's entry again: the server's own program comes back to its place, our words before the
/// arguments go, and whatever else has changed since stays.
struct EntryUnwrapper {
  let format: SettingsFormat
  let text: [UInt8]

  /// The edits that unwrap one server.
  ///
  /// - Parameters:
  ///   - invocation: what the entry says now.
  ///   - trace: what was done when it was wrapped; nil when nobody knows.
  /// - Throws: when the entry is written in a form that is not edited, with its place.
  func edits(
    _ process: ProcessLaunch, _ invocation: ProxyInvocation, trace: EntryWrapper.Trace?
  ) throws(SettingsProblem) -> [TextEdit] {
    // The server's program among the words.
    let place = process.words.count - invocation.arguments.count - 1
    guard place > 0, process.words.indices.contains(place) else { throw notEditable(process.table.start) }
    switch process.form {
    case .list(let list):
      guard let start = process.words.first?.start, list.end != nil else { throw notEditable(list.start) }
      return [TextEdit(start..<process.words[place].start, [])]
    case .split(let command, let arguments):
      guard let arguments, let commandRange = command.value.range, process.words[place].range != nil else {
        throw notEditable(command.value.start)
      }
      let back = TextEdit(commandRange, try restored(process.words[place], trace))
      let elements = Array(process.words.dropFirst())
      return [back, try removal(of: place, from: elements, arguments, behind: command, trace)]
    }
  }

  private func notEditable(_ offset: Int) -> SettingsProblem {
    SettingsProblem("this is written in a form that is not edited by programs", at: offset, in: text)
  }

  /// The program as it was written, if it is still the same; otherwise as it is written now.
  private func restored(_ node: SettingsNode, _ trace: EntryWrapper.Trace?) throws(SettingsProblem) -> [UInt8] {
    guard let range = node.range, let value = node.text else { throw notEditable(node.start) }
    if let old = trace?.command, meaning(of: old)?.utf8.elementsEqual(value.utf8) == true { return old }
    return Array(text[range])
  }

  /// What a single value says.
  private func meaning(of literal: [UInt8]) -> String? {
    switch format {
    case .json, .yaml: (try? format.read(literal))?.text
    case .toml: (try? format.read(Array("x = ".utf8) + literal))?["x"]?.text
    }
  }

  // MARK: Our words

  /// - Parameter count: of our words; the server's program is the last of them.
  private func removal(
    of count: Int, from elements: [SettingsNode], _ arguments: SettingsMember, behind command: SettingsMember,
    _ trace: EntryWrapper.Trace?
  ) throws(SettingsProblem) -> TextEdit {
    let list = arguments.value
    guard let first = elements.first, let last = elements[count - 1].end else { throw notEditable(list.start) }
    if elements.count > count {
      let next = elements[count].start
      if let inserted = trace?.inserted, trace?.arguments == .extended,
        text[first.start...].starts(with: inserted), first.start + inserted.count <= next
      {
        // Whatever was put between our words and the next one since then stays.
        return TextEdit(first.start..<(first.start + inserted.count), [])
      }
      return TextEdit(first.start..<next, [])
    }
    switch trace?.arguments {
    case .added:
      if let removal = wholeMember(arguments, behind: command, trace) { return removal }
    case .replaced(let old):
      guard let range = list.range else { throw notEditable(list.start) }
      if let inserted = trace?.inserted, inserted.first == 0x20, range.lowerBound > 0,
        text[range.lowerBound - 1] == 0x20
      {
        return TextEdit((range.lowerBound - 1)..<range.upperBound, old)
      }
      return TextEdit(range, old)
    case .extended, nil: break
    }
    return try emptied(list, first: first.start, last: last, behind: arguments)
  }

  /// The member that was added behind the program, if it still stands there.
  private func wholeMember(
    _ arguments: SettingsMember, behind command: SettingsMember, _ trace: EntryWrapper.Trace?
  ) -> TextEdit? {
    guard let start = command.value.end, let end = arguments.value.end, start <= arguments.keyStart else { return nil }
    if let inserted = trace?.inserted, text[start...].starts(with: inserted), start + inserted.count == end {
      return TextEdit(start..<end, [])
    }
    let between = text[start..<arguments.keyStart]
    guard between.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ",")].contains($0) }) else { return nil }
    return TextEdit(start..<end, [])
  }

  /// A list with nothing left in it.
  private func emptied(
    _ list: SettingsNode, first: Int, last: Int, behind member: SettingsMember
  ) throws(SettingsProblem) -> TextEdit {
    if list.isFlow {
      guard let end = list.end else { throw notEditable(list.start) }
      // A comma that was left behind the last of our words goes with them.
      var comma = last
      while comma < end, [0x20, 0x09, 0x0A, 0x0D].contains(text[comma]) { comma += 1 }
      return TextEdit(first..<(comma < end && text[comma] == UInt8(ascii: ",") ? comma + 1 : last), [])
    }
    // A YAML list in lines: brackets take its place behind the name.
    guard format == .yaml, let colon = text[member.nameRange.upperBound..<first].firstIndex(of: UInt8(ascii: ":"))
    else {
      throw notEditable(list.start)
    }
    return TextEdit((colon + 1)..<last, Array(" []".utf8))
  }
}
