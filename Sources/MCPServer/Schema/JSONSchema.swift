import JSONRPC

/// A JSON Schema (2020-12), of the few keywords that our declarations need.
package struct JSONSchema: Sendable {
  package let value: JSONValue

  /// A schema written out, for declarations that need more than the forms below.
  package init(_ value: JSONValue) { self.value = value }

  package func described(_ description: String) -> JSONSchema {
    guard case .object(let members) = value, !description.isEmpty else { return self }
    return JSONSchema(.object(members + [("description", .string(description))]))
  }

  package static func string(pattern: String? = nil, maximumLength: Int? = nil) -> JSONSchema {
    var members: [(name: String, value: JSONValue)] = [("type", .string("string"))]
    if let pattern { members.append(("pattern", .string(pattern))) }
    if let maximumLength { members.append(("maxLength", .integer(maximumLength))) }
    return JSONSchema(.object(members))
  }

  package static func choice(_ words: [String]) -> JSONSchema {
    JSONSchema(.object([("type", .string("string")), ("enum", .strings(words))]))
  }

  package static func integer(_ range: ClosedRange<Int>? = nil) -> JSONSchema {
    var members: [(name: String, value: JSONValue)] = [("type", .string("integer"))]
    if let range {
      members.append(("minimum", .integer(range.lowerBound)))
      members.append(("maximum", .integer(range.upperBound)))
    }
    return JSONSchema(.object(members))
  }

  package static let boolean = JSONSchema(.object([("type", .string("boolean"))]))

  package static func array(of element: JSONSchema) -> JSONSchema {
    JSONSchema(.object([("type", .string("array")), ("items", element.value)]))
  }

  /// An object with these members and no others.
  package static func object(_ members: [(name: String, schema: JSONSchema, isRequired: Bool)]) -> JSONSchema {
    var schema: [(name: String, value: JSONValue)] = [
      ("type", .string("object")), ("properties", .object(members.map { ($0.name, $0.schema.value) })),
    ]
    let required = members.filter(\.isRequired).map(\.name)
    if !required.isEmpty { schema.append(("required", .strings(required))) }
    schema.append(("additionalProperties", .bool(false)))
    return JSONSchema(.object(schema))
  }
}
