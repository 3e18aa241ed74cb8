import Guard
import JSONRPC
import Testing

@testable import StdioProxy

/// The contract's table of defects: each row in both directions and modes.
@Suite("Defects") struct DefectTests {
  private static let request = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#

  @Test(
    "what is no JSON: as it is, or a parse error for the client; never to a client",
    arguments: [
      "oops", "{\"jsonrpc\":\"2.0\",}", "\u{FEFF}{\"jsonrpc\":\"2.0\",\"method\":\"a\"}", "{\"id\":NaN}",
      #"{"a":"\x"}"#,
      "{\"jsonrpc\":\"2.0\",\"method\":\"a\"} {}",
    ])
  func noJSON(line: String) throws {
    #expect(try Wire(.observe).client(line).forwardedText == line + "\n")
    let enforced = try Wire(.enforce).client(line)
    #expect(enforced.forwarded.isEmpty)
    #expect(JSONValue(line: enforced.replyText)?["error"]?["code"]?.integer == -32700)
    #expect(JSONValue(line: enforced.replyText)?["id"] == nil)
    for mode in Mode.allCases {
      let wire = try Wire(mode)
      #expect(wire.server(line) == Wire.Arrival())
      #expect(wire.sink.entries.map(\.decision) == [.uninspectable])
      #expect(wire.sink.entries.map(\.action) == [.stopped])
    }
  }

