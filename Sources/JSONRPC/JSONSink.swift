/// Receives the values of a JSON text in the order in which they stand there.
///
/// The scanner calls it while it validates: when the scan fails, what was delivered before counts for nothing.
/// Offsets are bytes of the scanned text.
package protocol JSONSink {
  mutating func beginObject(at offset: Int)
  /// - Parameter end: offset just behind the closing brace.
  mutating func endObject(at end: Int)
  mutating func beginArray(at offset: Int)
  mutating func endArray(at end: Int)
  mutating func memberName(_ name: JSONString)
  mutating func string(_ value: JSONString)
  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>)
}

/// A value that is neither string nor container.
package enum JSONScalar: Sendable, Equatable {
  case number, `true`, `false`, null
}

/// A sink for callers that only want to know whether a text is valid.
package struct DiscardingSink: JSONSink {
  package init() {}
  package mutating func beginObject(at offset: Int) {}
  package mutating func endObject(at end: Int) {}
  package mutating func beginArray(at offset: Int) {}
  package mutating func endArray(at end: Int) {}
  package mutating func memberName(_ name: JSONString) {}
  package mutating func string(_ value: JSONString) {}
  package mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {}
}
