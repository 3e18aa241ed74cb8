/// What a command line starts, as far as it can be told without running it.
struct LaunchAnalysis: Sendable, Equatable {
  /// Names that say what the server is: of the program, or of the package or image that is run. No paths, options, URLs.
  var names: [String] = []
  var concerns: Set<Concern> = []

  /// Something about a command line that its owner should know.
  enum Concern: Sendable, Hashable, CaseIterable {
    case elevated, inlineCode, unpinnedNode, unpinnedPython, unpinnedImage, privileged, hostMount, capability,
      hostNetwork
  }

  init(_ words: [String]) { analyse(words[...]) }

  private mutating func analyse(_ words: ArraySlice<String>) {
    guard let first = words.first else { return }
    let program = Self.programName(first)
    let rest = words.dropFirst()
    switch program {
    case "sudo", "doas":
      concerns.insert(.elevated)
      analyse(skipOptions(rest, withValue: ["-u", "-g", "--user", "--group"]))
    case "env": analyse(rest.drop { $0.hasPrefix("-") || $0.contains("=") })
    case "cmd": analyse(rest.drop { $0.hasPrefix("/") })
    case "npx", "bunx", "pnpx": node(rest)
    case "npm" where ["exec", "x"].contains(rest.first), "pnpm" where rest.first == "dlx",
      "yarn" where rest.first == "dlx", "bun" where rest.first == "x":
      node(rest.dropFirst())
    case "uvx": python(rest)
    case "uv" where rest.starts(with: ["tool", "run"]): python(rest.dropFirst(2))
    case "pipx" where rest.first == "run": python(rest.dropFirst())
    case "docker", "podman", "nerdctl": container(rest)
    default: interpreter(program, rest)
    }
  }

  /// Without its folder and what Windows puts behind it.
  static func programName(_ word: String) -> String {
    let name = word.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? word
    let lower = name.lowercased()
    for suffix in [".exe", ".cmd", ".bat", ".ps1"] where lower.hasSuffix(suffix) {
      return String(name.dropLast(suffix.count))
    }
    return name
  }

  /// - Returns: what follows the options.
  private func skipOptions(_ words: ArraySlice<String>, withValue: Set<String>) -> ArraySlice<String> {
    var rest = words
    while let word = rest.first, word.hasPrefix("-"), word != "-" {
      rest = rest.dropFirst()
      if word == "--" { break }
      if withValue.contains(word) { rest = rest.dropFirst() }
    }
    return rest
  }

  // MARK: Packages

  private mutating func node(_ words: ArraySlice<String>) {
    var rest = words
    var packages: [String] = []
    while let word = rest.first, word.hasPrefix("-"), word != "-" {
      rest = rest.dropFirst()
      if word == "--" { break }
      if ["-p", "--package"].contains(word) { packages += rest.prefix(1) }
      if word.hasPrefix("--package=") { packages.append(String(word.dropFirst(10))) }
      if ["-c", "--call"].contains(word) { concerns.insert(.inlineCode) }
      if ["-p", "--package", "-c", "--call", "-w", "--workspace", "--registry", "--prefix", "--cache"].contains(word) {
        rest = rest.dropFirst()
      }
    }
    if packages.isEmpty { packages += rest.prefix(1) }
    for package in packages where !Self.isPath(package) {
      names.append(Self.nodeName(package))
      if !Self.isPinnedNode(package) { concerns.insert(.unpinnedNode) }
    }
  }

  private static func nodeName(_ package: String) -> String {
    let body = package.first == "@" ? package.dropFirst() : package[...]
    return String(body.prefix { $0 != "@" && $0 != "#" })
  }

  /// One version, in numbers; a tag or a range is none.
  private static func isPinnedNode(_ package: String) -> Bool {
    guard let sign = package.dropFirst().lastIndex(of: "@") else { return false }
    return isExactVersion(package[package.index(after: sign)...])
  }

  private static func isExactVersion(_ version: Substring) -> Bool {
    let core = version.first == "v" ? version.dropFirst() : version
    guard let first = core.utf8.first, (0x30...0x39).contains(first), core.contains(".") else { return false }
    return !core.utf8.contains { [UInt8(ascii: "x"), UInt8(ascii: "*"), 0x20, UInt8(ascii: "|")].contains($0) }
  }

  private mutating func python(_ words: ArraySlice<String>) {
    var rest = words
    var packages: [String] = []
    while let word = rest.first, word.hasPrefix("-"), word != "-" {
      rest = rest.dropFirst()
      if word == "--" { break }
      if ["--from", "--spec"].contains(word) { packages = Array(rest.prefix(1)) }
      if word.hasPrefix("--from=") { packages = [String(word.dropFirst(7))] }
      if ["--from", "--spec", "--with", "--python", "-p", "--index-url", "--directory", "--index"].contains(word) {
        rest = rest.dropFirst()
      }
    }
    let tool = rest.first
    if packages.isEmpty { packages += rest.prefix(1) } else if let tool { names.append(tool) }
    for package in packages where !Self.isPath(package) {
      let name = package.prefix { !"@=<>~![;# ".contains($0) }
      if !name.contains(":") { names.append(String(name)) }
      if !Self.isPinnedPython(package) { concerns.insert(.unpinnedPython) }
    }
  }

