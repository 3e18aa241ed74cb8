/// A program that starts MCP servers, and what we know about its settings files.
struct Client: Sendable {
  /// What people type: `oktsec wrap cursor`.
  let id: String
  let name: String
  /// Other words for the same.
  var aliases: [String] = []
  let places: [ClientPlace]
  /// Where the vendor, or else a tool that edits these files, describes them.
  let documentation: String
  /// The file in `fixtures/clients` that was taken from there. Without one the client is discovered and not wrapped.
  var fixture: String?
  /// What takes effect of a change, in words: what to do afterwards.
  var afterChange = "Restart it."
  /// The names of its processes, where it rewrites its settings while it runs.
  var rewrittenBy: [String] = []
  /// Whether it runs in a terminal, with the user's own PATH. Applications get a shorter one.
  var isInTerminal = false
  /// What people should know when its entries change, where these files are.
  var notes: [(text: String, paths: [String])] = []

  var isOfferedByWrap: Bool { fixture != nil }

  func isCalled(_ word: String) -> Bool {
    let folded = Client.folded(word)
    return ([id, name] + aliases).contains { Client.folded($0) == folded }
  }

  /// Letters without case, `-` for spaces and underscores.
  private static func folded(_ word: String) -> String {
    String(word.lowercased().map { $0 == " " || $0 == "_" ? "-" : $0 })
  }
}

/// One kind of settings file of a client.
struct ClientPlace: Sendable {
  enum Scope: String, Sendable {
    case user
    /// Claude Code's servers of one project, kept in the user's file.
    case local
    case project
    case profile
    case remote
    case plugin
    case managed
  }

  let scope: Scope
  let dialect: Dialect
  /// Patterns of paths, the first ones first: `~`, `$PROJECT`, `$CONFIG`, `$SUPPORT`, `${VARIABLE:-else}` and `*` for one part.
  let linux: [String]
  let macOS: [String]
  var confidence = Confidence.documented

  enum Confidence: Sendable {
    case documented
    /// Seen at other tools only: looked at, and never changed.
    case probed
  }

  init(
    _ scope: Scope, _ dialect: Dialect, _ both: String..., linux: [String] = [], macOS: [String] = [],
    confidence: Confidence = .documented
  ) {
    self.scope = scope
    self.dialect = dialect
    self.linux = both + linux
    self.macOS = both + macOS
    self.confidence = confidence
  }

  /// Why `wrap` leaves such files alone; nil when it does not.
  var reasonNotToEdit: String? {
    switch scope {
    case .managed: "managed by an administrator"
    case .plugin: "part of a plugin, which replaces it with each update"
    default: confidence == .probed ? "this place is not documented by the vendor" : nil
    }
  }
}
