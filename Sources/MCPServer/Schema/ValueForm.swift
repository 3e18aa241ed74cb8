import Guard
import JSONRPC

/// A type of value that arguments can have: how a schema says it, and how it is read.
package struct ValueForm<Value: Sendable>: Sendable {
  package let schema: JSONSchema
  /// Completes "must be …".
  package let wanted: String
  /// Nil when the value is something else.
  package let read: @Sendable (JSONValue) -> Value?

  package init(schema: JSONSchema, wanted: String, read: @escaping @Sendable (JSONValue) -> Value?) {
    self.schema = schema
    self.wanted = wanted
    self.read = read
  }
}

extension ValueForm where Value == String {
  package static let text = ValueForm(schema: .string(), wanted: "a string") { $0.string }

  /// - Parameter limit: in Unicode scalars, which is what JSON Schema counts.
  package static func shortText(upTo limit: Int) -> ValueForm {
    ValueForm(schema: .string(maximumLength: limit), wanted: "a string of at most \(limit) characters") { value in
      value.string.flatMap { $0.unicodeScalars.count <= limit ? $0 : nil }
    }
  }
}

extension ValueForm where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> ValueForm {
    ValueForm(schema: .integer(range), wanted: "an integer from \(range.lowerBound) to \(range.upperBound)") { value in
      value.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueForm where Value == AgentName {
  package static let agentName = ValueForm(
    schema: .string(pattern: AgentName.pattern), wanted: "an agent's name: \(AgentName.rule)"
  ) { value in value.string.flatMap { AgentName($0) } }
}

extension ValueForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the words of an enumeration.
  package static var choice: ValueForm {
    let words = Value.allCases.map(\.rawValue)
    return ValueForm(schema: .choice(words), wanted: "one of: \(words.joined(separator: ", "))") { value in
      // By bytes: `String` compares by canonical equivalence.
      value.string.flatMap { text in Value.allCases.first { $0.rawValue.utf8.elementsEqual(text.utf8) } }
    }
  }
}
