/// The settings files of every client on this machine.
struct Discovery: Sendable {
  let surroundings: ClientSurroundings
  /// In the order of the table. A file that several clients read is here once, under the first of them.
  private(set) var files: [SettingsFile] = []

  /// Reads everything.
  ///
  /// - Parameter clients: those to look for.
  init(_ surroundings: ClientSurroundings, clients: [Client] = ClientTable.all) {
    self.surroundings = surroundings
    for client in clients {
      for place in client.places {
        for path in surroundings.paths(of: place) {
          if let file = SettingsFile.read(path, of: client, at: place) { add(file) }
        }
      }
    }
  }

  /// Adds a file, or notes that one more client reads it.
  private mutating func add(_ file: SettingsFile) {
    guard case .read(let document, let facts) = file.state else {
      // The same reason once is enough.
      guard !files.contains(where: { $0.path == file.path }) else { return }
      files.append(file)
      return
    }
    for index in files.indices {
      guard case .read(let other, let otherFacts) = files[index].state,
        facts.device == otherFacts.device, facts.inode == otherFacts.inode
      else { continue }
      // Another client may read another list of the same file.
      let known = Set(other.entries.map(\.path))
      guard document.entries.allSatisfy({ known.contains($0.path) }) else { continue }
      let isRead = !document.entries.isEmpty || document.dialect == other.dialect
      if isRead, file.client.id != files[index].client.id, !files[index].alsoReadBy.contains(file.client.id) {
        files[index].alsoReadBy.append(file.client.id)
      }
      return
    }
    files.append(file)
  }

  /// The files of one client, also those that are listed under another.
  func files(of client: Client) -> [SettingsFile] {
    files.filter { $0.client.id == client.id || $0.alsoReadBy.contains(client.id) }
  }

  /// Every server with its file.
  var servers: [DiscoveredServer] {
    files.flatMap { file in file.entries.map { DiscoveredServer(file: file, entry: $0) } }
  }
}

/// A server and the file that names it.
struct DiscoveredServer: Sendable {
  let file: SettingsFile
  let entry: ServerEntry

  /// Claude Code keeps servers of a project in the user's file.
  var scope: ClientPlace.Scope { entry.project == nil ? file.place.scope : .local }
}

extension DiscoveredServer {
  /// Whether the server gets a label: those of the client itself and those that cannot be read do not.
  var hasName: Bool {
    switch entry.launch {
    case .process(let process): !WrapState.isOwnServer(process)
    case .remote: true
    case .builtIn, .unclear: false
    }
  }
}
