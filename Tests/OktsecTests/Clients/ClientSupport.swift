import Foundation
import Testing

@testable import CLI

/// A home folder of a user of a Linux machine, that lasts as long as the test.
final class ClientHome {
  let path: String
  static let config = "/home/ann/.config/oktsec/oktsec.yaml"
  static let program = "/usr/local/bin/oktsec"

  init() throws {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "oktsec-clients-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var state: ClientState { ClientState(folder: path + "/state") }

  func surroundings(project: String? = nil) -> ClientSurroundings {
    var surroundings = ClientSurroundings(system: .linux, home: path)
    if let project { surroundings.projectFolders = ClientSurroundings.folders(ofProject: project) }
    return surroundings
  }

  func journal() throws -> WrapJournal { try JournalFile.read(state) }

  /// Writes a file and the folders above it.
  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    try write(Array(text.utf8), to: name, mode: mode)
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path + "/" + name))) }
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  func replace(_ old: String, by new: String, in name: String) throws {
    let before = try text(name)
    #expect(before.contains(old))
    try Data(before.replacingOccurrences(of: old, with: new).utf8).write(to: URL(filePath: path + "/" + name))
  }

  // MARK: Commands

  @discardableResult
  func wrap(
    _ clients: String..., server: String? = nil, project: String? = nil, purpose: WrapRun.Purpose = .change,
    config: String = ClientHome.config
  ) throws -> [WrapReport] {
    let selected = try clients.map { try #require(ClientTable.client(called: $0)) }
    let run = WrapRun(
      discovery: Discovery(surroundings(project: project)), clients: selected.isEmpty ? ClientTable.all : selected,
      server: server, isForProject: project != nil, purpose: purpose, state: state, program: Self.program,
      config: config,
      now: 1)
    return try run.run()
  }

  @discardableResult
  func unwrap(
    _ client: String? = nil, server: String? = nil, project: String? = nil, isDryRun: Bool = false,
    ignoresJournal: Bool = false
  ) throws -> [WrapReport] {
    let selected = try client.map { try #require(ClientTable.client(called: $0)) }
    return try UnwrapRun(
      surroundings: surroundings(project: project), client: selected, server: server, project: project,
      isDryRun: isDryRun, ignoresJournal: ignoresJournal, state: state
    ).run()
  }
}

extension [WrapReport] {
  func status(_ server: String) -> WrapReport.Status? { line(server)?.status }
  func line(_ server: String) -> WrapReport.Line? { lazy.flatMap(\.lines).first { $0.server == server } }
  var problems: [String] { compactMap(\.problem) }
}

/// The top of the repository.
let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func fixture(_ name: String) throws -> [UInt8] {
  Array(try Data(contentsOf: repository.appending(path: "fixtures/clients/\(name)")))
}

let cursorFile = ".cursor/mcp.json"
let twoServers = """
  {
    "mcpServers": {
      "files": {
        "command": "npx",
        "args": ["-y", "files-server"]
      },
      "git": {"command": "uvx", "args": ["mcp-server-git"]},
      "hosted": {"url": "https://mcp.example.test"}
    }
  }

  """
