import StdioProxy

/// Takes the relay away from servers again: what the journal says was done, and nothing else.
struct UnwrapRun {
  let surroundings: ClientSurroundings
  /// Whose wraps are to go; nil for all.
  var client: Client?
  var server: String?
  /// Only files in this folder.
  var project: String?
  /// Show what would be done.
  var isDryRun = false
  /// Also entries that look wrapped and are not in the journal.
  var ignoresJournal = false
  let state: ClientState

  func run() throws(CommandFailure) -> [WrapReport] {
    let file: JournalFile? = isDryRun ? nil : try JournalFile(state: state)
    var journal = WrapJournal()
    if let file { journal = file.journal } else { journal = try JournalFile.read(state) }
    var reports: [WrapReport] = []
    for target in targets(journal) {
      var report = WrapReport(client: target.client, path: surroundings.shown(target.path), scope: target.scope)
      do throws(CommandFailure) {
        try work(on: target, &report, file, &journal)
      } catch {
        report.problem = error.message
      }
      if !report.lines.isEmpty || report.problem != nil { reports.append(report) }
    }
    return reports
  }

  // MARK: Files

  private struct Target {
    let client: Client
    let scope: ClientPlace.Scope
    /// As the client names it.
    let path: String
    /// Links followed.
    let file: String
    let dialects: [Dialect]
  }

  /// The files with wraps in question, in the order of the journal.
  private func targets(_ journal: WrapJournal) -> [Target] {
    var targets: [Target] = []
    let found = Discovery(surroundings, clients: client.map { [$0] } ?? ClientTable.all).files
    // The files of this client as they are now: another client may have been named when a shared one was wrapped.
    let shared = Set(found.compactMap { OwnProgram.resolved($0.path) })
    for record in journal.records where !targets.contains(where: { $0.file == record.file }) {
      guard let owner = ClientTable.all.first(where: { $0.id == record.client }) ?? client ?? ClientTable.all.first
      else { continue }
      if let client, client.id != record.client, !shared.contains(record.file) { continue }
      if let project, !record.file.hasPrefix(project + "/"), !record.shownFile.hasPrefix(project + "/") { continue }
      if let server, !journal.records.contains(where: { $0.file == record.file && $0.server == server }) { continue }
      targets.append(
        Target(
          client: owner, scope: ClientPlace.Scope(rawValue: record.scope) ?? .user, path: record.shownFile,
          file: record.file,
          dialects: owner.places.map(\.dialect)))
    }
    // Files with entries that look wrapped belong to it too, if only to be named.
    for file in found where file.entries.contains(where: { $0.process.flatMap(WrapState.invocation) != nil }) {
      let real = OwnProgram.resolved(file.path) ?? file.path
      guard !targets.contains(where: { $0.file == real }) else { continue }
      if let project, !file.path.hasPrefix(project + "/") { continue }
      targets.append(
        Target(
          client: file.client, scope: file.place.scope, path: file.path, file: real, dialects: [file.place.dialect]))
    }
    return targets
  }

  // MARK: One file

  private struct Plan {
    var unwraps: [SettingsDocument.Unwrap] = []
    var lines: [WrapReport.Line] = []
    /// Records that are done with.
    var finished: [WrapRecord] = []
  }

  private func work(
    on target: Target, _ report: inout WrapReport, _ file: JournalFile?, _ journal: inout WrapJournal
  ) throws(CommandFailure) {
    guard let contents = try read(target) else {
      // The file is gone, and with it the wraps.
      let records = journal.records.filter { $0.file == target.file && isWanted($0) }
      report.lines = records.map { .init(server: $0.server, status: .gone, note: "its file is no longer there") }
      try forget(records, report: &report, file, &journal, text: nil)
      return
    }
    let dialect = dialect(of: target, contents, journal)
    guard let file else {
      let document: SettingsDocument
      do throws(SettingsProblem) {
        document = try SettingsDocument(contents, dialect: dialect)
        let plan = plan(document, target, journal)
        report.lines = plan.lines
        report.diff = LineDiff(document: document, edits: try document.unwrapping(plan.unwraps).edits).lines
      } catch {
        throw CommandFailure(error.description)
      }
      return
    }
    let known = journal
    var written: [UInt8]?
    let (done, _) = try SettingsChange.perform(target.file, dialect: dialect) {
      (document) throws(CommandFailure) -> (text: [UInt8]?, result: Plan) in
      let plan = plan(document, target, known)
      guard !plan.unwraps.isEmpty else {
        written = document.text
        return (nil, plan)
      }
      do throws(SettingsProblem) {
        let text = try document.unwrapping(plan.unwraps).text
        written = text
        return (text, plan)
      } catch {
        throw CommandFailure(error.description)
      }
    } failed: {
    }
    report.lines = done.lines
    try forget(done.finished, report: &report, file, &journal, text: written)
  }

