import Guard
import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Puts the relay in front of servers.
struct WrapRun {
  enum Purpose { case change, show, check }

  let discovery: Discovery
  /// Whose files are to be changed.
  let clients: [Client]
  /// One server only.
  var server: String?
  /// Files of a project, and only these.
  var isForProject = false
  var purpose = Purpose.change
  let state: ClientState
  /// Our program and the config that its relays are to read, as they are to be written.
  let program: String
  let config: String
  /// Microseconds since 1970.
  let now: Int64

  /// Does what was asked for, file by file. What fails in one file does not keep it from the others.
  func run() throws(CommandFailure) -> [WrapReport] {
    let journal: JournalFile? = purpose == .change ? try JournalFile(state: state) : nil
    var current = WrapJournal()
    if let journal { current = journal.journal } else { current = try JournalFile.read(state) }
    var names = AgentNames(current)
    // Every server on this machine gets its name first, in the order of the table, whichever client is asked for.
    for found in discovery.servers where found.hasName {
      _ = names.name(of: found.entry, client: found.file.client.id, file: Self.realPath(found.file.path))
    }
    var reports: [WrapReport] = []
    for file in files {
      var report = WrapReport(
        client: file.client, path: discovery.surroundings.shown(file.path), scope: file.place.scope)
      if let problem = file.problem {
        report.problem = problem
      } else {
        work(on: file, &report, journal, &current, &names)
      }
      if !report.lines.isEmpty || report.problem != nil { reports.append(report) }
    }
    return reports
  }

  /// The files in question.
  private var files: [SettingsFile] {
    let wanted = Set(clients.map(\.id))
    return discovery.files.filter { file in
      (wanted.contains(file.client.id) || !wanted.isDisjoint(with: file.alsoReadBy))
        && (file.place.scope == .project) == isForProject
    }
  }

  private static func realPath(_ path: String) -> String { OwnProgram.resolved(path) ?? path }

  // MARK: One file

  private func work(
    on file: SettingsFile, _ report: inout WrapReport, _ journal: JournalFile?, _ current: inout WrapJournal,
    _ names: inout AgentNames
  ) {
    do throws(CommandFailure) {
      guard let journal, file.place.reasonNotToEdit == nil else {
        guard let document = file.document else { return }
        let plan = plan(document, of: file, current, &names)
        report.lines = plan.lines
        report.notes = plan.notes
        if purpose == .show, !plan.wraps.isEmpty {
          do throws(SettingsProblem) {
            let wrapped = try document.wrapping(plan.wraps.map(\.wrap))
            report.diff = LineDiff(document: document, edits: wrapped.edits).lines
          } catch {
            report.problem = error.description
          }
        }
        return
      }
      try change(file, &report, journal, &current, &names)
    } catch {
      report.problem = error.message
    }
  }

  private struct Plan {
    var wraps: [(wrap: SettingsDocument.Wrap, entry: ServerEntry)] = []
    var lines: [WrapReport.Line] = []
    var notes: [String] = []
  }

