import Guard
import YAML

/// Changes a config for a program, and only the bytes that it must: comments, order, style and line ends stay.
enum ConfigurationEditor {
  /// Sets `mode` in a config file, atomically. A symbolic link stays one; the file that it names is changed.
  ///
  /// - Returns: whether the file had to be changed.
  /// - Throws: when the file is not a valid config, when it holds `mode` in a form that is not edited, or when it cannot
  ///   be replaced. Then it is as it was.
  static func setMode(
    _ mode: Mode, inFile path: String, folders: UserFolders = .current()
  ) throws(CommandFailure) -> Bool {
    let failure: CommandFailure
    do throws(FileError) {
      let replacement = try FileReplacement.begin(path, maximum: Configuration.maximumLength)
      defer { replacement.end() }
      let edited = Result { () throws(ConfigurationProblems) in
        try setting(mode, in: replacement.original, shownAs: path, folders: folders)
      }
      switch edited {
      case .failure(let problems): failure = problems.reported()
      case .success(replacement.original): return false
      case .success(let edited):
        try replacement.commit(edited)
        return true
      }
    } catch {
      failure = CommandFailure(
        "the config was not changed: \(error)", exitCode: error.isMissing ? ExitCode.badInput : ExitCode.failure)
    }
    throw failure
  }

  /// The text with its mode set.
  static func setting(
    _ mode: Mode, in text: [UInt8], shownAs name: String, folders: UserFolders
  ) throws(ConfigurationProblems) -> [UInt8] {
    if text.starts(with: TextPosition.byteOrderMark) {
      let body = try setting(mode, in: Array(text.dropFirst(3)), shownAs: name, folders: folders)
      return TextPosition.byteOrderMark + body
    }
    _ = try Configuration.parse(text, file: "/" + PathResolver.name(of: name), shownAs: name, folders: folders)
    let document = try Configuration.document(text, shownAs: name)
    let value = document.members?.first { $0.name.text == "mode" }?.value
    if value?.text == mode.rawValue { return text }
    let edited =
      if let value { replacing(value, by: mode.rawValue, in: text) } else {
        inserting(mode.rawValue, into: document, of: text)
      }
    guard let edited, let after = try? Configuration.document(edited, shownAs: name),
      isSame(after, document, butMode: mode)
    else {
      let place = value ?? document
      throw ConfigurationProblems(problems: [
        ConfigurationProblem(
          file: name, line: place.line, column: place.column,
          message: "the mode is written here in a form that is not edited by programs",
          hint: "write mode: \(mode.rawValue) by hand")
      ])
    }
    return edited
  }

  /// Puts a word in the place of a scalar that is written as it reads, with or without quotation marks.
  private static func replacing(_ node: YAMLNode, by word: String, in text: [UInt8]) -> [UInt8]? {
    guard case .scalar(let old, let isQuoted) = node.value,
      var start = TextPosition.offset(line: node.line, column: node.column, in: text)
    else { return nil }
    if isQuoted {
      guard text[start] == UInt8(ascii: "\"") || text[start] == UInt8(ascii: "'") else { return nil }
      start += 1
    }
    let end = start + old.utf8.count
    guard end <= text.count, text[start..<end].elementsEqual(old.utf8) else { return nil }
    return text[..<start] + Array(word.utf8) + text[end...]
  }

  /// Adds the key in a line of its own behind `version`, or as the first one of a mapping in braces.
  private static func inserting(_ word: String, into document: YAMLNode, of text: [UInt8]) -> [UInt8]? {
    guard let version = document.members?.first(where: { $0.name.text == "version" }),
      let start = TextPosition.offset(line: document.line, column: document.column, in: text),
      var end = TextPosition.offset(line: version.value.line, column: version.value.column, in: text)
    else { return nil }
    if text[start] == UInt8(ascii: "{") {
      return text[...start] + Array("mode: \(word), ".utf8) + text[(start + 1)...]
    }
    while end < text.count, TextPosition.lineEnd(at: end, in: text) == 0 { end += 1 }
    let indentation = [UInt8](repeating: 0x20, count: version.name.column - 1)
    let line = indentation + Array("mode: \(word)".utf8)
    let length = end < text.count ? TextPosition.lineEnd(at: end, in: text) : 0
    // The last line has no end: ours gets none either.
    if length == 0 { return text + usualLineEnd(of: text) + line }
    let next = end + length
    return text[..<next] + line + text[end..<next] + text[next...]
  }

  static func usualLineEnd(of text: [UInt8]) -> [UInt8] {
    guard let feed = text.firstIndex(of: 0x0A), feed > 0, text[feed - 1] == 0x0D else { return [0x0A] }
    return [0x0D, 0x0A]
  }

  /// Whether a document says the same as another, apart from its mode, which must be the one given.
  private static func isSame(_ after: YAMLNode, _ before: YAMLNode, butMode mode: Mode) -> Bool {
    guard let new = after.members, let old = before.members,
      new.first(where: { $0.name.text == "mode" })?.value.text == mode.rawValue
    else { return false }
    let (left, right) = (new.filter { $0.name.text != "mode" }, old.filter { $0.name.text != "mode" })
    return left.count == right.count
      && zip(left, right).allSatisfy { isSame($0.name, $1.name) && isSame($0.value, $1.value) }
  }

  /// Whether two nodes say the same in the same order, wherever they stand.
  static func isSame(_ left: YAMLNode, _ right: YAMLNode) -> Bool {
    switch (left.value, right.value) {
    case (.scalar(let one, let isOneQuoted), .scalar(let other, let isOtherQuoted)):
      one.utf8.elementsEqual(other.utf8) && isOneQuoted == isOtherQuoted
    case (.sequence(let one), .sequence(let other)):
      one.count == other.count && zip(one, other).allSatisfy { isSame($0, $1) }
    case (.mapping(let one), .mapping(let other)):
      one.count == other.count
        && zip(one, other).allSatisfy { isSame($0.name, $1.name) && isSame($0.value, $1.value) }
    default: false
    }
  }
}
