import JSONRPC

/// What this program has changed in settings files, so that it can take back that and nothing else.
struct WrapJournal: Sendable, Equatable {
  var records: [WrapRecord] = []
  var backups: [WrapBackup] = []
  /// Names that servers were given, whether they are wrapped or not.
  var names: [NamedServer] = []

  func record(file: String, path: [SettingsStep]) -> WrapRecord? {
    records.first { $0.file == file && $0.path == path }
  }

  mutating func add(_ record: WrapRecord) {
    records.removeAll { $0.file == record.file && $0.path == record.path }
    records.append(record)
    names.removeAll { $0.file == record.file && $0.path == record.path }
    names.append(NamedServer(file: record.file, path: record.path, agent: record.agent))
  }
}

/// One wrapped server.
struct WrapRecord: Sendable, Equatable {
  var client: String
  var scope: String
  /// The file itself, links followed.
  var file: String
  /// As the client names it.
  var shownFile: String
  var server: String
  var path: [SettingsStep]
  var agent: String
  /// Our program and config, as the entry names them.
  var program: String
  var config: String
  var trace: EntryWrapper.Trace
  /// Microseconds since 1970.
  var time: Int64
}

/// A copy of a file as it was before the first wrap.
struct WrapBackup: Sendable, Equatable {
  var file: String
  var copy: String
  /// SHA-256 of the copy: if it is another one now, it is not ours any more.
  var digest: String
}

/// The label of a server.
struct NamedServer: Sendable, Equatable {
  var file: String
  var path: [SettingsStep]
  var agent: String
}

// MARK: - As JSON

extension WrapJournal {
  /// Indented a little, since people will look at it.
  var text: String {
    func list(_ items: [JSONValue]) -> String {
      items.isEmpty ? "[]" : "[\n" + items.map { "  " + $0.text }.joined(separator: ",\n") + "\n]"
    }
    return """
      {"version":1,
      "records":\(list(records.map(\.json))),
      "backups":\(list(backups.map(\.json))),
      "names":\(list(names.map(\.json)))}

      """
  }

  /// - Returns: nil when the text is no such journal.
  init?(text: [UInt8]) {
    let parsed = text.withUnsafeBytes { try? JSONValue(parsing: $0) }
    guard let document = parsed, document["version"]?.integer == 1, let records = document["records"]?.elements,
      let backups = document["backups"]?.elements, let names = document["names"]?.elements
    else { return nil }
    self.records = records.compactMap(WrapRecord.init(json:))
    self.backups = backups.compactMap(WrapBackup.init(json:))
    self.names = names.compactMap(NamedServer.init(json:))
    // Half a journal would leave wraps behind.
    guard self.records.count == records.count, self.backups.count == backups.count, self.names.count == names.count
    else {
      return nil
    }
  }
}

extension WrapRecord {
  fileprivate var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("client", .string(client)), ("scope", .string(scope)), ("file", .string(file)),
      ("shown_file", .string(shownFile)),
      ("server", .string(server)), ("path", SettingsStep.json(path)), ("agent", .string(agent)),
      ("program", .string(program)), ("config", .string(config)), ("inserted", Self.json(trace.inserted)),
      ("time", .number(String(time))),
    ]
    if let command = trace.command { members.append(("command", Self.json(command))) }
    switch trace.arguments {
    case .extended: members.append(("arguments", .string("extended")))
    case .added: members.append(("arguments", .string("added")))
    case .replaced(let old):
      members += [("arguments", .string("replaced")), ("replaced", Self.json(old))]
    }
    return .object(members)
  }

  fileprivate init?(json: JSONValue) {
    func text(_ name: String) -> String? { json[name]?.string }
    guard let client = text("client"), let scope = text("scope"), let file = text("file"),
      let shownFile = text("shown_file"),
      let server = text("server"), let path = SettingsStep.path(json["path"]), let agent = text("agent"),
      let program = text("program"), let config = text("config"), let inserted = text("inserted"),
      let time = json["time"]?.integer
    else { return nil }
    let arguments: EntryWrapper.Trace.Arguments
    switch text("arguments") {
    case "extended": arguments = .extended
    case "added": arguments = .added
    case "replaced":
      guard let old = text("replaced") else { return nil }
      arguments = .replaced(Array(old.utf8))
    default: return nil
    }
    self.init(
      client: client, scope: scope, file: file, shownFile: shownFile, server: server, path: path, agent: agent,
      program: program,
      config: config,
      trace: EntryWrapper.Trace(
        command: text("command").map { Array($0.utf8) }, inserted: Array(inserted.utf8), arguments: arguments),
      time: Int64(time))
  }

  /// Pieces of files that were read as UTF-8, cut between characters.
  private static func json(_ bytes: [UInt8]) -> JSONValue { .string(String(decoding: bytes, as: UTF8.self)) }
}

extension WrapBackup {
  fileprivate var json: JSONValue {
    .object([("file", .string(file)), ("copy", .string(copy)), ("digest", .string(digest))])
  }

  fileprivate init?(json: JSONValue) {
    guard let file = json["file"]?.string, let copy = json["copy"]?.string, let digest = json["digest"]?.string else {
      return nil
    }
    self.init(file: file, copy: copy, digest: digest)
  }
}

extension NamedServer {
  fileprivate var json: JSONValue {
    .object([("file", .string(file)), ("path", SettingsStep.json(path)), ("agent", .string(agent))])
  }

  fileprivate init?(json: JSONValue) {
    guard let file = json["file"]?.string, let path = SettingsStep.path(json["path"]),
      let agent = json["agent"]?.string
    else { return nil }
    self.init(file: file, path: path, agent: agent)
  }
}

extension SettingsStep {
  fileprivate static func json(_ path: [SettingsStep]) -> JSONValue {
    .array(
      path.map { step in
        switch step {
        case .name(let name): .string(name)
        case .index(let index): .number(String(index))
        }
      })
  }

  fileprivate static func path(_ json: JSONValue?) -> [SettingsStep]? {
    guard let elements = json?.elements else { return nil }
    let steps = elements.compactMap { element in
      element.string.map { SettingsStep.name($0) } ?? element.integer.map { SettingsStep.index($0) }
    }
    return steps.count == elements.count ? steps : nil
  }
}