  private func plan(
    _ document: SettingsDocument, of file: SettingsFile, _ journal: WrapJournal, _ names: inout AgentNames
  ) -> Plan {
    var plan = Plan()
    let path = Self.realPath(file.path)
    let judgement = EntryJudgement(journal: journal, file: path, document: document)
    for (place, entry) in document.entries.enumerated() where server.map({ $0 == entry.name }) ?? true {
      var line = WrapReport.Line(server: entry.name, project: entry.project, status: .leftAlone)
      switch judgement.state(of: entry) {
      case .wrapped(let invocation):
        (line.status, line.agent) = (.alreadyWrapped, invocation.agent.description)
        if let other = entry.process?.command, other != program, other.hasPrefix("/"), access(other, X_OK) != 0 {
          line.status = .failed
          line.note = "it starts \(other), which is not there any more: unwrap it, then wrap it again"
        }
      case .suspicious(_, let reason): (line.status, line.note) = (.suspicious, reason)
      case .own: line.note = "oktsec itself"
      case .notAProcess: line.note = Self.reason(entry, in: document)
      case .plain:
        guard let process = entry.process else { break }
        if let reason = file.place.reasonNotToEdit {
          line.note = reason
        } else if let obstacle = EntryJudgement.obstacle(to: process) {
          line.note = obstacle
          if purpose == .check { line.status = .notWrapped }
        } else if let agent = names.name(of: entry, client: file.client.id, file: path) {
          let invocation = ProxyInvocation(
            agent: agent, config: config, command: process.command, arguments: process.arguments)
          plan.wraps.append((SettingsDocument.Wrap(entry: place, program: program, invocation: invocation), entry))
          line.status = purpose == .check ? .notWrapped : .wrapped
          line.agent = agent.description
          if entry.isDisabled { line.note = "disabled" }
          if entry.node["sandboxEnabled"]?.literal == "true" {
            plan.notes.append("\(entry.name) runs in a sandbox: let it write to the audit database's folder")
          }
        }
      }
      plan.lines.append(line)
    }
    if purpose == .check {
      for record in journal.records where record.file == path && (server.map { $0 == record.server } ?? true) {
        guard !document.entries.contains(where: { judgement.record(of: $0) == record }) else { continue }
        if !plan.lines.contains(where: { $0.server == record.server && $0.status == .notWrapped }) {
          plan.lines.append(.init(server: record.server, status: .gone, note: "its entry is no longer there"))
        } else if let line = plan.lines.firstIndex(where: { $0.server == record.server }) {
          plan.lines[line].note = "it was wrapped, and somebody has put the old command back"
        }
      }
    }
    return plan
  }

  private static func reason(_ entry: ServerEntry, in document: SettingsDocument) -> String {
    switch entry.launch {
    case .remote: "remote: there is no process to wrap"
    case .builtIn: "part of the client"
    case .unclear(let reason, let offset):
      "\(SettingsProblem(reason, at: offset, in: document.text))"
    case .process: ""
    }
  }

  // MARK: Changing

  /// Reads the file again under its lock, so that what is changed is what is there now. Programs that rewrite their
  /// settings all the time get a few tries.
  private func change(
    _ file: SettingsFile, _ report: inout WrapReport, _ journal: JournalFile, _ current: inout WrapJournal,
    _ names: inout AgentNames
  ) throws(CommandFailure) {
    let (outcome, _) = try SettingsChange.perform(file.path, dialect: file.place.dialect) {
      (document) throws(CommandFailure) -> (text: [UInt8]?, result: Plan) in
      let plan = plan(document, of: file, journal.journal, &names)
      guard !plan.wraps.isEmpty else { return (nil, plan) }
      let wrapped: SettingsDocument.Wrapped
      do throws(SettingsProblem) {
        wrapped = try document.wrapping(plan.wraps.map(\.wrap))
      } catch {
        throw CommandFailure(error.description)
      }
      // The journal comes first: after a crash an entry may be missing from the file, never from the journal.
      try journal.save(try recorded(plan, wrapped.traces, document, file, journal.journal))
      return (wrapped.text, plan)
    } failed: { () throws(CommandFailure) in
      try journal.save(current)
    }
    current = journal.journal
    report.lines = outcome.lines
    report.notes = outcome.notes
  }

  private func recorded(
    _ plan: Plan, _ traces: [EntryWrapper.Trace], _ document: SettingsDocument, _ file: SettingsFile,
    _ journal: WrapJournal
  ) throws(CommandFailure) -> WrapJournal {
    var new = journal
    let path = Self.realPath(file.path)
    do throws(FileError) {
      let isProject = file.place.scope == .project
      if let backup = try BackupFile.make(
        of: path, shownAs: file.path, isProject: isProject, document.text, journal, state)
      {
        new.backups.removeAll { $0.file == path }
        new.backups.append(backup)
      }
    } catch {
      throw CommandFailure("no copy could be made before the change: \(error)")
    }
    for ((wrap, entry), trace) in zip(plan.wraps, traces) {
      new.add(
        WrapRecord(
          client: file.client.id, scope: file.place.scope.rawValue, file: path, shownFile: file.path,
          server: entry.name, path: entry.identity, agent: wrap.invocation.agent.description, program: program,
          config: config,
          trace: trace, time: now))
    }
    return new
  }
}
