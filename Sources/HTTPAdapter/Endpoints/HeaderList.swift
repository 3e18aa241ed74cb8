/// Header fields in their order. Names are compared without case, as HTTP has it (RFC 9110, section 5.1).
package struct HeaderList: Sendable {
  package private(set) var fields: [(name: String, value: String)]

  package init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  package mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

  /// Every value of a field, in their order.
  package func all(_ name: String) -> [String] {
    fields.filter { Self.isSame($0.name, name) }.map(\.value)
  }

  /// The value of a field that stands there once. Nil when it is missing or stands there twice: two readers could take
  /// different ones.
  package subscript(_ name: String) -> String? {
    var found: String?
    for field in fields where Self.isSame(field.name, name) {
      guard found == nil else { return nil }
      found = field.value
    }
    return found
  }

  package func contains(_ name: String) -> Bool { fields.contains { Self.isSame($0.name, name) } }

  static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
  }

  static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
