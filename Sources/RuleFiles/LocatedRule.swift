import Guard
import YAML

/// A rule, and where its parts stand in the file: for problems that show only when it is compiled or tried.
package struct LocatedRule: Sendable {
  package struct Place: Sendable, Equatable {
    /// Counted from 1.
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  package let definition: RuleDefinition
  /// Where the id stands.
  package let place: Place
  /// Where the elements of these lists stand, in their order; the lists are as long as the definition's.
  package let patterns: [Place]
  package let excludes: [Place]
  package let validators: [Place]
  package let matches: [Place]
  package let passes: [Place]
  /// Where `within` stands; the id's place when it is not given.
  package let within: Place

  init(_ definition: RuleDefinition, _ document: YAMLNode) {
    func value(_ name: String) -> YAMLNode? { document.members?.first { $0.name.text == name }?.value }
    func places(_ name: String) -> [Place] { (value(name)?.elements ?? []).map(Self.place) }
    self.definition = definition
    place = Self.place(value("id") ?? document)
    patterns = (value("patterns")?.elements ?? []).map { node in
      Self.place(node.members?.first { $0.name.text == "value" }?.value ?? node)
    }
    excludes = places("exclude")
    validators = places("validators")
    matches = places("matches")
    passes = places("passes")
    within = value("within").map(Self.place) ?? place
  }

  private static func place(_ node: YAMLNode) -> Place { Place(line: node.line, column: node.column) }
}
