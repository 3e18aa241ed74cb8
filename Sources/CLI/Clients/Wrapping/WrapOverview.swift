/// How things stand with the wrapped servers, in numbers: for `status`, and for whoever is about to remove the program.
struct WrapOverview: Sendable, Equatable {
  /// Wrapped as the journal says.
  var wrapped = 0
  /// Processes that nothing of ours stands in front of.
  var plain = 0
  /// Entries that look wrapped and are not in the journal, or not as it says.
  var suspicious = 0
  /// Wraps of the journal that are no longer in their files.
  var lost = 0
  /// Clients with wraps, by id.
  var clients: [String] = []

  /// - Parameter discovery: files of projects are looked at only where it has them; wraps in others are taken as they are
  ///   in the journal.
  init(_ discovery: Discovery, _ journal: WrapJournal) {
    var seen: Set<Int> = []
    for file in discovery.files {
      guard let document = file.document else { continue }
      let judgement = EntryJudgement(
        journal: journal, file: OwnProgram.resolved(file.path) ?? file.path, document: document)
      for entry in document.entries {
        switch judgement.state(of: entry) {
        case .wrapped: wrapped += 1
        case .suspicious: suspicious += 1
        case .plain: plain += 1
        case .own, .notAProcess: break
        }
        if let place = judgement.record(of: entry).flatMap({ journal.records.firstIndex(of: $0) }) {
          seen.insert(place)
        }
      }
    }
    for (place, record) in journal.records.enumerated() {
      if !clients.contains(record.client) { clients.append(record.client) }
      guard !seen.contains(place) else { continue }
      if record.scope == ClientPlace.Scope.project.rawValue { wrapped += 1 } else { lost += 1 }
    }
  }

  static func current(_ folders: UserFolders = .current()) throws(CommandFailure) -> WrapOverview {
    WrapOverview(Discovery(ClientSurroundings.current()), try JournalFile.read(try ClientState(folders)))
  }

  /// "4 servers wrapped, 1 not"
  var sentence: String {
    var parts = ["\(wrapped) \(wrapped == 1 ? "server" : "servers") wrapped", "\(plain) not"]
    if suspicious > 0 { parts.append("\(suspicious) suspicious") }
    if lost > 0 { parts.append("\(lost) no longer wrapped") }
    return parts.joined(separator: ", ")
  }

  /// What to say before the program goes: its wraps would start nothing any more. Nil when there are none.
  var removalWarning: String? {
    let number = wrapped + suspicious
    guard number > 0 else { return nil }
    return
      "\(number) wrapped \(number == 1 ? "server" : "servers") would not start without oktsec; 'oktsec unwrap --all' first"
  }
}
