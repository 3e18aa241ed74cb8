import JSONRPC

/// Counts the values of a JSON text, before a tree is made of them.
struct ValueCount: JSONSink {
  private var count = 0

  /// Linear, in constant memory. What cannot be scanned counts as far as it goes.
  static func of(_ text: UnsafeRawBufferPointer) -> Int {
    var scanner = JSONScanner()
    var sink = ValueCount()
    _ = try? scanner.scan(text, sink: &sink)
    return sink.count
  }

  mutating func beginObject(at offset: Int) { count += 1 }
  mutating func endObject(at end: Int) {}
  mutating func beginArray(at offset: Int) { count += 1 }
  mutating func endArray(at end: Int) {}
  mutating func memberName(_ name: JSONString) {}
  mutating func string(_ value: JSONString) { count += 1 }
  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) { count += 1 }
}
