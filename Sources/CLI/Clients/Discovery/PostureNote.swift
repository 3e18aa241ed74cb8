/// Something about a server's entry that its owner should know, with the rule that says more about it.
struct PostureNote: Sendable, Equatable {
  /// For `oktsec rules --explain`; nil when no rule says the same.
  let rule: String?
  let text: String

  /// - Parameter hasSecret: whether the command line holds one.
  static func notes(about entry: ServerEntry, words: [String], hasSecret: Bool) -> [PostureNote] {
    let concerns = LaunchAnalysis(words).concerns
    var notes = LaunchAnalysis.Concern.allCases.filter(concerns.contains).map(note)
    if hasSecret { notes.append(PostureNote(rule: nil, text: "a secret among its arguments")) }
    let secrets = secretsInEnvironment(of: entry)
    if !secrets.isEmpty {
      notes.append(PostureNote(rule: "MCPCFG_003", text: "a secret in plain text: \(secrets.joined(separator: ", "))"))
    }
    if case .remote(let url) = entry.launch, url.lowercased().hasPrefix("http://"), !isLoopback(url) {
      notes.append(PostureNote(rule: nil, text: "reached without encryption"))
    }
    return notes
  }

  private static func note(_ concern: LaunchAnalysis.Concern) -> PostureNote {
    switch concern {
    case .elevated: PostureNote(rule: "MCPCFG_005", text: "started with root rights")
    case .inlineCode: PostureNote(rule: "MCPCFG_006", text: "its command line is a program text")
    case .unpinnedNode: PostureNote(rule: "MCPCFG_001", text: "its package has no fixed version")
    case .unpinnedPython: PostureNote(rule: "MCPCFG_012", text: "its package has no fixed version")
    case .unpinnedImage: PostureNote(rule: nil, text: "its image has no fixed version")
    case .privileged: PostureNote(rule: "MCPCFG_007", text: "its container has the host's rights")
    case .hostMount: PostureNote(rule: "MCPCFG_007", text: "its container sees folders of the host")
    case .capability: PostureNote(rule: "MCPCFG_010", text: "its container has an added capability")
    case .hostNetwork: PostureNote(rule: "MCPCFG_011", text: "its container shares the host's network")
    }
  }

  /// Names of variables whose name says secret and whose value is one.
  private static func secretsInEnvironment(of entry: ServerEntry) -> [String] {
    let tables = ["env", "environment", "envs"].compactMap { entry.node[$0]?.members }
    return tables.flatMap(\.self).filter { member in
      guard let value = member.value.text, value.utf8.count >= 12, ArgumentMask.isSecretName(member.name) else {
        return false
      }
      return !value.contains("$") && !value.contains("{") && !value.hasPrefix("<") && !value.contains(" ")
    }.map(\.name)
  }

  private static func isLoopback(_ url: String) -> Bool {
    let host = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
    return host.hasPrefix("localhost") || host.hasPrefix("127.") || host.hasPrefix("[::1]")
  }
}
