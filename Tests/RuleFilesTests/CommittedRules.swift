import Foundation
import Guard
import RuleFiles

/// The rules of the work tree, read from their files.
enum CommittedRules {
  static func files() throws -> [(name: String, rules: [RuleDefinition])] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "rules")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    return try names.sorted().map { name in
      (name, try RuleFile.rules([UInt8](Data(contentsOf: folder.appending(path: name)))))
    }
  }

  static func all() throws -> [RuleDefinition] { try files().flatMap(\.rules) }
}
