import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `oktsec keygen`: makes a pair of keys for each agent.
enum KeygenCommand {
  /// - Parameters:
  ///   - agents: names as they were typed.
  ///   - directory: made (0700) when it does not exist.
  ///   - force: replace pairs that exist.
  /// - Throws: before anything is written when a name is wrong or, without `force`, a file exists.
  static func run(
    agents: [String], directory: String, force: Bool, to output: ResultOutput
  ) throws(CommandFailure) {
    let made = try make(agents: agents, in: directory, force: force)
    var table = Table([.init(title: "AGENT"), .init(title: "FINGERPRINT"), .init(title: "FILES")])
    for pair in made.pairs {
      table.add([
        .init(pair.name.description), .init(pair.fingerprint.short),
        .init("\(made.folder.privatePath(pair.name)), \(pair.name)\(KeyFolder.publicSuffix)"),
      ])
    }
    try table.write(to: output)
  }

  struct Pair: Sendable, Equatable {
    let name: AgentName
    let fingerprint: Fingerprint
  }

  static func make(
    agents: [String], in directory: String, force: Bool
  ) throws(CommandFailure) -> (folder: KeyFolder, pairs: [Pair]) {
    let names = try AgentArguments.names(agents)
    guard
      let path = PathResolver(folder: UserFolders.current().workingDirectory, home: nil).absolute(directory)
    else { throw CommandFailure("no folder is named for the keys", exitCode: ExitCode.usage) }
    let folder = KeyFolder(path)
    try prepare(folder)
    let lock = try KeyFolderLock(folder)
    defer { lock.release() }
    if !force {
      for name in names {
        for file in [folder.privatePath(name), folder.publicPath(name)] where exists(file) {
          throw CommandFailure(
            "\(file) exists already", hint: "'oktsec keys rotate --agent \(name)' makes a new key; --force overwrites")
        }
      }
    }
    var files: [KeyPairFiles] = []
    do throws(CommandFailure) {
      for name in names { files.append(try KeyPairFiles(for: name, in: folder)) }
      for pair in files { try pair.install() }
    } catch {
      for pair in files { pair.discard() }
      throw error
    }
    return (folder, files.map { Pair(name: $0.name, fingerprint: $0.key.fingerprint) })
  }

  /// Makes the folder and what is missing above it; ours is 0700 whatever the umask.
  private static func prepare(_ folder: KeyFolder) throws(CommandFailure) {
    do throws(FileError) {
      try PrivateFolder.make(folder.path)
    } catch {
      throw CommandFailure("the folder for the keys cannot be made: \(error)")
    }
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}

/// Names of agents on a command line.
enum AgentArguments {
  /// - Throws: for no name, one that is none, and one given twice.
  static func names(_ words: [String]) throws(CommandFailure) -> [AgentName] {
    guard !words.isEmpty else {
      throw CommandFailure("no agent is named", hint: "--agent NAME", exitCode: ExitCode.usage)
    }
    var names: [AgentName] = []
    for word in words {
      let name = try name(word)
      guard !names.contains(name) else {
        throw CommandFailure("the agent \(name) is named twice", exitCode: ExitCode.usage)
      }
      names.append(name)
    }
    return names
  }

  static func name(_ word: String) throws(CommandFailure) -> AgentName {
    guard let name = AgentName(word) else {
      throw CommandFailure(
        "\(FormReader.shown(word)) is no agent's name", hint: "a name is \(AgentName.rule)", exitCode: ExitCode.usage)
    }
    return name
  }
}

/// Folders that only this user may enter.
enum PrivateFolder {
  /// Makes a folder and those above it that are missing, each 0700. One that exists keeps its mode.
  static func make(_ path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(path, "not a folder") }
      return
    }
    guard errno == ENOENT else { throw FileError(path, errno) }
    let parent = PathResolver.folder(of: path)
    if parent != path { try make(parent) }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError(path, errno) }
    // The umask may have taken away our own bits.
    guard chmod(path, 0o700) == 0 else { throw FileError(path, errno) }
  }
}
