/// One server as a settings file names it.
struct ServerEntry: Sendable {
  /// As the file has it.
  var name: String
  /// The project whose server it is, where the file keeps them by project.
  var project: String?
  /// The way from the top of the file.
  var path: [SettingsStep]
  /// The same by names only, for a journal that is to know the server again after the file has changed.
  var identity: [SettingsStep]
  var node: SettingsNode
  var launch: Launch
  var isDisabled = false
  /// Names only.
  var environmentNames: [String] = []

  /// How the client reaches the server.
  enum Launch: Sendable {
    case process(ProcessLaunch)
    /// - Parameter url: as it is written. It may hold a secret.
    case remote(url: String)
    /// Part of the client or of an extension of it.
    case builtIn
    /// Neither of these can be read from it.
    case unclear(reason: String, offset: Int)
  }

  var process: ProcessLaunch? {
    if case .process(let process) = launch { process } else { nil }
  }
}

/// A server that the client starts as a process.
struct ProcessLaunch: Sendable {
  enum Form: Sendable {
    /// The program in one member, its arguments in another, which may be missing or null.
    case split(command: SettingsMember, arguments: SettingsMember?)
    /// Program and arguments in one list.
    case list(SettingsNode)
  }

  var form: Form
  /// The table that holds them.
  var table: SettingsNode
  var words: [SettingsNode]

  var command: String { words.first?.text ?? "" }
  var arguments: [String] { words.dropFirst().compactMap(\.text) }
}
