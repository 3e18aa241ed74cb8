import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Looks at every wrapped server: will it start the way its client starts it?
struct Checkup {
  struct Finding: Equatable {
    enum Grade: String { case ok, warning, failed }
    var grade: Grade
    var text: String
    /// What to do.
    var remedy: String?
  }

  struct Server {
    let client: Client
    let path: String
    let name: String
    let findings: [Finding]

    var grade: Finding.Grade {
      findings.contains { $0.grade == .failed } ? .failed : findings.contains { $0.grade == .warning } ? .warning : .ok
    }
  }

  let discovery: Discovery
  let journal: WrapJournal
  let folders: UserFolders
  /// Whether servers are started. Some do things when they are.
  var startsServers = true

  /// - Parameter progress: told each server's name before it is started.
  func servers(progress: (String) -> Void = { _ in }) -> [Server] {
    var servers: [Server] = []
    var seen: Set<Int> = []
    for file in discovery.files {
      guard let document = file.document else { continue }
      let real = OwnProgram.resolved(file.path) ?? file.path
      let judgement = EntryJudgement(journal: journal, file: real, document: document)
      for entry in document.entries {
        let record = judgement.record(of: entry)
        if let record, let place = journal.records.firstIndex(of: record) { seen.insert(place) }
        var findings: [Finding] = []
        switch judgement.state(of: entry) {
        case .wrapped(let invocation):
          findings = examine(entry, invocation, file, progress)
        case .suspicious(_, let reason):
          findings = [
            Finding(
              grade: .failed, text: reason,
              remedy: record == nil
                ? "oktsec unwrap \(file.client.id) --without-journal, after a look at the entry"
                : "oktsec unwrap \(file.client.id), then wrap it again")
          ]
        case .plain, .own, .notAProcess: continue
        }
        servers.append(
          Server(
            client: file.client, path: discovery.surroundings.shown(file.path), name: entry.name, findings: findings))
      }
    }
    for (place, record) in journal.records.enumerated() where !seen.contains(place) {
      guard let client = ClientTable.all.first(where: { $0.id == record.client }) else { continue }
      guard let lost = lost(record) else { continue }
      servers.append(
        Server(
          client: client, path: discovery.surroundings.shown(record.shownFile), name: record.server, findings: [lost]))
    }
    return servers
  }

  /// What became of a wrap that was not found. Files of projects are found only where one is asked for.
  private func lost(_ record: WrapRecord) -> Finding? {
    guard access(record.file, F_OK) == 0 else {
      return Finding(grade: .warning, text: "its file is gone", remedy: "oktsec unwrap \(record.client)")
    }
    guard record.scope != ClientPlace.Scope.project.rawValue else { return nil }
    return Finding(
      grade: .warning, text: "it is not wrapped any more: its client or somebody else has changed the entry",
      remedy: "oktsec wrap \(record.client)")
  }

  // MARK: One server

  private func examine(
    _ entry: ServerEntry, _ invocation: ProxyInvocation, _ file: SettingsFile, _ progress: (String) -> Void
  ) -> [Finding] {
    guard let process = entry.process else { return [] }
    let search = search(entry, file.client)
    var findings: [Finding] = []
    if search.find(process.command) == nil {
      findings.append(
        Finding(
          grade: .failed, text: "\(process.command) is not there",
          remedy: "install it again, or oktsec unwrap \(file.client.id)"))
    }
    if let config = invocation.config, let problem = configProblem(config) {
      findings.append(Finding(grade: .failed, text: problem, remedy: "oktsec verify --config \(config)"))
    }
    findings += command(invocation, entry, search, file.client)
    guard startsServers, !findings.contains(where: { $0.grade == .failed }) else { return findings }
    progress(entry.name)
    if let finding = start(process, entry, search) { findings.append(finding) }
    return findings
  }

  private func search(_ entry: ServerEntry, _ client: Client) -> ProgramSearch {
    let own = Self.environment(of: entry).first { $0.name == "PATH" }?.value
    if let own, !own.contains("$") { return ProgramSearch(path: own) }
    return client.isInTerminal ? .shell : .desktop
  }

  private func configProblem(_ path: String) -> String? {
    do throws(ConfigurationProblems) {
      let configuration = try Configuration.load(path: path, folders: folders)
      guard let database = configuration.database else { return nil }
      return Self.isWritable(database) ? nil : "the audit database \(database) cannot be written"
    } catch {
      return error.problems.first?.description ?? "\(path) cannot be used"
    }
  }

  /// Whether a file can be written, or made.
  static func isWritable(_ path: String) -> Bool {
    if access(path, F_OK) == 0 { return access(path, W_OK) == 0 }
    var folder = PathResolver.folder(of: path)
    while access(folder, F_OK) != 0, folder != "/", folder != "." { folder = PathResolver.folder(of: folder) }
    return access(folder, W_OK | X_OK) == 0
  }

  private func command(
    _ invocation: ProxyInvocation, _ entry: ServerEntry, _ search: ProgramSearch, _ client: Client
  ) -> [Finding] {
    let command = invocation.command
    if command.contains("${") { return [] }
    // A relative path starts where the client starts the server.
    if command.contains("/"), !command.hasPrefix("/") { return [] }
    guard search.find(command) == nil else { return [] }
    if let found = ProgramSearch.shell.find(command), !command.contains("/") {
      return [
        Finding(
          grade: .warning, text: "\(command) is not in the PATH that \(client.name) may have (\(search.path))",
          remedy: "write its whole path instead: \(found)")
      ]
    }
    return [
      Finding(grade: .failed, text: "its program \(command) is not there", remedy: "install it, or correct the entry")
    ]
  }

  private func start(_ process: ProcessLaunch, _ entry: ServerEntry, _ search: ProgramSearch) -> Finding? {
    let variables = Self.environment(of: entry)
    let folder = (entry.node["cwd"] ?? entry.node["working_directory"])?.text
    let texts = process.words.compactMap(\.text) + variables.map(\.value) + [folder ?? ""]
    if texts.contains(where: { $0.contains("${") || $0.contains("{env:") || $0.contains("{file:") }) {
      return Finding(grade: .ok, text: "not started: only its client can fill in the placeholders")
    }
    guard let program = search.find(process.command) else { return nil }
    var environment = ["PATH=\(search.path)"]
    for name in ["HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "SHELL"] {
      if let value = Environment.value(name) { environment.append("\(name)=\(value)") }
    }
    for (name, value) in variables where name != "PATH" { environment.append("\(name)=\(value)") }
    let probe = ServerProbe(words: [program] + process.arguments, environment: environment, folder: folder)
    switch probe.run() {
    case .answered(let time): return Finding(grade: .ok, text: "answers after \(time) ms")
    case .silent:
      return Finding(
        grade: .failed, text: "does not answer within 20 seconds",
        remedy: "run its command by hand and read what it says")
    case .ended(let status):
      return Finding(
        grade: .failed, text: "ends with status \(status) before it answers",
        remedy: "run its command by hand and read what it says")
    case .notStarted(let reason): return Finding(grade: .failed, text: "cannot be started: \(reason)")
    }
  }

  /// The variables that an entry sets, as texts.
  private static func environment(of entry: ServerEntry) -> [(name: String, value: String)] {
    ["env", "environment", "envs"].flatMap { entry.node[$0]?.members ?? [] }.compactMap { member in
      (member.value.text ?? member.value.literal).map { (member.name, $0) }
    }
  }
}
