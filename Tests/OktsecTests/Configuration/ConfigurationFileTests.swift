import Foundation
import Guard
import Testing

@testable import CLI

@Suite struct ConfigurationFileTests {
  private func load(_ path: String, in folder: String) throws -> Configuration {
    var folders = testFolders
    folders.workingDirectory = folder
    return try Configuration.load(path: path, folders: folders)
  }

  private func failure(_ path: String, in folder: String) -> String {
    do { _ = try load(path, in: folder) } catch let error as ConfigurationProblems {
      return error.problems.map(\.description).joined(separator: "\n")
    } catch {}
    return ""
  }

  @Test("relative paths start from the folder of the file as it was named")
  func relativePaths() throws {
    try withTemporaryFolder { folder throws in
      try FileManager.default.createDirectory(atPath: folder + "/real", withIntermediateDirectories: true)
      try write("version: '1'\ndb_path: ./a/../b.db\n", to: folder + "/real/o.yaml")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link.yaml", withDestinationPath: "real/o.yaml")
      #expect(try load("real/o.yaml", in: folder).database == folder + "/real/a/../b.db")
      let linked = try load("link.yaml", in: folder)
      #expect(linked.database == folder + "/a/../b.db" && linked.file == folder + "/link.yaml")
    }
  }

  @Test("a file that is missing, a folder, a pipe or too long is refused by name")
  func unusable() throws {
    try withTemporaryFolder { folder throws in
      #expect(failure("none.yaml", in: folder) == "none.yaml: there is no such config file")
      #expect(failure(".", in: folder).contains("not a regular file"))
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(failure("pipe", in: folder).contains("not a regular file"))
      try write("version: '1' #" + String(repeating: "x", count: 1 << 20), to: folder + "/long.yaml")
      #expect(failure("long.yaml", in: folder).contains("longer than 1048576 bytes"))
    }
  }

  @Test("a file that may not be read is an error, not a missing one", .enabled(if: geteuid() != 0))
  func unreadable() throws {
    try withTemporaryFolder { folder throws in
      try write("version: '1'", to: folder + "/o.yaml", mode: 0)
      #expect(failure("o.yaml", in: folder).contains("cannot be read"))
    }
  }

  @Test("a file that others may change, or whose secrets they may read, is reported")
  func permissions() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      func warnings(_ text: String, _ mode: Int) throws -> [String] {
        try write(text, to: path, mode: mode)
        return try load("o.yaml", in: folder).warnings.map(\.message)
      }
      let secret = "version: '1'\nserver: {api_key: hunter2}"
      #expect(try warnings("version: '1'", 0o644) == [])
      #expect(try warnings(secret, 0o600) == [])
      #expect(try warnings(secret, 0o640).first?.contains("read the secrets") == true)
      #expect(try warnings("version: '1'\nserver: {api_key: 'env:KEY'}", 0o644) == [])
      #expect(try warnings("version: '1'", 0o664).first?.contains("may change this config") == true)
    }
  }

  @Test("paths of people become absolute without a look at the disk")
  func paths() {
    let resolver = PathResolver(folder: "/etc/o", home: "/home/ann")
    let cases = [
      "keys": "/etc/o/keys", "./keys": "/etc/o/keys", "../keys": "/etc/o/../keys", "a//b/./c/": "/etc/o/a/b/c",
      "/x/./y": "/x/y", "~": "/home/ann", "~/keys": "/home/ann/keys", "~ann/keys": "/etc/o/~ann/keys", "/": "/",
    ]
    for (text, expected) in cases { #expect(resolver.absolute(text) == expected) }
    #expect(resolver.absolute("") == nil && resolver.absolute("a\0b") == nil)
    #expect(PathResolver(folder: "/", home: nil).absolute("~/x") == nil)
  }
}

