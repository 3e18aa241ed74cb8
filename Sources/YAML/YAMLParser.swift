import CYAML

/// Reads YAML 1.1 documents with libyaml into nodes. Aliases are refused: nobody needs them here, and they let a small
/// file grow without bound. Depth is limited to 64.
package enum YAMLParser {
  /// All documents of a text, empty ones left out.
  ///
  /// - Parameter keepsDuplicates: keep keys that stand twice in a mapping, for a caller who wants to report them together
  ///   with whatever else is wrong. Otherwise they are errors.
  package static func documents(
    _ text: [UInt8], keepsDuplicates: Bool = false
  ) throws(YAMLError) -> [YAMLNode] {
    let result = text.withUnsafeBufferPointer { bytes -> Result<[YAMLNode], YAMLError> in
      var reader = EventReader(keepsDuplicates: keepsDuplicates)
      guard reader.open(bytes) else {
        return .failure(YAMLError(line: 1, column: 1, reason: "out of memory"))
      }
      defer { reader.close() }
      do throws(YAMLError) { return .success(try reader.documents()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// Walks libyaml's events.
private struct EventReader {
  let keepsDuplicates: Bool
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)

  private static let maximumDepth = 64

  mutating func open(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      return false
    }
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    return true
  }

  mutating func close() {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func documents() throws(YAMLError) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while true {
      let event = try next()
      switch event.kind {
      case .streamEnd: return documents
      case .node(let start):
        let node = try node(start, depth: 0)
        if case .scalar("", false) = node.value { continue }
        documents.append(node)
      default: continue
      }
    }
  }

  private enum Start {
    case scalar(String, isQuoted: Bool)
    case sequence, mapping
  }

  private enum Kind {
    case node(Start)
    case end, other, streamEnd
  }

  private struct Event {
    var kind: Kind
    var line: Int
    var column: Int
  }

  private mutating func node(_ start: Start, depth: Int) throws(YAMLError) -> YAMLNode {
    let line = lastLine
    let column = lastColumn
    guard depth < Self.maximumDepth else { throw YAMLError(line: line, column: column, reason: "nested too deep") }
    switch start {
    case .scalar(let text, let isQuoted):
      return YAMLNode(value: .scalar(text, isQuoted: isQuoted), line: line, column: column)
    case .sequence:
      var elements: [YAMLNode] = []
      while case .node(let start) = try next().kind { elements.append(try node(start, depth: depth + 1)) }
      return YAMLNode(value: .sequence(elements), line: line, column: column)
    case .mapping:
      var members: [(name: YAMLNode, value: YAMLNode)] = []
      var seen: Set<String> = []
      while case .node(let start) = try next().kind {
        let name = try node(start, depth: depth + 1)
        guard let text = name.text else {
          throw YAMLError(line: name.line, column: name.column, reason: "a key must be text")
        }
        guard seen.insert(text).inserted || keepsDuplicates else {
          throw YAMLError(line: name.line, column: name.column, reason: "duplicate key \(text)")
        }
        guard case .node(let start) = try next().kind else {
          throw YAMLError(line: name.line, column: name.column, reason: "a key without a value")
        }
        members.append((name, try node(start, depth: depth + 1)))
      }
      return YAMLNode(value: .mapping(members), line: line, column: column)
    }
  }

  private var lastLine = 1
  private var lastColumn = 1

  init(keepsDuplicates: Bool) { self.keepsDuplicates = keepsDuplicates }

  private mutating func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      let mark = parser.pointee.problem_mark
      let reason = parser.pointee.problem.map { String(cString: $0) } ?? "not YAML"
      throw YAMLError(line: Int(mark.line) + 1, column: Int(mark.column) + 1, reason: reason)
    }
    defer { yaml_event_delete(&event) }
    lastLine = Int(event.start_mark.line) + 1
    lastColumn = Int(event.start_mark.column) + 1
    let kind: Kind
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      kind = .node(.scalar(text, isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE))
    case YAML_SEQUENCE_START_EVENT: kind = .node(.sequence)
    case YAML_MAPPING_START_EVENT: kind = .node(.mapping)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .end
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_ALIAS_EVENT: throw YAMLError(line: lastLine, column: lastColumn, reason: "aliases are not allowed")
    default: kind = .other
    }
    return Event(kind: kind, line: lastLine, column: lastColumn)
  }
}
