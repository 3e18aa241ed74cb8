import JSONRPC

extension JSONValue {
  static let emptyObject = JSONValue.object([])

  static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }
  static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

  var isObject: Bool {
    if case .object = self { true } else { false }
  }

  var isNull: Bool {
    if case .null = self { true } else { false }
  }

  var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  var members: [(name: String, value: JSONValue)] {
    if case .object(let members) = self { members } else { [] }
  }

  /// The same value with the members of every object in the order of their names' bytes, so that two spellings of one
  /// value are one text. Numbers keep their literal.
  var sorted: JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map(\.sorted))
    case .object(let members):
      let ordered = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      return .object(ordered.map { ($0.name, $0.value.sorted) })
    default: return self
    }
  }
}
