import YAML

/// The clients that a command line names.
enum ClientSelection {
  /// - Throws: for an unknown client, and when neither a client nor all are named.
  static func clients(_ words: [String], all: Bool, command: String) throws(CommandFailure) -> [Client] {
    if all {
      guard words.isEmpty else {
        throw CommandFailure("name a client or say --all, not both", exitCode: ExitCode.usage)
      }
      return ClientTable.all
    }
    guard !words.isEmpty else {
      throw CommandFailure(
        "no client is named", hint: "'oktsec \(command) --all', or one of those that 'oktsec discover' lists",
        exitCode: ExitCode.usage)
    }
    var clients: [Client] = []
    for word in words {
      guard let client = ClientTable.client(called: word) else {
        let known = ClientTable.all.flatMap { [$0.id] + $0.aliases }
        throw CommandFailure(
          "there is no client \(FormReader.shown(word))",
          hint: NearestWord.hint(for: word, among: known)
            ?? "known are \(ClientTable.all.map(\.id).joined(separator: ", "))", exitCode: ExitCode.usage)
      }
      if !clients.contains(where: { $0.id == client.id }) { clients.append(client) }
    }
    return clients
  }

  /// The folder of `--project`, links followed.
  static func project(_ path: String?, folders: UserFolders) throws(CommandFailure) -> String? {
    guard let path else { return nil }
    let resolver = PathResolver(folder: folders.workingDirectory, home: folders.home)
    guard let absolute = resolver.absolute(path), let real = OwnProgram.resolved(absolute) else {
      throw CommandFailure("there is no folder \(path)", exitCode: ExitCode.badInput)
    }
    return real
  }
}
