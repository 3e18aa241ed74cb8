import StdioProxy

/// A settings file that was read: its bytes, its servers, and how to change them without touching anything else.
struct SettingsDocument: Sendable {
  let text: [UInt8]
  let dialect: Dialect
  let root: SettingsNode
  let entries: [ServerEntry]

  /// - Throws: unless every byte of the file is understood.
  init(_ text: [UInt8], dialect: Dialect) throws(SettingsProblem) {
    self.text = text
    self.dialect = dialect
    root = try dialect.format.read(text, filter: dialect.format == .json ? dialect.filter : nil)
    entries = try EntryReader(dialect: dialect).entries(in: root, of: text)
  }

  /// What is to be put in front of a server.
  struct Wrap: Sendable {
    /// An index into `entries`; the server is a process and not wrapped.
    var entry: Int
    /// Our program, by its whole path.
    var program: String
    var invocation: ProxyInvocation
  }

  /// Wraps servers.
  ///
  /// Before it returns, the new text is read again: it must say the same but for these servers, these must start as asked,
  /// and unwrapping it must give the old text back, byte for byte.
  ///
  /// - Throws: when one of that fails, with the place of the entry. Then there is nothing to write.
  func wrapping(_ wraps: [Wrap]) throws(SettingsProblem) -> Wrapped {
    let wrapper = EntryWrapper(format: dialect.format, text: text)
    var edits: [TextEdit] = []
    var traces: [EntryWrapper.Trace] = []
    for wrap in wraps {
      guard let process = entries[wrap.entry].process else { throw failed(wrap.entry) }
      // Without the server's own command line, which stays where it is.
      let words = wrap.invocation.words.dropLast(wrap.invocation.arguments.count + 1)
      let done = try wrapper.edits(process, program: wrap.program, words: Array(words))
      edits += done.edits
      traces.append(done.trace)
    }
    guard let first = wraps.first else { return Wrapped(text: text, edits: [], traces: []) }
    guard let changed = TextEdit.apply(edits, to: text), let after = try? SettingsDocument(changed, dialect: dialect)
    else {
      throw failed(first.entry)
    }
    let commandLines = wraps.map { (entry: $0.entry, words: [$0.program] + $0.invocation.words) }
    if let wrong = firstDifference(to: after, commandLines) { throw failed(wrong) }
    let unwraps = zip(wraps, traces).map { Unwrap(entry: $0.entry, invocation: $0.invocation, trace: $1) }
    guard let back = try? after.unwrappedUnchecked(unwraps).text, back == text else { throw failed(first.entry) }
    return Wrapped(text: changed, edits: edits, traces: traces)
  }

  /// A new text, and what makes it from the old one.
  struct Wrapped: Sendable {
    var text: [UInt8]
    var edits: [TextEdit]
    /// In the order of what was asked for; empty after unwrapping.
    var traces: [EntryWrapper.Trace]
  }

  /// What is to be taken away from a server.
  struct Unwrap: Sendable {
    /// An index into `entries`.
    var entry: Int
    /// What the entry says after our program.
    var invocation: ProxyInvocation
    /// What was done to it; nil when nobody knows.
    var trace: EntryWrapper.Trace?
  }

  /// Unwraps servers. The new text is read again, as in `wrapping`.
  func unwrapping(_ unwraps: [Unwrap]) throws(SettingsProblem) -> Wrapped {
    guard let first = unwraps.first else { return Wrapped(text: text, edits: [], traces: []) }
    let changed = try unwrappedUnchecked(unwraps)
    guard let after = try? SettingsDocument(changed.text, dialect: dialect) else { throw failed(first.entry) }
    let commandLines = unwraps.map { (entry: $0.entry, words: [$0.invocation.command] + $0.invocation.arguments) }
    if let wrong = firstDifference(to: after, commandLines) { throw failed(wrong) }
    return changed
  }

  private func unwrappedUnchecked(_ unwraps: [Unwrap]) throws(SettingsProblem) -> Wrapped {
    let unwrapper = EntryUnwrapper(format: dialect.format, text: text)
    var edits: [TextEdit] = []
    for unwrap in unwraps {
      guard entries.indices.contains(unwrap.entry), let process = entries[unwrap.entry].process else {
        throw failed(unwrap.entry)
      }
      edits += try unwrapper.edits(process, unwrap.invocation, trace: unwrap.trace)
    }
    guard let changed = TextEdit.apply(edits, to: text) else { throw failed(unwraps[0].entry) }
    return Wrapped(text: changed, edits: edits, traces: [])
  }

  // MARK: Checks

  private func failed(_ entry: Int) -> SettingsProblem {
    let offset = entries.indices.contains(entry) ? entries[entry].node.start : 0
    return SettingsProblem("this entry is written in a form that is not edited by programs", at: offset, in: text)
  }

  /// - Parameter commandLines: what these servers must start now; everything else must be as it was.
  /// - Returns: an entry that is not as it should be.
  private func firstDifference(to after: SettingsDocument, _ commandLines: [(entry: Int, words: [String])]) -> Int? {
    guard let fallback = commandLines.first?.entry else { return nil }
    guard after.entries.count == entries.count else { return fallback }
    var exceptions: [[SettingsStep]] = []
    for (entry, words) in commandLines {
      let path = entries[entry].path
      guard after.entries[entry].path == path, let process = after.entries[entry].process,
        process.words.count == words.count,
        zip(process.words, words).allSatisfy({ $0.text?.utf8.elementsEqual($1.utf8) == true })
      else { return entry }
      exceptions.append(path + [.name(dialect.command)])
      if case .split? = entries[entry].process?.form { exceptions.append(path + [.name(dialect.arguments)]) }
    }
    return root.saysSame(as: after.root, in: text, and: after.text, except: exceptions) ? nil : fallback
  }
}
