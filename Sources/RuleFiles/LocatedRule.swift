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
  /// How it was written.
  package let format: RuleFormat
  /// What of it was understood and is not used.
  package let notes: [Note]

  package struct Note: Sendable, Equatable {
    package let place: Place
    package let text: String

    init(_ node: YAMLNode, _ text: String) {
      place = LocatedRule.place(node)
      self.text = text
    }
  }

  /// - Parameter document: the rule in the project's own format, whatever it was written in.
  init(_ definition: RuleDefinition, _ document: YAMLNode, _ format: RuleFormat, notes: [Note]) {
    func places(_ name: String) -> [Place] { (document[name]?.elements ?? []).map(Self.place) }
    self.definition = definition
    self.format = format
    self.notes = notes
    place = Self.place(document["id"] ?? document)
    patterns = (document["patterns"]?.elements ?? []).map { Self.place($0["value"] ?? $0) }
    excludes = places("exclude")
    validators = places("validators")
    matches = places("matches")
    passes = places("passes")
    within = document["within"].map(Self.place) ?? place
  }

  private static func place(_ node: YAMLNode) -> Place { Place(line: node.line, column: node.column) }
}