@Suite struct ConfigurationLookupTests {
  /// A home with a config, a hostile working folder with another, and variables that point to more.
  private func withFolders(
    home: Bool = true, here: Bool = true, variable: Bool = true, xdg: Bool = true, _ body: (UserFolders) throws -> Void
  ) throws {
    try withTemporaryFolder { root in
      func file(_ path: String, _ isThere: Bool) throws -> String {
        let full = root + "/" + path
        let folder = PathResolver.folder(of: full)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if isThere { try write("version: '1'\nmode: enforce\n", to: full) }
        return full
      }
      _ = try file("home/.config/oktsec/oktsec.yaml", home)
      _ = try file("here/oktsec.yaml", here)
      _ = try file("xdg/oktsec/oktsec.yaml", xdg)
      let named = try file("named.yaml", variable)
      try body(
        UserFolders(
          home: root + "/home", workingDirectory: root + "/here", namedConfig: variable ? named : nil,
          configHome: xdg ? root + "/xdg" : nil))
    }
  }

  @Test("a command takes --config, then the variable, then this folder's, then the user's")
  func order() throws {
    try withFolders { folders throws in
      let explicit = ConfigurationLookup.placeForCommand(explicit: "x.yaml", folders: folders)
      #expect(explicit.path == "x.yaml" && explicit.origin == .option)
      let variable = ConfigurationLookup.placeForCommand(explicit: nil, folders: folders)
      #expect(variable.path == folders.namedConfig && variable.origin == .variable)
    }
    try withFolders(variable: false) { folders throws in
      let lookup = ConfigurationLookup.placeForCommand(explicit: nil, folders: folders)
      #expect(lookup.path == folders.localConfig && lookup.origin == .workingDirectory)
    }
    try withFolders(here: false, variable: false) { folders throws in
      let lookup = ConfigurationLookup.placeForCommand(explicit: nil, folders: folders)
      #expect(lookup.path == folders.configHome.map { $0 + "/oktsec/oktsec.yaml" } && lookup.origin == .user)
    }
    try withFolders(here: false, variable: false, xdg: false) { folders throws in
      let lookup = ConfigurationLookup.placeForCommand(explicit: nil, folders: folders)
      #expect(lookup.path == folders.standardConfig && lookup.origin == .user)
    }
    try withFolders(home: false, here: false, variable: false, xdg: false) { folders throws in
      let lookup = ConfigurationLookup.placeForCommand(explicit: nil, folders: folders)
      #expect(lookup == ConfigurationLookup(path: nil, origin: .defaults))
      #expect(try lookup.load(folders: folders).mode == .observe)
    }
  }

  @Test("proxy and mcp look neither into the working folder nor at the environment")
  func proxy() throws {
    try withFolders { folders throws in
      let lookup = ConfigurationLookup.placeForProxy(explicit: nil, folders: folders)
      #expect(lookup.path == folders.standardConfig && lookup.origin == .user && lookup.notes.isEmpty)
    }
    try withFolders(home: false) { folders throws in
      let lookup = ConfigurationLookup.placeForProxy(explicit: nil, folders: folders)
      #expect(lookup.path == nil && lookup.origin == .defaults)
      #expect(lookup.notes.count == 2)
      #expect(try ConfigurationLookup.forProxy(explicit: nil, folders: folders).file == nil)
    }
    try withFolders { folders throws in
      #expect(try ConfigurationLookup.forProxy(explicit: "oktsec.yaml", folders: folders).file == folders.localConfig)
    }
  }

  @Test("a file that was named or found and cannot be used stops the program")
  func stops() throws {
    try withFolders { folders throws in
      let proxy = #expect(throws: ConfigurationProblems.self) {
        try ConfigurationLookup.forProxy(explicit: "missing.yaml", folders: folders)
      }
      let command = #expect(throws: ConfigurationProblems.self) {
        try ConfigurationLookup.forCommand(explicit: "missing.yaml", folders: folders)
      }
      for error in [proxy, command] { #expect(error?.problems.first?.message == "there is no such config file") }
      try write("version: '1'\nmode: of\n", to: try #require(folders.standardConfig))
      #expect(throws: ConfigurationProblems.self) { try ConfigurationLookup.forProxy(explicit: nil, folders: folders) }
    }
    try withFolders(home: false, here: false, variable: false, xdg: false) { folders throws in
      // A link to nowhere is there; it is not the same as no config.
      let path = try #require(folders.standardConfig)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
      #expect(throws: ConfigurationProblems.self) { try ConfigurationLookup.forProxy(explicit: nil, folders: folders) }
      #expect(throws: ConfigurationProblems.self) {
        try ConfigurationLookup.forCommand(explicit: nil, folders: folders)
      }
    }
  }
}

