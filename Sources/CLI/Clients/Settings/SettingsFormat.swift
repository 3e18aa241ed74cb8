import JSONRPC

/// How a client writes its settings.
enum SettingsFormat: String, Sendable {
  /// JSON; comments and trailing commas are read whether the client allows them or not.
  case json
  case toml
  case yaml

  /// Larger files are not read. Claude Code's, with its history, reaches tens of megabytes.
  static let maximumLength = 64 << 20

  /// Reads a whole file.
  ///
  /// - Parameter filter: which parts are wanted; nil for all. Only JSON files are large enough to make use of it.
  /// - Throws: unless every byte of the file is understood.
  func read(_ text: [UInt8], filter: SettingsFilter? = nil) throws(SettingsProblem) -> SettingsNode {
    let invalid = text.withUnsafeBytes { UTF8Repair.isValid($0) ? nil : Self.firstInvalid($0) }
    if let invalid { throw SettingsProblem("the file is not UTF-8", at: invalid, in: text) }
    // An empty file is what some clients make before the first server is added.
    if self == .json, text.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
      return SettingsNode(value: .table([]), start: text.count, end: nil)
    }
    return switch self {
    case .json: try JSONCReader.read(text, filter: filter)
    case .toml: try TOMLReader.read(text)
    case .yaml: try YAMLReader.read(text)
    }
  }

  /// By halving, since only whole prefixes can be asked about.
  private static func firstInvalid(_ text: UnsafeRawBufferPointer) -> Int {
    var (valid, invalid) = (0, text.count)
    while invalid - valid > 1 {
      let middle = (valid + invalid) / 2
      var end = middle
      // A prefix that ends inside a character is not invalid because of that.
      while end > valid, end < text.count, text[end] & 0xC0 == 0x80, middle - end < 4 { end -= 1 }
      if end > valid, UTF8Repair.isValid(UnsafeRawBufferPointer(rebasing: text[..<end])) {
        valid = end
      } else if end == valid {
        return valid
      } else {
        invalid = end
      }
    }
    return valid
  }
}

/// Says which parts of a settings file are worth a tree: those on the way to a list of servers, and the lists themselves.
struct SettingsFilter: Sendable, Equatable {
  enum Step: Sendable, Equatable {
    case name(String)
    /// Each member of a table.
    case every
  }

  let paths: [[Step]]

  /// Where a value stands in relation to the paths.
  struct State {
    /// What is left of the paths that lead further.
    fileprivate var rest: [ArraySlice<Step>]
    fileprivate var isInside: Bool

    var isWanted: Bool { isInside || !rest.isEmpty }
  }

  var top: State { State(rest: paths.map { $0[...] }, isInside: paths.contains(where: \.isEmpty)) }

  static func member(_ name: String, of state: State) -> State {
    if state.isInside { return state }
    var next = State(rest: [], isInside: false)
    for path in state.rest {
      guard let step = path.first else { continue }
      if case .name(let wanted) = step, !wanted.utf8.elementsEqual(name.utf8) { continue }
      let rest = path.dropFirst()
      if rest.isEmpty { next.isInside = true } else { next.rest.append(rest) }
    }
    return next
  }
}
