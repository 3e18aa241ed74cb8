import Guard
import StdioProxy

/// What `discover` shows of a server: nothing of it is a secret.
struct ServerFacts {
  let name: String
  let project: String?
  let state: WrapState
  let risk: RiskClass
  let isDisabled: Bool
  let transport: String
  /// The server's own command line, without our relay; or its URL.
  let command: [String]
  let environment: [String]
  let notes: [PostureNote]

  init(_ server: DiscoveredServer, state: WrapState, mask: ArgumentMask) {
    let entry = server.entry
    name = entry.name
    project = entry.project
    self.state = state
    isDisabled = entry.isDisabled
    environment = entry.environmentNames
    var words = entry.process.map { [$0.command] + $0.arguments } ?? []
    switch state {
    case .wrapped(let invocation), .suspicious(let invocation, _): words = [invocation.command] + invocation.arguments
    case .plain, .own, .notAProcess: break
    }
    risk = RiskClass(name: entry.name, words: words)
    let shown = mask.shown(words)
    var notes = PostureNote.notes(about: entry, words: words, hasSecret: shown.hasSecret)
    switch entry.launch {
    case .process: (transport, command) = ("stdio", shown.words)
    case .remote(let url): (transport, command) = ("remote", [mask.url(url)])
    case .builtIn: (transport, command) = ("built in", [])
    case .unclear(let reason, let offset):
      (transport, command) = ("unclear", [])
      let place = server.file.document.map { SettingsProblem(reason, at: offset, in: $0.text).description } ?? reason
      notes = [PostureNote(rule: nil, text: place)]
    }
    if case .suspicious(_, let reason) = state { notes.insert(PostureNote(rule: nil, text: reason), at: 0) }
    self.notes = notes
  }

  /// The label of a wrapped server.
  var agent: String? {
    if case .wrapped(let invocation) = state { invocation.agent.description } else { nil }
  }

  var stateWord: String {
    switch state {
    case .plain: "not wrapped"
    case .wrapped: "wrapped"
    case .suspicious: "suspicious"
    case .own: "oktsec itself"
    case .notAProcess: transport
    }
  }
}

/// Finds secrets in command lines by the rules for credentials: the built-in ones, also those that a user's rules replace,
/// and the user's own.
final class SecretFinder {
  private let inspectors: [Inspector]

  /// Without rules, for a binary whose rules are damaged, only shapes and names count.
  ///
  /// - Parameter rules: those in force, when the user has some.
  init(_ rules: LoadedRules? = nil) {
    var sets = [try? BuiltinRules.load()]
    if let rules, !rules.origins.isEmpty { sets.append(rules.rules) }
    inspectors = sets.compactMap { $0.map { Inspector(rules: $0) } }
  }

  func isSecret(_ text: String) -> Bool {
    guard text.utf8.count >= 8 else { return false }
    var text = text
    return text.withUTF8 { bytes in
      inspectors.contains { inspector in
        inspector.inspect(text: UnsafeRawBufferPointer(bytes), role: .toolArguments).findings
          .contains { $0.category == .credentialLeak && $0.severity > .low }
      }
    }
  }
}
