import JSONRPC
import Testing

@Suite struct EnvelopeScannerTests {
  private static func scan(_ pieces: [[UInt8]]) -> EnvelopeScanner {
    var scanner = EnvelopeScanner()
    for piece in pieces { scanner.append(piece) }
    return scanner
  }

  private static func scan(_ text: String) -> EnvelopeScanner { scan([Array(text.utf8)]) }

  @Test("the id is found whatever the order of the members and the chunks")
  func everyOrderAndCut() {
    let members = [
      #""jsonrpc":"2.0""#, #""id" : "a\"\u0062" "#, #""method":"tools/call""#, #""params":{"id":7,"list":[{"id":8}]}"#,
    ]
    for order in permutations(members) {
      let text = Array("{\(order.joined(separator: ","))}".utf8)
      for cut in 0...text.count {
        let scanner = Self.scan([Array(text[..<cut]), Array(text[cut...])])
        #expect(scanner.id == RequestID(string: "a\"b", literal: #""a\"\u0062""#))
        #expect(scanner.id?.literal == #""a\"\u0062""#)
        #expect(scanner.hasMethod && !scanner.hasAnswer)
      }
    }
  }

  @Test(
    "the kind of the message",
    arguments: [
      (#"{"method":"m"}"#, true, false), (#"{"id":1,"result":{}}"#, false, true),
      (#"{"error":{},"id":1}"#, false, true),
      (#"{"id":1}"#, false, false), (#"{"params":{"method":1,"result":2}}"#, false, false),
      (#"["method","result"]"#, false, false),
      (#"{"a":"method","b":"error"}"#, false, false), (#"{"m\u0065thod":1}"#, true, false),
      (#"{"Method":1}"#, false, false),
    ])
  func kind(text: String, hasMethod: Bool, hasAnswer: Bool) {
    #expect(Self.scan(text).hasMethod == hasMethod)
    #expect(Self.scan(text).hasAnswer == hasAnswer)
  }

  @Test("the kind is known before the value has ended")
  func unfinished() {
    #expect(Self.scan(#"{"id":1,"result":{"content":[{"te"#).hasAnswer)
    #expect(Self.scan(#"{"id":1,"result":{"content":[{"te"#).id == RequestID(number: "1"))
    #expect(Self.scan(#"{"id":12"#).id == nil, "more digits may follow")
  }

  @Test(
    "ids that are not the message's are ignored",
    arguments: [
      #"{"params":{"id":1}}"#, #"{"params":[{"id":1}],"x":{"id":2}}"#, #"[{"id":1}]"#, #"{"text":"\"id\":1"}"#,
      #"{"text":"{\"id\":1,"}"#, #"{"a":"id","b":1}"#, #"{"ID":1}"#, #"{"id ":1}"#, #""id""#, #"{"id":{"id":1}}"#,
      #"{"id":[1]}"#,
    ])
  func foreignIDs(text: String) {
    #expect(Self.scan(text).id == nil)
  }

  @Test(
    "what is no integer and no string is no id, and no part of it is one",
    arguments: ["1.5", "1.0", "1e3", "1E+2", "-1.0e-7", "null", "true", "false", "{}", "[]", "[2]", "{\"a\":3}"])
  func notIDs(value: String) {
    #expect(Self.scan("{\"id\":\(value)}").id == nil)
    #expect(Self.scan("{\"id\": \(value) ,\"method\":\"m\"}").id == nil)
  }

  @Test(
    "a literal that is not valid JSON is never reported: it would be copied into a reply",
    arguments: [
      "-", "01", "--1", "1-", "+1", "1x", "x1", "1 2", "1\"a\"", "\"a\"1", "\"a\"\"b\"", "\"a\\x\"", "\"\\u12\"",
      "\"a\u{1}\"",
      "1[2]", "{}1", "0x1", "\"\\ud8\"", "1e", "\u{A0}1",
    ])
  func invalidLiterals(value: String) {
    #expect(Self.scan("{\"id\":\(value)}").id == nil)
    #expect(Self.scan("{\"id\":\(value),\"x\":1}").id == nil)
  }

  @Test("ids up to the greatest length are found, longer ones are not, nor is a part of one")
  func length() {
    for character in ["7", "x"] {
      let quote = character == "7" ? "" : "\""
      let fits = String(repeating: character, count: 1024)
      #expect(Self.scan("{\"id\":\(quote)\(fits)\(quote)}").id?.value == fits)
      for extra in [1, 2, 3, 500, 5000] {
        let long = fits + String(repeating: character, count: extra)
        #expect(Self.scan("{\"id\":\(quote)\(long)\(quote)}").id == nil)
      }
    }
  }

  @Test("a name that is too long is not the name before it")
  func longName() {
    let long = String(repeating: "n", count: 3000)
    #expect(Self.scan("{\"a\":\"id\",\"\(long)\":5}").id == nil)
    #expect(Self.scan("{\"id\":4,\"\(long)\":5}").id == RequestID(number: "4"))
  }

  @Test("of several ids the last counts")
  func lastCounts() {
    #expect(Self.scan(#"{"id":1,"id":2}"#).id == RequestID(number: "2"))
    #expect(Self.scan(#"{"id":1,"\u0069d":null}"#).id == nil)
    #expect(Self.scan(#"{"id":1,"id":{}}"#).id == nil)
  }

  @Test("it agrees with the decoder on valid messages, in any chunks", arguments: UInt64(1)...6)
  func agreesWithDecoder(seed: UInt64) throws {
    var generator = MessageGenerator(seed: seed)
    for _ in 0..<1000 {
      let text = generator.text()
      let scanner = Self.scan(randomChunks(text, using: &generator.json.random))
      guard case .single(let message) = try decode(text) else { continue }
      let shown = String(decoding: text, as: UTF8.self)
      #expect(scanner.id == message.requestID, "\(shown)")
      #expect(scanner.id?.literal == message.requestID?.literal, "\(shown)")
      #expect(scanner.hasAnswer == (message.result != nil || message.error != nil), "\(shown)")
      #expect(message.method == nil || scanner.hasMethod, "\(shown)")
    }
  }

  @Test("damaged messages never trap, and an id that is found can be copied into a reply", arguments: UInt64(1)...4)
  func garbage(seed: UInt64) {
    var generator = MessageGenerator(seed: seed)
    for _ in 0..<2000 {
      let text = generator.text()
      let damaged = ByteMutator.mutated(text, using: &generator.json.random)
      let whole = Self.scan([damaged])
      let pieces = Self.scan(randomChunks(damaged, using: &generator.json.random))
      #expect(whole.id == pieces.id && whole.hasMethod == pieces.hasMethod && whole.hasAnswer == pieces.hasAnswer)
      if let literal = whole.id?.literal { #expect(accepts(literal), "\(literal)") }
    }
    for _ in 0..<500 {
      let bytes = (0..<200).map { _ in UInt8.random(in: .min ... .max, using: &generator.json.random) }
      if let literal = Self.scan([bytes]).id?.literal { #expect(accepts(literal)) }
    }
  }

  @Test("closing brackets without opening ones, and a million open ones, do no harm")
  func unbalanced() {
    #expect(Self.scan(String(repeating: "]", count: 1000) + "{\"id\":1}").id == RequestID(number: "1"))
    #expect(Self.scan(String(repeating: "{", count: 1_000_000) + "\"id\":1}").id == nil)
  }

  @Test("memory does not grow with the input")
  func constantMemory() {
    var scanner = EnvelopeScanner()
    let pieces = [
      "{\"id\":\"", String(repeating: "x", count: 100_000), "\",\"", String(repeating: "y", count: 100_000), "\":",
    ]
    for piece in pieces + [String(repeating: "1", count: 100_000), ",", String(repeating: "[", count: 100_000)] {
      scanner.append(Array(piece.utf8))
      let token = Mirror(reflecting: scanner).descendant("token") as? [UInt8]
      #expect((token?.capacity ?? .max) <= 4096)
    }
  }

  @Test("any sequence of bytes can be appended")
  func otherSequences() {
    var scanner = EnvelopeScanner()
    scanner.append("{\"id\":".utf8)
    scanner.append(AnySequence(Array("12".utf8)))
    Array("3}".utf8).withUnsafeBytes { scanner.append($0) }
    #expect(scanner.id == RequestID(number: "123"))
  }
}
