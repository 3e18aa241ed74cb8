import JSONRPC
import YAML

/// What a value of the config must look like. One description does both: it reads the value, and it is the JSON schema
/// that editors get, so that the two cannot disagree.
struct Form<Value>: Sendable {
  /// JSON Schema, draft 2020-12. Made when it is asked for, which no start of a relay does.
  var schema: Schema { makeSchema() }
  private let makeSchema: @Sendable () -> Schema
  /// Reads a node. Nil when it does not have the form; then the reader holds the problem.
  let read: @Sendable (YAMLNode, inout FormReader) -> Value?
  /// A value as the config would spell it; shown as a default. Nil when there is nothing to show.
  let show: @Sendable (Value) -> JSONValue?

  init(
    schema: @autoclosure @escaping @Sendable () -> Schema,
    show: @escaping @Sendable (Value) -> JSONValue? = { _ in nil },
    read: @escaping @Sendable (YAMLNode, inout FormReader) -> Value?
  ) {
    makeSchema = schema
    self.show = show
    self.read = read
  }
}

/// A JSON schema as the members of its object, in order.
typealias Schema = [(name: String, value: JSONValue)]

/// One key of a section.
struct Field<Root>: Sendable {
  let name: String
  let isRequired: Bool
  var schema: Schema { makeSchema() }
  let read: @Sendable (YAMLNode, inout Root, inout FormReader) -> Void
  private let makeSchema: @Sendable () -> Schema

  /// - Parameters:
  ///   - summary: one sentence for the schema.
  ///   - fallback: what holds when the key is missing, for the schema, where the section's initial value does not say.
  init<Value>(
    _ name: String, _ place: WritableKeyPath<Root, Value> & Sendable, _ form: Form<Value>, isRequired: Bool = false,
    initial: Root? = nil, fallback: JSONValue? = nil, _ summary: String
  ) where Root: Sendable {
    self.name = name
    self.isRequired = isRequired
    makeSchema = {
      let standing = fallback ?? initial.flatMap { form.show($0[keyPath: place]) }
      return [("description", .string(summary))] + form.schema + (standing.map { [("default", $0)] } ?? [])
    }
    read = { node, root, reader in
      if let value = form.read(node, &reader) { root[keyPath: place] = value }
    }
  }

  /// A key that may be missing, which is not the same as any value.
  init<Value>(
    _ name: String, optional place: WritableKeyPath<Root, Value?> & Sendable, _ form: Form<Value>,
    isRequired: Bool = false, fallback: JSONValue? = nil, _ summary: String
  ) where Root: Sendable {
    let optional = Form<Value?>(schema: form.schema) { node, reader in
      form.read(node, &reader).map { Optional($0) }
    }
    self.init(name, place, optional, isRequired: isRequired, fallback: fallback, summary)
  }
}

/// The keys that a section has in the file, with their nodes.
struct SectionMembers: Sendable {
  let node: YAMLNode
  fileprivate(set) var values: [String: YAMLNode] = [:]

  subscript(_ name: String) -> YAMLNode? { values[name] }
}

extension Form {
  /// A mapping with known keys. Every key is read, whatever is wrong with the others.
  ///
  /// - Parameters:
  ///   - check: what concerns several keys, after all were read.
  ///   - extra: what the schema says about that.
  static func section(
    _ initial: Value, _ fields: [Field<Value>], extra: @autoclosure @escaping @Sendable () -> Schema = [],
    check: @escaping @Sendable (Value, SectionMembers, inout FormReader) -> Void = { _, _, _ in }
  ) -> Form<Value> where Value: Sendable {
    let required = fields.filter(\.isRequired).map(\.name)
    @Sendable func schema() -> Schema {
      var schema: Schema = [("type", .string("object")), ("additionalProperties", .bool(false))]
      if !required.isEmpty { schema.append(("required", .array(required.map { .string($0) }))) }
      schema.append(("properties", .object(fields.map { ($0.name, .object($0.schema)) })))
      return schema + extra()
    }
    return Form(schema: schema()) { node, reader in
      guard let members = reader.members(node) else { return nil }
      var value = initial
      var seen = SectionMembers(node: node)
      for (nameNode, child) in members {
        guard let name = nameNode.text else { continue }
        guard let field = fields.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
          reader.unknownKey(nameNode, known: fields.map(\.name))
          continue
        }
        guard seen.values.updateValue(child, forKey: name) == nil else {
          reader.problem(nameNode, "duplicate key \(name)")
          continue
        }
        reader.inside(name) { reader in field.read(child, &value, &reader) }
      }
      for name in required where seen[name] == nil {
        reader.problem(node, "\(reader.name(of: name)) is missing")
      }
      check(value, seen, &reader)
      return value
    }
  }

  /// A list of one form each.
  ///
  /// - Parameter mayBeEmptyValue: whether a key without any value means an empty list. Not where empty and missing
  ///   differ in what they permit.
  static func list<Element: Sendable>(
    of element: Form<Element>, mayBeEmptyValue: Bool = false, maximum: Int = 10_000
  ) -> Form<Value> where Value == [Element] {
    Form(
      schema: [("type", .string("array")), ("items", .object(element.schema))],
      show: { elements in
        let shown = elements.compactMap(element.show)
        return shown.count == elements.count ? .array(shown) : nil
      },
      read: { node, reader in
        if mayBeEmptyValue, FormReader.isEmptyValue(node) { return [] }
        guard let nodes = node.elements else {
          reader.wrongType(node, wanted: "a list")
          return nil
        }
        guard nodes.count <= maximum else {
          reader.problem(node, "\(reader.name) has more than \(maximum) entries")
          return nil
        }
        var elements: [Element] = []
        for (index, node) in nodes.enumerated() {
          reader.inside("[\(index + 1)]") { reader in
            if let value = element.read(node, &reader) { elements.append(value) }
          }
        }
        return elements.count == nodes.count ? elements : nil
      })
  }

  /// The same value, turned into another after it was read.
  func map<Other>(
    show: @escaping @Sendable (Other) -> JSONValue? = { _ in nil }, _ transform: @escaping @Sendable (Value) -> Other
  ) -> Form<Other> {
    Form<Other>(schema: schema, show: show) { node, reader in read(node, &reader).map(transform) }
  }
}
