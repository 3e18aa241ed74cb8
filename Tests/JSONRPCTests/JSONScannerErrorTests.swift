import JSONRPC
import Testing

@Suite struct JSONScannerErrorTests {
  @Test(
    "the error names the reason and the place",
    arguments: [
      ("", JSONSyntaxError.Kind.unexpectedEnd, 0), ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4),
      ("\"ab", .unexpectedEnd, 3), ("tr", .unexpectedEnd, 2), ("[1,]", .unexpectedByte, 3),
      ("{\"a\":1,}", .unexpectedByte, 7),
      ("{\"a\";1}", .unexpectedByte, 4), ("[1;2]", .unexpectedByte, 2), ("NaN", .unexpectedByte, 0),
      ("truE", .unexpectedByte, 3),
      ("1 1", .trailingBytes, 2), ("{}}", .trailingBytes, 2), ("01", .trailingBytes, 1), ("1.", .invalidNumber, 2),
      ("[-]", .invalidNumber, 2), ("1e+x", .invalidNumber, 3), ("\"a\u{1}\"", .controlCharacter, 2),
      ("\"ab\\x\"", .invalidEscape, 3), ("\"\\u12x4\"", .invalidEscape, 1), ("\u{FEFF}{}", .byteOrderMark, 0),
    ])
  func kinds(text: String, kind: JSONSyntaxError.Kind, offset: Int) {
    #expect(failure(text) == JSONSyntaxError(kind, at: offset))
  }

  @Test("nesting up to the limit is accepted, one more is refused", arguments: [1, 2, 63, 64, 65, 512])
  func depth(limit: Int) {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let inner = open == "[" ? "" : "1"
      let exact = String(repeating: open, count: limit) + inner + String(repeating: close, count: limit)
      #expect(failure(exact, maximumDepth: limit) == nil)
      let deeper = open + exact + close
      #expect(failure(deeper, maximumDepth: limit) == JSONSyntaxError(.tooDeep, at: open.utf8.count * limit))
    }
  }

  @Test("containers beside each other are not depth")
  func breadth() {
    #expect(failure("[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]", maximumDepth: 2) == nil)
  }

  @Test("a depth of a million costs no stack")
  func deepNesting() {
    let text = String(repeating: "[", count: 1_000_000) + String(repeating: "]", count: 1_000_000)
    #expect(failure(text, maximumDepth: 1_000_000) == nil)
    #expect(failure(text)?.kind == .tooDeep)
  }

  @Test("a limit below one means one", arguments: [0, -1, Int.min])
  func smallestLimit(limit: Int) {
    #expect(failure("[]", maximumDepth: limit) == nil)
    #expect(failure("[[]]", maximumDepth: limit)?.kind == .tooDeep)
  }

  @Test("a scanner that has failed can be used again")
  func reuse() throws {
    var scanner = JSONScanner()
    var sink = DiscardingSink()
    for (text, isValid) in [("{\"a\":{\"b\":[", false), ("{\"a\":1,\"b\":2}", true), ("[[[1,]", false), ("[]", true)] {
      let seen = Array(text.utf8).withUnsafeBytes { try? scanner.scan($0, sink: &sink) }
      #expect((seen != nil) == isValid)
      #expect(seen?.duplicateMember != true)
    }
  }

  @Test("failed scans leave nothing behind")
  func failuresDoNotAccumulate() {
    var scanner = JSONScanner()
    var sink = DiscardingSink()
    let text = Array(String(repeating: "{\"a\":1,\"b\":", count: 100).utf8)
    for _ in 0..<10 { _ = text.withUnsafeBytes { try? scanner.scan($0, sink: &sink) } }
    let names = Mirror(reflecting: scanner).descendant("names").map { Mirror(reflecting: $0) }
    #expect((names?.descendant("names") as? [Any])?.count == 200)
    #expect((names?.descendant("objects") as? [Any])?.count == 100)
  }

  @Test("only the given range is read, and offsets count from the start of the text")
  func range() throws {
    let text = Array("xx [1,\"a\"] xx".utf8)
    try text.withUnsafeBytes { raw in
      var scanner = JSONScanner()
      var sink = RecordingSink()
      _ = try scanner.scan(raw, in: 3..<10, sink: &sink)
      #expect(
        sink.events == [
          .beginArray(3), .scalar(.number, 4..<5), .string(JSONString(start: 7, end: 8, hasEscapes: false)),
          .endArray(10),
        ])
      #expect(throws: JSONSyntaxError(.unexpectedEnd, at: 9)) { try scanner.scan(raw, in: 3..<9, sink: &sink) }
      #expect(throws: JSONSyntaxError(.trailingBytes, at: 11)) { try scanner.scan(raw, in: 3..<12, sink: &sink) }
    }
  }

  @Test("an escape is not read past the end of the range")
  func escapeAtEndOfRange() {
    let text = Array("\"\\ud83d\\ude00\"".utf8)
    text.withUnsafeBytes { raw in
      var scanner = JSONScanner()
      var sink = DiscardingSink()
      for end in 0..<text.count {
        #expect(throws: JSONSyntaxError.self) { try scanner.scan(raw, in: 0..<end, sink: &sink) }
      }
    }
  }
}
