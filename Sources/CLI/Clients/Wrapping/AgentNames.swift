import Guard

/// Labels for servers: their own names, made fit, and each only once on this machine.
struct AgentNames {
  private var taken: Set<String> = []
  private var known: [Key: AgentName] = [:]

  private struct Key: Hashable {
    let file: String
    let path: [SettingsStep]
  }

  /// - Parameter journal: names that were given before stay.
  init(_ journal: WrapJournal) {
    for name in journal.names {
      guard let agent = AgentName(name.agent) else { continue }
      known[Key(file: name.file, path: name.path)] = agent
      taken.insert(agent.description.lowercased())
    }
  }

  /// The name of a server; the same each time.
  ///
  /// - Parameter file: links followed.
  mutating func name(of entry: ServerEntry, client: String, file: String) -> AgentName? {
    let key = Key(file: file, path: entry.identity)
    if let name = known[key] { return name }
    let base = Self.sanitized(entry.name) ?? client + "-server"
    let candidates = [base, "\(base)-\(client)"].map { $0[...] } + (2...9999).lazy.map { "\(base)-\($0)"[...] }
    for candidate in candidates {
      guard let name = AgentName(Self.shortened(String(candidate), keeping: base)), !isTaken(name) else { continue }
      taken.insert(name.description.lowercased())
      known[key] = name
      return name
    }
    return nil
  }

  /// Without regard to case: the names become file names, and some file systems do not tell them apart.
  private func isTaken(_ name: AgentName) -> Bool {
    let folded = name.description.lowercased()
    return taken.contains(folded) || Self.reserved.contains(folded)
  }

  /// `client` is the other side of every record.
  private static let reserved: Set = ["client", "oktsec"]

  /// Letters, digits, points, lines; runs of anything else become one `-`. Nil when nothing is left.
  static func sanitized(_ name: String) -> String? {
    var output = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": output.unicodeScalars.append(scalar)
      default: if output.last != "-" { output.append("-") }
      }
    }
    let trimmed = output.drop { !$0.isLetter && !$0.isNumber }
    var short = String(trimmed.prefix(AgentName.maximumLength))
    while short.last == "-" { short.removeLast() }
    return short.isEmpty ? nil : short
  }

  /// At most as long as a name may be, the end kept.
  private static func shortened(_ candidate: String, keeping base: String) -> String {
    let excess = candidate.utf8.count - AgentName.maximumLength
    guard excess > 0 else { return candidate }
    return String(base.dropLast(excess)) + candidate.dropFirst(base.count)
  }
}
