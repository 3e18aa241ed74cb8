import Foundation
import Guard
import RuleFiles
import Testing

@testable import CLI

/// What `oktsec rules test` says of a file, and what a folder of a user's rules does with it, is one thing.
@Suite("the project's own rule files, taken for a user's")
struct CommittedRuleFilesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "rules").path

  private static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []

  /// Their examples are run by `RuleExampleTests`, with the tables of the product: to compile them here takes long.
  @Test("each is taken", arguments: names)
  func taken(name: String) throws {
    _ = try CustomRuleFile(path: "\(Self.folder)/\(name)")
  }

  @Test("the examples of one hold without the other files")
  func examples() throws {
    let file = try CustomRuleFile(path: "\(Self.folder)/unicode-attack.yaml")
    let rules = try RuleSet(file.rules.map(\.definition))
    #expect(RuleExamples(file: file).failures(with: Inspector(rules: rules)).map(\.description) == [])
  }

  @Test("there are some")
  func some() {
    #expect(Self.names.count >= 15)
  }

  @Test("a dear pattern is taken only in the place of the built-in rule that has it already")
  func dearPattern() throws {
    let folder = try CommandFolder()
    let built = try BuiltinRules.load().definition(of: "IAP-101")
    let pattern = try #require(built?.patterns.first { ExpressionCheck.defect(of: $0) != nil })
    func problem(_ id: String, _ value: String, roles: String = "message") throws -> String? {
      let text = """
        id: \(id)
        name: Numbers
        severity: low
        category: custom
        roles: [\(roles)]
        patterns:
          - {type: regex, value: '\(value.replacing("'", with: "''"))'}
        """
      let path = try folder.file("own.yaml", Array(text.utf8))
      do throws(CustomRuleProblem) {
        _ = try CustomRuleFile(path: path)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(try problem("iap-101", pattern.value) == nil)
    for refused in [
      try problem("ACME-1", pattern.value), try problem("IAP-001", pattern.value),
      try problem("IAP-101", pattern.value + #"\d?"#),
      try problem("UNI_005", "[a-z]+"),
    ] {
      #expect(refused?.contains("would slow down every text") == true, "\(refused ?? "taken")")
    }
  }
}