  @Test(
    "messages that two readers could take differently: as they are, or stopped with an answer to their id",
    arguments: [
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":1,"\u0061":2}}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","Method":"x","params":{"name":"t"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","paramſ":{},"params":{"name":"t"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","Arguments":{"a":1}}}"#,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\r\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}",
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"},"result":{}}"#,
    ])
  func ambiguous(line: String) throws {
    #expect(try Wire(.observe).client(line).forwardedText == line + "\n")
    let wire = try Wire(.enforce)
    let arrival = wire.client(line)
    #expect(arrival.forwarded.isEmpty)
    #expect(JSONValue(line: arrival.replyText)?["id"]?.integer == 1)
    #expect(wire.sink.entries.map(\.decision) == [.uninspectable])
  }

  @Test("names that only look like reserved ones are data inside arguments")
  func dataNames() throws {
    let line =
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"Method":"x","METHOD":"y","Params":{"ID":1}}}}"#
    #expect(try Wire(.enforce).client(line).forwardedText == line + "\n")
  }

  @Test("a defective answer is replaced by an error, so that the client does not wait for ever")
  func defectiveAnswer() throws {
    let line = #"{"jsonrpc":"2.0","id":1,"result":{"content":[],"content":[]}}"#
    let wire = try Wire(.enforce)
    _ = wire.client(Self.request)
    let arrival = wire.server(line)
    #expect(JSONValue(line: arrival.forwardedText)?["result"]?["isError"] == .bool(true))
    let observing = try Wire(.observe)
    _ = observing.client(Self.request)
    #expect(observing.server(line).forwardedText == line + "\n")
  }

  @Test("invalid UTF-8 is repaired before it is judged and passed, in both modes")
  func invalidUTF8() throws {
    for mode in Mode.allCases {
      let wire = try Wire(mode)
      let head = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":"x"#
      let line = Array(head.utf8) + [0xFF] + Array(#"y"}}}"#.utf8) + [0x0D, 0x0A]
      #expect(wire.client(line).forwardedText == head + "\u{FFFD}" + #"y"}}}"# + "\r\n")
      #expect(wire.sink.entries.map(\.action) == [.filtered])
      #expect(wire.sink.entries[0].bytes == line.count - 2)
    }
  }

  @Test("an unpaired surrogate escape passes unchanged with a low finding")
  func surrogate() throws {
    let line = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":"\ud83d"}}}"#
    let wire = try Wire(.enforce)
    #expect(wire.client(line).forwardedText == line + "\n")
    #expect(wire.sink.entries[0].findings.map(\.rule) == ["FRAME_SURROGATE"])
    #expect(wire.sink.entries[0].verdict == .clean)
  }

  @Test("blank lines vanish")
  func blankLines() throws {
    let wire = try Wire(.enforce)
    #expect(wire.client(Array("\n \r\n\t\n".utf8)) == Wire.Arrival())
    #expect(wire.sink.entries.isEmpty)
  }

  @Test("a last line without newline is judged like any other and passed as it came")
  func lastLine() throws {
    let wire = try Wire(.enforce)
    #expect(wire.client(Array(Self.request.utf8)) == Wire.Arrival())
    #expect(wire.endOfClient().forwardedText == Self.request)
    let poisoned = try Wire(.enforce)
    let line = Self.request.replacing(#""t""#, with: #""t","arguments":{"a":"\#(Attack.injection)"}"#)
    _ = poisoned.client(Array(line.utf8))
    #expect(poisoned.endOfClient().forwarded.isEmpty)
  }

  @Test("frames too deep or too long go through unread, or are answered when their id was seen")
  func unread() throws {
    let deep =
      #"{"jsonrpc":"2.0","id":"d","method":"tools/call","params":"# + String(repeating: "[", count: 60)
      + String(repeating: "]", count: 60) + "}"
    let long =
      #"{"jsonrpc":"2.0","id":"d","method":"tools/call","params":{"x":""# + String(repeating: "y", count: 5000)
      + #""}}"#
    let limits = { (settings: inout PolicySettings) in
      settings.limits.maxDepth = 50
      settings.limits.maxFrameBytes = 4000
    }
    for line in [deep, long] {
      let observing = try Wire(.observe, limits)
      #expect(observing.client(line).forwardedText == line + "\n")
      #expect(observing.sink.entries.map(\.decision) == [.uninspectable])
      #expect(observing.sink.entries[0].bytes == line.utf8.count)
      #expect(observing.sink.entries[0].contentHash == Array(line.utf8).withUnsafeBytes { SHA256.digest($0) })
      let enforcing = try Wire(.enforce, limits)
      let arrival = enforcing.client(line + "\n" + Self.request)
      #expect(arrival.forwardedText == Self.request + "\n")
      #expect(JSONValue(line: arrival.replyText)?["id"]?.string == "d")
    }
  }

  @Test("an answer that is too long becomes an error")
  func longAnswer() throws {
    let wire = try Wire(.enforce) { $0.limits.maxFrameBytes = 1000 }
    _ = wire.client(Self.request)
    let arrival = wire.server(
      #"{"jsonrpc":"2.0","id":1,"result":{"x":""# + String(repeating: "y", count: 5000) + #""}}"#)
    #expect(JSONValue(line: arrival.forwardedText)?["id"]?.integer == 1)
    #expect(JSONValue(line: arrival.forwardedText)?["result"]?["isError"] == .bool(true))
  }

  @Test("ids that cannot be read, are in flight already, or answer nothing")
  func ids() throws {
    for id in ["1.5", "true", "{}", "null"] {
      let line = #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list"}"#
      #expect(try Wire(.observe).client(line).forwardedText == line + "\n")
      #expect(try Wire(.enforce).client(line).forwarded.isEmpty)
    }
    let twice = #"{"jsonrpc":"2.0","id":9,"method":"tools/list"}"#
    let observing = try Wire(.observe)
    #expect(observing.client(twice).forwardedText == twice + "\n")
    #expect(observing.client(twice).forwardedText == twice + "\n")
    let enforcing = try Wire(.enforce)
    _ = enforcing.client(twice)
    #expect(enforcing.client(twice).forwarded.isEmpty)

    let answer = #"{"jsonrpc":"2.0","id":77,"result":{}}"#
    #expect(try Wire(.observe).server(answer).forwardedText == answer + "\n")
    #expect(try Wire(.enforce).server(answer) == Wire.Arrival())
    #expect(try Wire(.enforce).client(answer) == Wire.Arrival())
  }

  @Test("a batch goes whole when all pass, else without what is stopped, which is answered singly")
  func batches() throws {
    let fine = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
    let bad =
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","arguments":{"a":"\#(Attack.injection)"}}}"#
    let whole = "[ \(fine) ]"
    let wire = try Wire(.enforce)
    #expect(wire.client(whole).forwardedText == whole + "\n")
    let other = fine.replacing(#""id":1"#, with: #""id":3"#)
    let arrival = wire.client("[\(bad), \(other)]")
    #expect(arrival.forwardedText == "[\(other)]\n")
    #expect(JSONValue(line: arrival.replyText)?["id"]?.integer == 2)
    #expect(try Wire(.enforce).client("[\(bad)]").forwarded.isEmpty)
    #expect(try Wire(.observe).client("[\(bad)]").forwardedText == "[\(bad)]\n")
    #expect(try Wire(.enforce).client("[]").forwarded.isEmpty)
  }

  @Test("any cutting of the bytes gives the same result")
  func chunking() throws {
    let lines = [
      Self.request, "oops",
      Self.request.replacing(#""id":1"#, with: #""id":2"#).replacing(#""t""#, with: #""\#(Attack.injection)""#),
      "", #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    ]
    let bytes = Array(lines.joined(separator: "\r\n").utf8) + [0x0A]
    let strip = { (text: String) in text.replacing(#/"eventId":"[^"]*"|show [a-z0-9]*/#, with: "") }
    let whole = try Wire(.enforce).client(bytes)
    for size in [1, 2, 3, 7, 50] {
      let wire = try Wire(.enforce)
      var seen = Wire.Arrival()
      var index = 0
      while index < bytes.count {
        let part = wire.client(Array(bytes[index..<min(bytes.count, index + size)]))
        seen.forwarded += part.forwarded
        seen.replies += part.replies
        index += size
      }
      #expect(seen.forwarded == whole.forwarded)
      #expect(strip(seen.replyText) == strip(whole.replyText))
    }
  }
}
