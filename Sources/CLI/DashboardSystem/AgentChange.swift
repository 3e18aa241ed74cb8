import Dashboard
import Guard

/// Writes what the form of an agent sets.
struct AgentChange {
  let change: ConfigurationChange

  func add(_ name: AgentName, to configuration: Configuration) throws(CommandFailure) -> String {
    guard configuration.agents[name] == nil else { throw CommandFailure("\(name) is in the config already") }
    // A value is needed to hang the name on; an empty description says nothing.
    let edit = ValueEdit(
      path: [.key("agents"), .key(name.description), .key("description")], wish: .scalar("\"\""))
    _ = try change.write(.init(reason: "agent \(name) added", method: "config/agents", to: name.description)) {
      text throws(ConfigurationProblems) in try edit.applied(to: text, shownAs: change.config)
    }
    return "\(name) is in the config. It may use every tool and write to anyone until you say otherwise."
  }

  func edit(_ name: AgentName, _ edit: AgentEdit, in configuration: Configuration) throws(CommandFailure) -> String {
    guard let current = configuration.agents[name] else {
      throw CommandFailure("\(name) is not in the config", hint: "add it first")
    }
    var edits: [ValueEdit] = []
    var words: [String] = []
    func set(_ key: String, _ wish: ValueEdit.Wish, _ word: String) {
      edits.append(ValueEdit(path: [.key("agents"), .key(name.description), .key(key)], wish: wish))
      words.append(word)
    }
    if edit.description != current.description {
      set("description", .scalar(Self.quoted(edit.description)), "description")
    }
    if edit.canMessage != current.policy.canMessage {
      switch edit.canMessage {
      case .anyone: set("can_message", .removed, "may write to anyone")
      case .only(let names):
        let list = names.sorted().map(\.description)
        set("can_message", .list(list), "may write to \(list.isEmpty ? "no one" : list.joined(separator: ", "))")
      }
    }
    if edit.allowedTools.map({ ToolNames($0) }) != current.policy.allowedTools {
      if let tools = edit.allowedTools {
        set("allowed_tools", .list(tools), tools.isEmpty ? "no tool" : "tools: \(tools.joined(separator: ", "))")
      } else {
        set("allowed_tools", .removed, "every tool")
      }
    }
    return try write(name, edits + (try rest(name, edit, current, &words)), words)
  }

  private func rest(
    _ name: AgentName, _ edit: AgentEdit, _ current: AgentSettings, _ words: inout [String]
  ) throws(CommandFailure) -> [ValueEdit] {
    var edits: [ValueEdit] = []
    let place: [ValueEdit.Step] = [.key("agents"), .key(name.description)]
    if Set(edit.blockedContent) != Set(current.policy.blockedContent.names) {
      edits.append(
        ValueEdit(
          path: place + [.key("blocked_content")],
          wish: edit.blockedContent.isEmpty ? .removed : .list(edit.blockedContent)))
      words.append(
        edit.blockedContent.isEmpty
          ? "no content is blocked for it" : "never handles \(edit.blockedContent.joined(separator: ", "))")
    }
    if edit.ratePerMinute != current.policy.ratePerMinute {
      if let rate = edit.ratePerMinute {
        edits.append(ValueEdit(path: place + [.key("rate"), .key("per_minute")], wish: .scalar(String(rate))))
        words.append("at most \(rate) a minute")
      } else {
        edits.append(ValueEdit(path: place + [.key("rate")], wish: .removed))
        words.append("no limit a minute")
      }
    }
    return edits
  }

  private func write(
    _ name: AgentName, _ edits: [ValueEdit], _ words: [String]
  ) throws(CommandFailure) -> String {
    guard !edits.isEmpty else { return "Nothing was changed." }
    let reason = String("agent \(name): \(words.joined(separator: "; "))".prefix(400))
    _ = try change.write(.init(reason: reason, method: "config/agents", to: name.description)) {
      text throws(ConfigurationProblems) in
      var text = text
      for edit in edits { text = try edit.applied(to: text, shownAs: change.config) }
      return text
    }
    return "\(name) is saved. Relays that run take it up within a second."
  }

  /// An empty text needs its quotation marks.
  private static func quoted(_ text: String) -> String { text.isEmpty ? "\"\"" : YAMLText.quoted(text) }
}
