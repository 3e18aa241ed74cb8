#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What paths of clients depend on. A value, so that tests can be on any machine.
struct ClientSurroundings: Sendable, Equatable {
  enum System: Sendable { case linux, macOS }

  var system: System
  var home: String?
  /// Variables of the environment that the table names.
  var variables: [String: String] = [:]
  /// The project that was asked for: its folder first, then the folders above it up to the top of its repository.
  var projectFolders: [String] = []

  static let knownVariables = [
    "XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "CLINE_DIR", "CLINE_MCP_SETTINGS_PATH",
  ]

  static func current(project: String? = nil) -> ClientSurroundings {
    #if os(macOS)
    let system = System.macOS
    #else
    let system = System.linux
    #endif
    var surroundings = ClientSurroundings(system: system, home: UserFolders.current().home)
    for name in knownVariables { surroundings.variables[name] = Environment.value(name) }
    if let project { surroundings.projectFolders = folders(ofProject: project) }
    return surroundings
  }

  /// A folder and those above it, as far as its repository reaches; the folder alone when it is in none.
  static func folders(ofProject path: String) -> [String] {
    var folders: [String] = []
    var folder = path
    while true {
      folders.append(folder)
      var status = stat()
      if stat(folder == "/" ? "/.git" : folder + "/.git", &status) == 0 { return folders }
      let parent = PathResolver.folder(of: folder)
      guard parent != folder, folder.hasPrefix("/") else { return [path] }
      folder = parent
    }
  }

  /// The existing and the possible paths of a place, in order. A pattern with `*` gives existing ones only.
  func paths(of place: ClientPlace) -> [String] {
    let patterns = system == .macOS ? place.macOS : place.linux
    var seen: Set<String> = []
    return patterns.flatMap { expand($0) }.flatMap { matches($0) }.filter { seen.insert($0).inserted }
  }

  /// A path as people write it: `~` for the home folder.
  func shown(_ path: String) -> String {
    guard let home, home != "/", path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
  }

  // MARK: Patterns

  /// Replaces what stands at the start of a pattern. Nothing when it has no value here.
  private func expand(_ pattern: String) -> [String] {
    if let rest = pattern.removingPrefix("$PROJECT/") { return projectFolders.map { joined($0, rest) } }
    if let rest = pattern.removingPrefix("~/") { return home.map { [joined($0, rest)] } ?? [] }
    if let rest = pattern.removingPrefix("$CONFIG/") {
      return expand("${XDG_CONFIG_HOME:-~/.config}/" + rest)
    }
    if let rest = pattern.removingPrefix("$SUPPORT/") {
      return expand((system == .macOS ? "~/Library/Application Support/" : "$CONFIG/") + rest)
    }
    guard let body = pattern.removingPrefix("${") else { return [pattern] }
    guard let end = body.firstIndex(of: "}") else { return [] }
    let rest = String(body[body.index(after: end)...])
    let parts = body[..<end].split(separator: ":-", maxSplits: 1)
    guard let name = parts.first else { return [] }
    // Relative values mean something else in each folder: not ours to follow.
    if let value = variables[String(name)], value.hasPrefix("/") { return [value + rest] }
    return parts.count == 2 ? expand(String(parts[1]) + rest) : []
  }

  private func joined(_ folder: String, _ rest: String) -> String { folder == "/" ? "/" + rest : folder + "/" + rest }

  /// Resolves `*`.
  private func matches(_ path: String) -> [String] {
    guard path.utf8.contains(UInt8(ascii: "*")) else { return [path] }
    var folders = [""]
    let parts = path.split(separator: "/").map(String.init)
    for (place, part) in parts.enumerated() {
      let isLast = place == parts.count - 1
      guard part.utf8.contains(UInt8(ascii: "*")) else {
        folders = folders.map { $0 + "/" + part }
        continue
      }
      folders = folders.flatMap { folder in
        Self.names(in: folder.isEmpty ? "/" : folder).filter { Self.matches($0, part) }.map { folder + "/" + $0 }
      }
      if folders.count > Self.maximumMatches { folders.removeLast(folders.count - Self.maximumMatches) }
      if isLast { return folders }
    }
    return folders.filter { access($0, F_OK) == 0 }
  }

  private static let maximumMatches = 1000

  /// One `*` stands for any text.
  private static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return name == pattern }
    return name.utf8.count >= pattern.utf8.count - 1 && name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
      && (!name.hasPrefix(".") || parts[0].hasPrefix("."))
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream), names.count < 10_000 {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension String {
  fileprivate func removingPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
