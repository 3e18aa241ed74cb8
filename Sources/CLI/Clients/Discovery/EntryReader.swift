/// Finds the servers in a settings file.
struct EntryReader: Sendable {
  let dialect: Dialect

  /// Every server, in the order of the file.
  ///
  /// - Throws: when two members of a list of servers, or of the tables above it, have the same name.
  func entries(in root: SettingsNode, of text: [UInt8]) throws(SettingsProblem) -> [ServerEntry] {
    var entries: [ServerEntry] = []
    for group in dialect.lists {
      for steps in group {
        let lists = try lists(at: steps[...], below: root, path: [], project: nil, text)
        guard !lists.isEmpty else { continue }
        for list in lists { entries += try read(list, text) }
        break
      }
    }
    return entries
  }

  // MARK: Lists

  private struct List {
    var node: SettingsNode
    var path: [SettingsStep]
    var project: String?
  }

  private func lists(
    at steps: ArraySlice<SettingsFilter.Step>, below node: SettingsNode, path: [SettingsStep], project: String?,
    _ text: [UInt8]
  ) throws(SettingsProblem) -> [List] {
    guard let step = steps.first else {
      if let duplicate = node.duplicates.first { throw Self.ambiguous(duplicate.offset, text) }
      let isList = dialect.namesAreInside ? node.elements != nil : node.members != nil && !looksLikeServer(node)
      return isList ? [List(node: node, path: path, project: project)] : []
    }
    switch step {
    case .name(let name):
      if let other = node.duplicates.first(where: { $0.name == name }) { throw Self.ambiguous(other.offset, text) }
      guard let next = node[name] else { return [] }
      return try lists(at: steps.dropFirst(), below: next, path: path + [.name(name)], project: project, text)
    case .every:
      if let duplicate = node.duplicates.first { throw Self.ambiguous(duplicate.offset, text) }
      var found: [List] = []
      for member in node.members ?? [] {
        found += try lists(
          at: steps.dropFirst(), below: member.value, path: path + [.name(member.name)], project: member.name, text)
      }
      return found
    }
  }

  private static func ambiguous(_ offset: Int, _ text: [UInt8]) -> SettingsProblem {
    SettingsProblem("a name that was there before", at: offset, in: text)
  }

  /// Tells a server called `servers` from a list called so.
  private func looksLikeServer(_ node: SettingsNode) -> Bool {
    [dialect.command, "type", "url"].contains { name in
      node[name].map { $0.text != nil || $0.elements != nil } ?? false
    }
  }

  private func read(_ list: List, _ text: [UInt8]) throws(SettingsProblem) -> [ServerEntry] {
    guard dialect.namesAreInside else {
      return (list.node.members ?? []).map { member in
        let path = list.path + [.name(member.name)]
        return entry(member.value, name: member.name, path: path, identity: path, list.project)
      }
    }
    var counts: [String: Int] = [:]
    return (list.node.elements ?? []).enumerated().map { place, node in
      let name = node["name"]?.text ?? "server \(place + 1)"
      // Its place in the list may change; its name, and how many of that name are before it, rarely do.
      let number = counts[name, default: 0]
      counts[name] = number + 1
      let identity = list.path + [.name(name)] + (number == 0 ? [] : [.index(number)])
      return entry(node, name: name, path: list.path + [.index(place)], identity: identity, list.project)
    }
  }

  // MARK: One server

  private func entry(
    _ node: SettingsNode, name: String, path: [SettingsStep], identity: [SettingsStep], _ project: String?
  ) -> ServerEntry {
    var entry = ServerEntry(
      name: name, project: project, path: path, identity: identity, node: node, launch: launch(node))
    entry.isDisabled = node["disabled"]?.literal == "true" || node["enabled"]?.literal == "false"
    for name in dialect.environment { entry.environmentNames += node[name]?.members?.map(\.name) ?? [] }
    return entry
  }

  private func launch(_ node: SettingsNode) -> ServerEntry.Launch {
    guard node.members != nil else { return .unclear(reason: "not a table", offset: node.start) }
    if let duplicate = node.duplicates.first {
      return .unclear(reason: "a name that was there before", offset: duplicate.offset)
    }
    let type = (node["type"] ?? node["transport"])?.text?.lowercased()
    if let type, Self.builtInTypes.contains(type) { return .builtIn }
    if let type, Self.remoteTypes.contains(type) { return .remote(url: url(node) ?? "") }
    guard let command = node.member(dialect.command), !command.value.isNull else {
      if let url = url(node) { return .remote(url: url) }
      if node["settings"] != nil || node["source"]?.text == "extension" { return .builtIn }
      return .unclear(reason: "neither a command nor a URL", offset: node.start)
    }
    if command.value.members != nil {
      // Zed's oldest form: command: {path, args, env}.
      guard let program = command.value.member("path") else {
        return .unclear(reason: "a command without a path", offset: command.value.start)
      }
      return process(program, command.value.member("args"), in: command.value)
    }
    if let words = command.value.elements { return process(words, of: command.value, in: node) }
    return process(command, node.member(dialect.arguments), in: node)
  }

  private func process(
    _ command: SettingsMember, _ arguments: SettingsMember?, in table: SettingsNode
  ) -> ServerEntry.Launch {
    if let duplicate = table.duplicates.first {
      return .unclear(reason: "a name that was there before", offset: duplicate.offset)
    }
    guard let program = command.value.text, !program.isEmpty else {
      return .unclear(reason: "the command is not a text", offset: command.value.start)
    }
    var words = [command.value]
    if let arguments, !arguments.value.isNull {
      guard let elements = arguments.value.elements else {
        return .unclear(reason: "the arguments are not a list", offset: arguments.value.start)
      }
      if let other = elements.first(where: { $0.text == nil }) {
        return .unclear(reason: "an argument is not a text", offset: other.start)
      }
      words += elements
    }
    return .process(ProcessLaunch(form: .split(command: command, arguments: arguments), table: table, words: words))
  }

  private func process(_ words: [SettingsNode], of list: SettingsNode, in table: SettingsNode) -> ServerEntry.Launch {
    if let other = words.first(where: { $0.text == nil }) {
      return .unclear(reason: "a part of the command is not a text", offset: other.start)
    }
    guard let program = words.first?.text, !program.isEmpty else {
      return .unclear(reason: "the command is empty", offset: list.start)
    }
    return .process(ProcessLaunch(form: .list(list), table: table, words: words))
  }

  private func url(_ node: SettingsNode) -> String? {
    for name in Self.urlNames {
      if let url = node[name]?.text { return url }
    }
    return nil
  }

  private static let urlNames = ["url", "serverUrl", "httpUrl", "uri", "endpoint"]
  private static let remoteTypes: Set = [
    "http", "sse", "ws", "websocket", "remote", "streamable-http", "streamable_http", "streamablehttp",
  ]
  /// Goose's own kinds.
  private static let builtInTypes: Set = ["builtin", "platform", "bundled", "frontend", "inline_python"]
}
