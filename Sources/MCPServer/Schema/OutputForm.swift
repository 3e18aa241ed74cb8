import JSONRPC

/// The form of a structured result, declared once: schema and value follow from the same fields.
package struct OutputForm<Root>: Sendable {
  let fields: [Field]

  package init(_ fields: [Field]) { self.fields = fields }

  package struct Field: Sendable {
    let name: String
    let schema: JSONSchema
    let isRequired: Bool
    /// Nil: the member is left out.
    let value: @Sendable (Root) -> JSONValue?

    init(
      _ name: String, _ schema: JSONSchema, isRequired: Bool = true, value: @escaping @Sendable (Root) -> JSONValue?
    ) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
      self.value = value
    }
  }

  package var schema: JSONSchema { .object(fields.map { ($0.name, $0.schema, $0.isRequired) }) }

  package func value(_ root: Root) -> JSONValue {
    .object(
      fields.compactMap { field in
        guard let value = field.value(root) else { return nil }
        return (field.name, value)
      })
  }
}

extension OutputForm.Field {
  package static func text(
    _ name: String, _ description: String = "", _ value: @escaping @Sendable (Root) -> String
  ) -> Self {
    Self(name, .string().described(description)) { .string(value($0)) }
  }

  package static func optionalText(
    _ name: String, _ description: String = "", _ value: @escaping @Sendable (Root) -> String?
  ) -> Self {
    Self(name, .string().described(description), isRequired: false) { value($0).map { .string($0) } }
  }

  /// One of `words`.
  package static func choice(
    _ name: String, _ words: [String], _ description: String = "", _ value: @escaping @Sendable (Root) -> String
  ) -> Self {
    Self(name, .choice(words).described(description)) { .string(value($0)) }
  }

  package static func texts(
    _ name: String, _ description: String = "", _ value: @escaping @Sendable (Root) -> [String]
  ) -> Self {
    Self(name, .array(of: .string()).described(description)) { .strings(value($0)) }
  }

  package static func integer(
    _ name: String, _ description: String = "", _ value: @escaping @Sendable (Root) -> Int
  ) -> Self {
    Self(name, .integer().described(description)) { .integer(value($0)) }
  }

  package static func optionalInteger(
    _ name: String, _ description: String = "", _ value: @escaping @Sendable (Root) -> Int?
  ) -> Self {
    Self(name, .integer().described(description), isRequired: false) { value($0).map { .integer($0) } }
  }

  package static func flag(
    _ name: String, _ description: String = "", _ value: @escaping @Sendable (Root) -> Bool
  ) -> Self {
    Self(name, .boolean.described(description)) { .bool(value($0)) }
  }

  package static func list<Element>(
    _ name: String, of form: OutputForm<Element>, _ description: String = "",
    _ value: @escaping @Sendable (Root) -> [Element]
  ) -> Self {
    Self(name, .array(of: form.schema).described(description)) { .array(value($0).map(form.value)) }
  }

  package static func optionalList<Element>(
    _ name: String, of form: OutputForm<Element>, _ description: String = "",
    _ value: @escaping @Sendable (Root) -> [Element]?
  ) -> Self {
    Self(name, .array(of: form.schema).described(description), isRequired: false) {
      value($0).map { .array($0.map(form.value)) }
    }
  }

  package static func optionalObject<Member>(
    _ name: String, _ form: OutputForm<Member>, _ description: String = "",
    _ value: @escaping @Sendable (Root) -> Member?
  ) -> Self {
    Self(name, form.schema.described(description), isRequired: false) { value($0).map(form.value) }
  }
}
