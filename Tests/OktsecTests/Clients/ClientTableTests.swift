import Foundation
import Testing

@testable import CLI

@Suite("The table of clients")
struct ClientTableTests {
  @Test("names every client once, by words that lead back to it")
  func names() {
    var seen: Set<String> = []
    for client in ClientTable.all {
      for word in [client.id, client.name] + client.aliases {
        #expect(ClientTable.client(called: word)?.id == client.id, "\(word)")
      }
      #expect(seen.insert(client.id).inserted)
      #expect(client.documentation.hasPrefix("https://"))
    }
    #expect(ClientTable.client(called: "VS_Code")?.id == "vscode")
    #expect(ClientTable.client(called: "nothing") == nil)
  }

  @Test("and the list of fixtures name the same files and pages")
  func fixtureList() throws {
    let list = String(decoding: try fixture("README.md"), as: UTF8.self)
    let rows = list.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("`") }.map(String.init)
    let expected = ClientTable.all.compactMap { client in
      client.fixture.map { "| \(client.name) | `\($0)` | \(client.documentation) |" }
    }
    #expect(rows == expected)
    let files = try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "fixtures/clients").path)
    #expect(Set(files).subtracting(["README.md"]) == Set(ClientTable.all.compactMap(\.fixture)))
  }

  @Test(
    "offers no client whose settings cannot be read from its fixture, wrapped, unwrapped, and found unchanged",
    arguments: ClientTable.all.filter(\.isOfferedByWrap).map(\.id))
  func fixtures(_ id: String) throws {
    let client = try #require(ClientTable.client(called: id))
    let text = try fixture(try #require(client.fixture))
    let home = try ClientHome()
    let project = home.path + "/project"
    try FileManager.default.createDirectory(atPath: project + "/.git", withIntermediateDirectories: true)
    let surroundings = home.surroundings(project: project)
    // The first place whose form is the fixture's.
    let place = try #require(
      client.places.first { place in
        place.reasonNotToEdit == nil && !surroundings.paths(of: place).isEmpty
          && (try? SettingsDocument(text, dialect: place.dialect))?.entries.isEmpty == false
      })
    let path = try #require(surroundings.paths(of: place).first)
    let name = String(path.dropFirst(home.path.count + 1))
    try home.write(text, to: name)
    let projectToWrap = place.scope == .project ? project : nil

    let wrapped = try home.wrap(id, project: projectToWrap)
    #expect(wrapped.problems.isEmpty && wrapped.contains { $0.count(.wrapped) > 0 }, "\(wrapped)")
    let after = try home.bytes(name)
    #expect(after != text)
    // Every process starts through us now.
    let document = try SettingsDocument(after, dialect: place.dialect)
    for entry in document.entries {
      guard let process = entry.process else { continue }
      #expect(WrapState.invocation(in: process)?.program == ClientHome.program)
    }
    #expect(try home.wrap(id, project: projectToWrap).allSatisfy { $0.count(.wrapped) == 0 })
    #expect(try home.bytes(name) == after)
    try home.unwrap(id)
    #expect(try home.bytes(name) == text)
    #expect(try home.journal().records.isEmpty && home.journal().backups.isEmpty)
  }

  @Test("leads to paths by variables, and not to relative ones")
  func variables() throws {
    var surroundings = ClientSurroundings(system: .linux, home: "/home/ann")
    func paths(_ id: String) throws -> [String] {
      try #require(ClientTable.client(called: id)).places.flatMap { surroundings.paths(of: $0) }
    }
    #expect(try paths("codex") == ["/home/ann/.codex/config.toml"])
    #expect(try paths("claude-code").first == "/home/ann/.claude.json")
    #expect(try paths("opencode").first == "/home/ann/.config/opencode/opencode.json")
    surroundings.variables = [
      "CODEX_HOME": "/srv/codex", "CLAUDE_CONFIG_DIR": "relative", "XDG_CONFIG_HOME": "/srv/config",
    ]
    #expect(try paths("codex") == ["/srv/codex/config.toml"])
    #expect(try paths("claude-code").first == "/home/ann/.claude.json")
    #expect(try paths("opencode").first == "/srv/config/opencode/opencode.json")
    surroundings.system = .macOS
    #expect(try paths("claude-desktop") == ["/home/ann/Library/Application Support/Claude/claude_desktop_config.json"])
  }

  @Test("finds profiles of VS Code by a pattern")
  func profiles() throws {
    let home = try ClientHome()
    for profile in ["a1", "b2"] {
      try home.write(
        #"{"servers":{"\#(profile)":{"command":"x"}}}"#, to: ".config/Code/User/profiles/\(profile)/mcp.json")
    }
    let client = try #require(ClientTable.client(called: "vscode"))
    let files = Discovery(home.surroundings(), clients: [client]).files
    #expect(files.map { $0.entries.map(\.name) } == [["a1"], ["b2"]])
    #expect(files.allSatisfy { $0.place.scope == .profile })
  }
}
