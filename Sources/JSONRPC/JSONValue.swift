/// A JSON value as a tree that keeps the order of members and the literal of numbers. For the cold paths: what the
/// relay forwards is never built from this.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The literal, as it was written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([(name: String, value: JSONValue)])

  /// Parses one JSON text with the strict scanner. Duplicate member names are refused.
  package init(parsing text: UnsafeRawBufferPointer, maximumDepth: Int = 512) throws(JSONValueError) {
    guard UTF8Repair.isValid(text) else { throw .invalidUTF8 }
    var scanner = JSONScanner(maximumDepth: maximumDepth)
    var builder = JSONTreeBuilder(text: text)
    let seen: JSONObservations
    do {
      seen = try scanner.scan(text, sink: &builder)
    } catch {
      throw .syntax(error)
    }
    guard !seen.duplicateMember else { throw .duplicateMember }
    self = builder.root
  }

  package init(parsing text: String) throws(JSONValueError) {
    let bytes = Array(text.utf8)
    self = try bytes.withUnsafeBytes { (raw) -> Result<JSONValue, JSONValueError> in
      do throws(JSONValueError) { return .success(try JSONValue(parsing: raw)) } catch { return .failure(error) }
    }.get()
  }

  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  package subscript(_ index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var integer: Int? {
    if case .number(let literal) = self { Int(literal) } else { nil }
  }

  package var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// Compact JSON text.
  package var text: String {
    var writer = JSONWriter()
    write(into: &writer)
    return writer.text
  }

  package func write(into writer: inout JSONWriter) {
    switch self {
    case .null: writer.raw("null")
    case .bool(let value): writer.raw(value ? "true" : "false")
    case .number(let literal): writer.raw(literal)
    case .string(let text): writer.string(text)
    case .array(let elements):
      writer.array { writer in
        for element in elements {
          writer.element()
          element.write(into: &writer)
        }
      }
    case .object(let members):
      writer.object { writer in
        for (name, value) in members {
          writer.name(name)
          value.write(into: &writer)
        }
      }
    }
  }

  /// Equal when written alike: members in the same order, numbers by their literal.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    var (first, second) = (JSONWriter(), JSONWriter())
    left.write(into: &first)
    right.write(into: &second)
    return first.bytes == second.bytes
  }
}

package enum JSONValueError: Error, Sendable, Equatable {
  case syntax(JSONSyntaxError)
  case invalidUTF8
  case duplicateMember
}

/// Builds the tree with a stack of open containers; depth costs heap, not stack.
private struct JSONTreeBuilder: JSONSink {
  let text: UnsafeRawBufferPointer
  var root = JSONValue.null

  /// Mutated in place, so that a long array is not copied for each element.
  private struct Container {
    let isObject: Bool
    var elements: [JSONValue] = []
    var members: [(name: String, value: JSONValue)] = []
    var name = ""
  }
  private var open: [Container] = []

  init(text: UnsafeRawBufferPointer) {
    self.text = text
  }

  mutating func beginObject(at offset: Int) { open.append(Container(isObject: true)) }
  mutating func beginArray(at offset: Int) { open.append(Container(isObject: false)) }
  mutating func endObject(at end: Int) { closeContainer() }
  mutating func endArray(at end: Int) { closeContainer() }
  mutating func memberName(_ name: JSONString) {
    if !open.isEmpty { open[open.count - 1].name = name.value(in: text) }
  }
  mutating func string(_ value: JSONString) { add(.string(value.value(in: text))) }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    switch kind {
    case .null: add(.null)
    case .true: add(.bool(true))
    case .false: add(.bool(false))
    case .number: add(.number(String(decoding: text[range], as: UTF8.self)))
    }
  }

  private mutating func closeContainer() {
    guard let container = open.popLast() else { return }
    add(container.isObject ? .object(container.members) : .array(container.elements))
  }

  private mutating func add(_ value: JSONValue) {
    guard let last = open.indices.last else {
      root = value
      return
    }
    if open[last].isObject {
      open[last].members.append((open[last].name, value))
    } else {
      open[last].elements.append(value)
    }
  }
}
