/// One strict validating pass over a JSON text (RFC 8259). Builds no tree and allocates nothing per value.
///
/// Refuses whatever the RFC refuses: comments, trailing commas, NaN, raw control characters, leading zeros, a byte
/// order mark. Nesting is limited, and the scan is iterative, so depth costs no stack. Duplicate member names,
/// compared after unescaping, and unpaired surrogate escapes do not end the scan; they are reported with the result,
/// because policy decides about them and the text has to be inspected either way.
///
/// The text must be valid UTF-8 (see `UTF8Repair`). Time is linear; memory is proportional to the depth plus the
/// names of the objects that are open.
package struct JSONScanner {
  /// Deepest nesting accepted; 1 is a single object or array of scalars.
  package let maximumDepth: Int

  private var names = MemberNames()
  private var containers: [UInt8] = []

  package init(maximumDepth: Int = 512) {
    self.maximumDepth = max(1, maximumDepth)
  }

  /// Scans one JSON value with optional white space around it.
  ///
  /// - Parameter range: the part of `text` to scan; offsets given to the sink stay relative to `text`.
  /// - Throws: `JSONSyntaxError` with the offset of the first byte that cannot stand there.
  package mutating func scan<Sink: JSONSink>(
    _ text: UnsafeRawBufferPointer, in range: Range<Int>? = nil, sink: inout Sink
  ) throws(JSONSyntaxError) -> JSONObservations {
    let range = range ?? 0..<text.count
    var cursor = Cursor(text: text, index: range.lowerBound, end: range.upperBound)
    containers.removeAll(keepingCapacity: true)
    names.reset()
    var seen = JSONObservations()

    if cursor.startsWithByteOrderMark { throw JSONSyntaxError(.byteOrderMark, at: cursor.index) }
    var expectingValue = true
    while true {
      cursor.skipWhitespace()
      if expectingValue {
        guard cursor.index < cursor.end else { throw JSONSyntaxError(.unexpectedEnd, at: cursor.index) }
        let byte = text[cursor.index]
        switch byte {
        case UInt8(ascii: "{"):
          try open(object: true, &cursor, &sink)
          cursor.skipWhitespace()
          if cursor.take(UInt8(ascii: "}")) {
            close(&cursor, &sink)
          } else {
            try member(&cursor, &sink, &seen)
            continue
          }
        case UInt8(ascii: "["):
          try open(object: false, &cursor, &sink)
          cursor.skipWhitespace()
          if cursor.take(UInt8(ascii: "]")) {
            close(&cursor, &sink)
          } else {
            continue
          }
        case UInt8(ascii: "\""):
          sink.string(try cursor.string(&seen))
        default:
          let (kind, span) = try cursor.scalar()
          sink.scalar(kind, span)
        }
        expectingValue = false
        continue
      }
      guard let container = containers.last else {
        guard cursor.index == cursor.end else { throw JSONSyntaxError(.trailingBytes, at: cursor.index) }
        return seen
      }
      let isObject = container == Self.object
      if cursor.take(UInt8(ascii: ",")) {
        if isObject {
          cursor.skipWhitespace()
          try member(&cursor, &sink, &seen)
        }
        expectingValue = true
      } else if cursor.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
        close(&cursor, &sink)
      } else {
        throw JSONSyntaxError(
          cursor.index < cursor.end ? .unexpectedByte : .unexpectedEnd, at: cursor.index)
      }
    }
  }

  // MARK: Private

  private static let object: UInt8 = 1
  private static let array: UInt8 = 0

  private mutating func open<Sink: JSONSink>(
    object: Bool, _ cursor: inout Cursor, _ sink: inout Sink
  ) throws(JSONSyntaxError) {
    guard containers.count < maximumDepth else { throw JSONSyntaxError(.tooDeep, at: cursor.index) }
    containers.append(object ? Self.object : Self.array)
    if object {
      names.openObject()
      sink.beginObject(at: cursor.index)
    } else {
      sink.beginArray(at: cursor.index)
    }
    cursor.index += 1
  }

  private mutating func close<Sink: JSONSink>(_ cursor: inout Cursor, _ sink: inout Sink) {
    if containers.removeLast() == Self.object {
      names.closeObject()
      sink.endObject(at: cursor.index)
    } else {
      sink.endArray(at: cursor.index)
    }
  }

  private mutating func member<Sink: JSONSink>(
    _ cursor: inout Cursor, _ sink: inout Sink, _ seen: inout JSONObservations
  ) throws(JSONSyntaxError) {
    guard cursor.index < cursor.end else { throw JSONSyntaxError(.unexpectedEnd, at: cursor.index) }
    guard cursor.text[cursor.index] == UInt8(ascii: "\"") else {
      throw JSONSyntaxError(.unexpectedByte, at: cursor.index)
    }
    let name = try cursor.string(&seen)
    if names.isDuplicate(name, in: cursor.text) { seen.duplicateMember = true }
    sink.memberName(name)
    cursor.skipWhitespace()
    guard cursor.take(UInt8(ascii: ":")) else {
      throw JSONSyntaxError(cursor.index < cursor.end ? .unexpectedByte : .unexpectedEnd, at: cursor.index)
    }
  }
}

/// What a scan noticed about a valid text that policy wants to know.
package struct JSONObservations: Sendable, Equatable {
  /// Some object holds the same member name twice, compared after unescaping.
  package var duplicateMember = false
  /// Some string or name holds a `\uD800`–`\uDFFF` escape without its other half.
  package var unpairedSurrogate = false

  package init() {}

  package mutating func merge(_ other: JSONObservations) {
    duplicateMember = duplicateMember || other.duplicateMember
    unpairedSurrogate = unpairedSurrogate || other.unpairedSurrogate
  }
}

/// Why a text is not JSON, and where. Holds no byte of the text.
package struct JSONSyntaxError: Error, Sendable, Equatable {
  package enum Kind: String, Sendable {
    case byteOrderMark = "byte order mark"
    case unexpectedByte = "unexpected byte"
    case unexpectedEnd = "unexpected end"
    case trailingBytes = "bytes after the value"
    case controlCharacter = "raw control character in a string"
    case invalidEscape = "invalid escape"
    case invalidNumber = "invalid number"
    case tooDeep = "nested too deep"
    /// Thrown by `MessageDecoder` only: the text is JSON, but an array of too many elements.
    case batchTooLong = "batch of too many messages"
  }

  package let kind: Kind
  /// Offset in bytes.
  package let offset: Int

  package init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}
