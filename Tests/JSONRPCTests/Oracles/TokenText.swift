import JSONRPC

/// What a scan delivered as one line of words, for comparison with another reader: `{ k6964 #1 }` is `{"id":1}`.
struct TokenSink: JSONSink {
  let text: UnsafeRawBufferPointer
  private(set) var words: [String] = []

  init(text: UnsafeRawBufferPointer) { self.text = text }

  mutating func beginObject(at offset: Int) { words.append("{") }
  mutating func endObject(at end: Int) { words.append("}") }
  mutating func beginArray(at offset: Int) { words.append("[") }
  mutating func endArray(at end: Int) { words.append("]") }
  mutating func memberName(_ name: JSONString) { words.append("k" + hexadecimal(name)) }
  mutating func string(_ value: JSONString) { words.append("s" + hexadecimal(value)) }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    switch kind {
    case .null: words.append("n")
    case .true: words.append("t")
    case .false: words.append("f")
    case .number: words.append("#" + String(decoding: text[range], as: UTF8.self))
    }
  }

  private func hexadecimal(_ string: JSONString) -> String { string.value(in: text).utf8.hexadecimal }
}

extension Sequence<UInt8> {
  var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

/// The words of a text, or nil when it is not UTF-8 or not JSON.
func tokenText(_ bytes: [UInt8]) -> String? {
  bytes.withUnsafeBytes { raw in
    guard UTF8Repair.isValid(raw) else { return nil }
    var scanner = JSONScanner()
    var sink = TokenSink(text: raw)
    guard (try? scanner.scan(raw, sink: &sink)) != nil else { return nil }
    return sink.words.joined(separator: " ")
  }
}