  private func read(_ target: Target) throws(CommandFailure) -> [UInt8]? {
    do throws(FileError) {
      return try SmallFile.read(target.file, maximum: SettingsFormat.maximumLength).bytes
    } catch {
      if error.isMissing { return nil }
      throw CommandFailure(error.reason)
    }
  }

  /// The dialect in which the journal's entries are where it says, else the first that can be read.
  private func dialect(of target: Target, _ text: [UInt8], _ journal: WrapJournal) -> Dialect {
    let paths = Set(journal.records.filter { $0.file == target.file }.map(\.path))
    var readable: Dialect?
    for dialect in target.dialects {
      guard let document = try? SettingsDocument(text, dialect: dialect) else { continue }
      if document.entries.contains(where: { paths.contains($0.identity) }) { return dialect }
      if readable == nil, !document.entries.isEmpty { readable = dialect }
    }
    return readable ?? target.dialects[0]
  }

  private func isWanted(_ record: WrapRecord) -> Bool { server.map { $0 == record.server } ?? true }

  private func plan(_ document: SettingsDocument, _ target: Target, _ journal: WrapJournal) -> Plan {
    var plan = Plan()
    let judgement = EntryJudgement(journal: journal, file: target.file, document: document)
    var unseen = journal.records.filter { $0.file == target.file && isWanted($0) }
    for (place, entry) in document.entries.enumerated() {
      guard let process = entry.process, let (_, invocation) = WrapState.invocation(in: process) else { continue }
      if let record = judgement.record(of: entry) {
        guard isWanted(record) else { continue }
        unseen.removeAll { $0 == record }
        plan.unwraps.append(.init(entry: place, invocation: invocation, trace: record.trace))
        plan.finished.append(record)
        let note = entry.name == record.server ? nil : "called \(record.server) when it was wrapped"
        plan.lines.append(.init(server: entry.name, project: entry.project, status: .unwrapped, note: note))
      } else if server.map({ $0 == entry.name }) ?? true {
        if ignoresJournal {
          plan.unwraps.append(.init(entry: place, invocation: invocation, trace: nil))
          plan.lines.append(
            .init(server: entry.name, project: entry.project, status: .unwrapped, note: "not in the journal"))
        } else {
          plan.lines.append(
            .init(
              server: entry.name, project: entry.project, status: .suspicious,
              note: "\(EntryJudgement.foreign); --without-journal unwraps it"))
        }
      }
    }
    for record in unseen {
      let isThere = document.entries.contains { $0.identity == record.path }
      plan.lines.append(
        .init(
          server: record.server, status: .gone,
          note: isThere ? "somebody had put the old command back" : "its entry is no longer there"))
      plan.finished.append(record)
    }
    return plan
  }

  /// Takes what is done out of the journal, after the file has been replaced: a crash in between leaves a record too
  /// many, which the next run clears away. The copy goes with the last wrap of its file.
  ///
  /// - Parameter text: the file as it is now; nil when it is gone.
  private func forget(
    _ records: [WrapRecord], report: inout WrapReport, _ file: JournalFile?, _ journal: inout WrapJournal,
    text: [UInt8]?
  ) throws(CommandFailure) {
    guard let file, !records.isEmpty else { return }
    var new = journal
    new.records.removeAll { records.contains($0) }
    let place = records[0].file
    guard !new.records.contains(where: { $0.file == place }),
      let backup = new.backups.first(where: { $0.file == place })
    else {
      try file.save(new)
      journal = new
      return
    }
    new.backups.removeAll { $0.file == place }
    try file.save(new)
    journal = new
    if let text, BackupFile.digest(text) == backup.digest {
      _ = BackupFile.remove(backup)
    } else if BackupFile.isOurs(backup) {
      report.notes.append("the file as it was before the first wrap is still in \(surroundings.shown(backup.copy))")
    }
  }
}
