import Foundation
import Guard
import Testing

@testable import CLI

let testFolders = UserFolders(
  home: "/home/ann", workingDirectory: "/home/ann/project", namedConfig: nil, configHome: nil)

/// Reads a text as the config `/etc/o/oktsec.yaml`, which messages call `o.yaml`.
func parse(_ text: String) throws -> Configuration {
  try Configuration.parse(Array(text.utf8), file: "/etc/o/oktsec.yaml", shownAs: "o.yaml", folders: testFolders)
}

/// The problems of a text; empty when it is valid.
func problems(_ text: String) -> [ConfigurationProblem] {
  do throws(ConfigurationProblems) {
    _ = try Configuration.parse(Array(text.utf8), file: "/etc/o/oktsec.yaml", shownAs: "o.yaml", folders: testFolders)
    return []
  } catch {
    return error.problems
  }
}

/// A folder that goes when the body is done.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  // Resolved, since macOS reaches its temporary folder through a link.
  let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    .appending(path: "oktsec-tests-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

func write(_ text: String, to path: String, mode: Int = 0o600) throws {
  try Data(text.utf8).write(to: URL(filePath: path))
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}

func contents(_ path: String) throws -> String {
  String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
}

func mode(of path: String) throws -> Int {
  try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
}

func agent(_ name: String) throws -> AgentName { try #require(AgentName(name)) }
