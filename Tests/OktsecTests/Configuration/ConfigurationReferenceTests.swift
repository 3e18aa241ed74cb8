import Foundation
import JSONRPC
import Testing

@testable import CLI

@Suite struct ConfigurationReferenceTests {
  @Test("docs/configuration.md is what 'oktsec verify --reference' prints")
  func committed() throws {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    #expect(try contents(root.appending(path: "docs/configuration.md").path) == ConfigurationReference.text)
  }

  @Test("every key that is no section has an example, and no example is of a key that does not exist")
  func complete() {
    let names = ConfigurationKeys.paths.map { path in
      path.reduce(into: "") { name, part in
        name += part == "[]" ? "[]" : (name.isEmpty ? "" : ".") + (part == "*" ? "NAME" : part)
      }
    }
    let leaves = names.filter { name in
      !names.contains { $0.hasPrefix(name + ".") || $0.hasPrefix(name + "[]") }
    }
    #expect(Set(leaves) == Set(ConfigurationReference.examples.keys))
    for name in names { #expect(ConfigurationReference.text.contains("# `\(name)`\n"), "\(name)") }
  }

  @Test(
    "every example is valid and needs no warning", arguments: ConfigurationReference.examples.sorted { $0.key < $1.key }
  )
  func valid(name: String, example: String) {
    let text =
      example.hasPrefix("{")
      ? "{version: '1', " + example.dropFirst() : (name == "version" ? "" : "version: '1'\n") + example
    #expect(problems(text).isEmpty, "\(text): \(problems(text))")
  }
}