  private static func isPinnedPython(_ package: String) -> Bool {
    if package.hasPrefix("git+") {
      let commit = package.split(separator: "@").last ?? ""
      return commit.utf8.count == 40 && commit.allSatisfy(\.isHexDigit)
    }
    for sign in ["==", "@"] {
      if let place = package.firstRange(of: sign) { return isExactVersion(package[place.upperBound...]) }
    }
    return false
  }

  private static func isPath(_ word: String) -> Bool {
    word.hasPrefix("/") || word.hasPrefix(".") || word.hasPrefix("~") || word.hasPrefix("$")
  }

  // MARK: Containers

  private mutating func container(_ words: ArraySlice<String>) {
    var rest = words
    if rest.first == "container" { rest = rest.dropFirst() }
    guard rest.first == "run" else { return }
    rest = rest.dropFirst()
    while let word = rest.first, word.hasPrefix("-") {
      rest = rest.dropFirst()
      let parts = word.split(separator: "=", maxSplits: 1)
      let option = String(parts[0])
      var value = parts.count == 2 ? String(parts[1]) : nil
      if value == nil, Self.containerOptionsWithValue.contains(option) {
        value = rest.first
        rest = rest.dropFirst()
      }
      switch option {
      case "--privileged": concerns.insert(.privileged)
      case "-v", "--volume":
        if let value, Self.isHostFolder(value.split(separator: ":").first ?? "") { concerns.insert(.hostMount) }
      case "--mount":
        let source = value?.split(separator: ",").first { $0.hasPrefix("source=") || $0.hasPrefix("src=") }
        if let source = source?.split(separator: "=").last, Self.isHostFolder(source) { concerns.insert(.hostMount) }
      case "--cap-add": concerns.insert(.capability)
      case "--network", "--net": if value == "host" { concerns.insert(.hostNetwork) }
      default: break
      }
    }
    guard let image = rest.first else { return }
    readImage(image)
  }

  private mutating func readImage(_ image: String) {
    let parts = image.split(separator: "@", maxSplits: 1)
    var path = parts[0].split(separator: "/")
    // A registry has a point or a port in its name.
    if path.count > 1, let host = path.first, host.contains(".") || host.contains(":") { path.removeFirst() }
    let last = path.popLast()?.split(separator: ":", maxSplits: 1) ?? []
    names += path.map(String.init) + last.prefix(1).map(String.init)
    if parts.count == 1, last.count < 2 || last[1] == "latest" { concerns.insert(.unpinnedImage) }
  }

  /// Folders that give a container more than a project: the root, the system's, homes, the socket of the engine.
  private static func isHostFolder(_ path: Substring) -> Bool {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path
    if ["/", "~", "$HOME", "${HOME}", "/home", "/Users", "/root", "/etc", "/var", "/usr"].contains(String(trimmed)) {
      return true
    }
    if trimmed.hasSuffix("/docker.sock") || trimmed.hasPrefix("/etc/") || trimmed.hasPrefix("/root/") { return true }
    let parts = trimmed.split(separator: "/")
    return parts.count == 2 && (parts[0] == "home" || parts[0] == "Users")
  }

  private static let containerOptionsWithValue: Set = [
    "-e", "--env", "--env-file", "-v", "--volume", "--mount", "--name", "--network", "--net", "-p", "--publish", "-w",
    "--workdir", "-u", "--user", "--entrypoint", "--cap-add", "--cap-drop", "--platform", "--pull", "-l", "--label",
    "--add-host", "-m", "--memory", "--cpus", "--gpus", "--device", "--security-opt", "--ipc", "--pid", "--restart",
    "-h",
    "--hostname", "--tmpfs", "--dns", "--userns", "--log-driver", "--volumes-from", "--shm-size", "--ulimit",
  ]

  // MARK: Programs

  private mutating func interpreter(_ program: String, _ rest: ArraySlice<String>) {
    let base = String(program.prefix { !$0.isNumber && $0 != "." })
    guard Self.interpreters.contains(base) else {
      names.append(program)
      return
    }
    let inline = ["-c", "-e", "--eval", "-p", "--print", "-command", "-encodedcommand", "/c"]
    if rest.prefix(while: { $0.hasPrefix("-") }).contains(where: { inline.contains($0.lowercased()) }) {
      concerns.insert(.inlineCode)
    }
    if base == "python", let flag = rest.firstIndex(of: "-m"), rest.index(after: flag) < rest.endIndex {
      names.append(rest[rest.index(after: flag)])
    }
    if base == "deno", let package = rest.first(where: { $0.hasPrefix("npm:") || $0.hasPrefix("jsr:") }) {
      let name = String(package.dropFirst(4))
      names.append(Self.nodeName(name))
      if !Self.isPinnedNode(name) { concerns.insert(.unpinnedNode) }
    }
  }

  private static let interpreters: Set = [
    "node", "python", "ruby", "perl", "deno", "bun", "sh", "bash", "zsh", "dash", "fish", "pwsh", "powershell", "java",
    "uv",
    "npm", "pnpm", "yarn", "go", "cargo", "dotnet", "poetry", "pipx", "tsx", "ts-node",
  ]
}