@Suite struct SecretTests {
  private let paths = PathResolver(folder: "/etc/o", home: "/home/ann")

  private func secret(_ text: String) throws -> Secret { try Secret.parse(text, paths: paths).get() }

  @Test("a secret is the text, a variable or a file")
  func sources() throws {
    #expect(try secret("hunter2").source == .literal("hunter2"))
    #expect(try secret("env:A_1").source == .environment("A_1"))
    #expect(try secret("file:s/key").source == .file("/etc/o/s/key"))
    #expect(try secret("environment").source == .literal("environment"))
    for text in ["", "env:", "env:1A", "env:A B", "file:"] {
      #expect(throws: Secret.Defect.self) { try secret(text) }
    }
  }

  @Test("it is found when it is needed, without the line end of a file")
  func resolves() throws {
    try withTemporaryFolder { folder throws in
      try write("from file\r\n", to: folder + "/s")
      #expect(try Secret(source: .file(folder + "/s")).resolve() == "from file")
      try write("\n", to: folder + "/empty")
      #expect(throws: CommandFailure.self) { try Secret(source: .file(folder + "/empty")).resolve() }
      #expect(throws: CommandFailure.self) { try Secret(source: .file(folder + "/none")).resolve() }
    }
    let variable = "OKTSEC_TEST_\(UUID().uuidString.prefix(8))"
    #expect(throws: CommandFailure.self) { try Secret(source: .environment(variable)).resolve() }
    setenv(variable, "from variable", 1)
    defer { unsetenv(variable) }
    #expect(try Secret(source: .environment(variable)).resolve() == "from variable")
    #expect(try Secret(source: .literal("text")).resolve() == "text")
  }

  @Test("printing shows where it is, and never what it is")
  func hidden() throws {
    let secret = Secret(source: .literal("hunter2"))
    var dumped = ""
    dump(secret, to: &dumped)
    let config = try parse("version: '1'\nserver: {api_key: hunter2}")
    dump(config.server, to: &dumped)
    #expect(!"\(secret) \(String(reflecting: secret)) \(dumped) \(config.server)".contains("hunter2"))
    #expect("\(Secret(source: .environment("A")))" == "env:A")
  }
}

@Suite struct HTTPAddressTests {
  @Test(
    "addresses that can be used",
    arguments: [
      "https://example.org", "http://localhost:8080/x?y=z", "HTTPS://A-b.example/%20", "http://127.0.0.1:1",
      "http://[::1]:8080/x", "https://under_score.example",
    ])
  func usable(text: String) {
    #expect(HTTPAddress.defect(in: text) == nil)
  }

  @Test(
    "addresses that cannot, and why",
    arguments: [
      ("", .scheme), ("example.org", .scheme), ("javascript://x", .scheme), ("http:/x", .scheme),
      ("http://", .host), ("http:///x", .host), ("http://-a", .host), ("http://a..b", .host), ("http://a:b:1", .port),
      ("http://[::1", .host), ("http://[127.0.0.1]", .host), ("http://[::1]x", .host), ("http://::1", .host),
      ("http://256.1.1.1", .host), ("http://1", .host),
      ("http://a:", .port), ("http://a:0", .port), ("http://a:65536", .port), ("http://a:8x", .port),
      ("http://a@b", .credentials), ("http://a\n", .characters), ("http://é", .characters),
      ("http://a/<b>", .characters),
      ("http://a/#b", .fragment), ("http://a/" + String(repeating: "x", count: 2048), .tooLong),
    ] as [(String, HTTPAddress.Defect)])
  func unusable(text: String, defect: HTTPAddress.Defect) {
    #expect(HTTPAddress.defect(in: text) == defect)
  }

  @Test("only this machine's own addresses are loopback")
  func loopback() {
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] { #expect(HTTPAddress.isLoopback(host)) }
    for host in ["0.0.0.0", "::", "127.example.org", "10.0.0.1", "localhost.example.org"] {
      #expect(!HTTPAddress.isLoopback(host))
    }
  }
}
