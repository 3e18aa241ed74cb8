import JSONRPC

/// One argument of a tool, declared once: its schema and its reading follow from the same form.
package struct Argument<Value: Sendable>: ArgumentDeclaration {
  package let name: String
  package let schema: JSONSchema
  package let isRequired: Bool
  private let reading: @Sendable (JSONValue?) throws(ArgumentProblem) -> Value

  private init(
    name: String, schema: JSONSchema, isRequired: Bool,
    reading: @escaping @Sendable (JSONValue?) throws(ArgumentProblem) -> Value
  ) {
    self.name = name
    self.schema = schema
    self.isRequired = isRequired
    self.reading = reading
  }

  package static func required(
    _ name: String, _ form: ValueForm<Value>, _ description: String
  ) -> Argument {
    Argument(name: name, schema: form.schema.described(description), isRequired: true) {
      value throws(ArgumentProblem) in
      guard let value else { throw ArgumentProblem("\(name) is missing") }
      return try form.value(of: name, in: value)
    }
  }

  /// - Parameter standard: the value when the argument is absent, or null as some models send it; said in the schema.
  package static func defaulted(
    _ name: String, _ form: ValueForm<Value>, _ description: String, standard: Value, shown: JSONValue
  ) -> Argument {
    var schema = form.schema.described(description)
    schema = JSONSchema(.object(schema.value.members + [("default", shown)]))
    return Argument(name: name, schema: schema, isRequired: false) { value throws(ArgumentProblem) in
      guard let value, !value.isNull else { return standard }
      return try form.value(of: name, in: value)
    }
  }

  /// An argument that may be absent, or null as some models send it.
  package static func optional<Wrapped>(
    _ name: String, _ form: ValueForm<Wrapped>, _ description: String
  ) -> Argument where Value == Wrapped? {
    Argument(name: name, schema: form.schema.described(description), isRequired: false) {
      value throws(ArgumentProblem) in
      guard let value, !value.isNull else { return nil }
      return try form.value(of: name, in: value)
    }
  }

  func value(in arguments: JSONValue) throws(ArgumentProblem) -> Value {
    try reading(arguments[name])
  }

  package func problem(in arguments: JSONValue) -> ArgumentProblem? {
    do throws(ArgumentProblem) {
      _ = try value(in: arguments)
      return nil
    } catch {
      return error
    }
  }
}

/// An argument of some type.
package protocol ArgumentDeclaration: Sendable {
  var name: String { get }
  var schema: JSONSchema { get }
  var isRequired: Bool { get }
  /// What is wrong with this argument; nil when it can be read.
  func problem(in arguments: JSONValue) -> ArgumentProblem?
}

/// What is wrong with an argument, for the model that sent it. Holds nothing of its value.
package struct ArgumentProblem: Error, Sendable, Equatable {
  package let message: String
  package init(_ message: String) { self.message = message }
}

/// The arguments of one call, checked against their declarations.
package struct Arguments {
  let value: JSONValue

  /// Reads an argument. Throws only for one that the tool did not declare: the others were checked before the call.
  package subscript<Value>(argument: Argument<Value>) -> Value {
    get throws(ArgumentProblem) { try argument.value(in: value) }
  }
}

extension ValueForm {
  fileprivate func value(of name: String, in json: JSONValue) throws(ArgumentProblem) -> Value {
    guard let value = read(json) else { throw ArgumentProblem("\(name) must be \(wanted)") }
    return value
  }
}
