import JSONRPC
import Testing

@testable import Guard

/// Keeps what was extracted, as text with its role.
private final class Collector: TextConsumer {
  var texts: [(String, Role, View)] = []
  var entries: [Int32] = []

  func consume(_ batch: inout TextBatch, _ joins: inout LeafJoins) {
    for segment in batch.segments {
      texts.append(
        (String(decoding: batch.bytes[segment.start..<segment.end], as: UTF8.self), segment.role, segment.view))
      entries.append(segment.entry)
    }
    batch.removeAll()
  }

  func role(of text: String) -> Role? { texts.first { $0.0 == text }?.1 }
}

private func extract(
  _ json: String, method: String, direction: Direction, kind: Exchange.Kind
) throws -> (MessageFacts, Collector) {
  let bytes = Array(json.utf8)
  return try bytes.withUnsafeBytes { text in
    var exchange = Exchange(direction: direction, server: "files", kind: kind)
    exchange.method = method
    let collector = Collector()
    var extractor = TextExtractor(
      text: text, exchange: exchange, batch: TextBatch(), views: TextViews(), consumer: collector)
    var scanner = JSONScanner()
    _ = try scanner.scan(text, sink: &extractor)
    _ = extractor.finish()
    return (extractor.facts, collector)
  }
}

@Suite struct TextExtractorTests {
  @Test("arguments, their names and the tool's name are collected as arguments")
  func arguments() throws {
    let (_, seen) = try extract(
      #"{"method":"tools/call","params":{"name":"send","arguments":{"odd key":["one",{"deep":"two"}]}},"id":1}"#,
      method: "tools/call", direction: .clientToServer, kind: .request)
    for text in ["send", "odd key", "one", "deep", "two"] { #expect(seen.role(of: text) == .toolArguments) }
  }

  @Test("a result that says it is an error stands in the role of an error, wherever the flag stands")
  func errorResult() throws {
    for json in [
      #"{"id":1,"result":{"isError":true,"content":[{"type":"text","text":"broken"}]}}"#,
      #"{"id":1,"result":{"content":[{"type":"text","text":"broken"}],"isError":true}}"#,
    ] {
      let (facts, seen) = try extract(json, method: "tools/call", direction: .serverToClient, kind: .response)
      #expect(facts.isErrorResult)
      #expect(seen.role(of: "broken") == .error)
    }
  }

  @Test("the entries of a tool list are told apart, with their names and byte ranges")
  func listEntries() throws {
    let json =
      #"{"id":1,"result":{"tools":[{"name":"a","description":"first"},{"description":"second","name":"b"}],"ttlMs":5}}"#
    let (facts, seen) = try extract(json, method: "tools/list", direction: .serverToClient, kind: .response)
    #expect(facts.entries.map(\.name) == ["a", "b"])
    let bytes = Array(json.utf8)
    let texts = facts.entries.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    #expect(texts[0] == #"{"name":"a","description":"first"}"#)
    #expect(texts[1].hasPrefix(#"{"description":"second""#))
    #expect(facts.timeToLive.map { String(decoding: bytes[$0], as: UTF8.self) } == "5")
    #expect(seen.role(of: "second") == .toolDescription)
    #expect(seen.entries[seen.texts.firstIndex { $0.0 == "second" } ?? 0] == 1)
  }

  @Test("server instructions are a description, and their member can be cut out")
  func instructions() throws {
    let json = #"{"id":0,"result":{"protocolVersion":"2025-11-25","instructions":"obey","capabilities":{}}}"#
    let (facts, seen) = try extract(json, method: "initialize", direction: .serverToClient, kind: .response)
    let range = try #require(facts.instructions)
    #expect(String(decoding: Array(json.utf8)[range], as: UTF8.self) == #""instructions":"obey""#)
    #expect(seen.role(of: "obey") == .toolDescription)
  }

  @Test("a reserved name in another case is noticed where the protocol defines it, and is data inside arguments")
  func foldedNames() throws {
    let disguised = try extract(
      #"{"method":"tools/call","params":{"name":"x","Arguments":{}},"id":1}"#,
      method: "tools/call", direction: .clientToServer, kind: .request)
    #expect(disguised.0.hasFoldedMember)
    let data = try extract(
      #"{"method":"tools/call","params":{"name":"x","arguments":{"Name":1,"URI":2}},"id":1}"#,
      method: "tools/call", direction: .clientToServer, kind: .request)
    #expect(!data.0.hasFoldedMember)
  }

  @Test("short cursors are opaque, long ones are looked at")
  func cursors() throws {
    let long = String(repeating: "x", count: 5000)
    let (_, seen) = try extract(
      #"{"id":1,"result":{"tools":[],"nextCursor":"abc"}}"#,
      method: "tools/list", direction: .serverToClient, kind: .response)
    #expect(seen.role(of: "abc") == nil)
    let (_, second) = try extract(
      #"{"id":1,"result":{"tools":[],"nextCursor":"\#(long)"}}"#,
      method: "tools/list", direction: .serverToClient, kind: .response)
    #expect(second.role(of: long) != nil)
  }

  @Test("the modern envelope is recognised by its protocol version")
  func modernEnvelope() throws {
    let (facts, _) = try extract(
      #"{"id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
      method: "tools/list", direction: .clientToServer, kind: .request)
    #expect(facts.isModern)
  }

  @Test("an encoded text is collected a second time, decoded")
  func decodedView() throws {
    let (_, seen) = try extract(
      #"{"id":1,"result":{"content":[{"type":"text","text":"read aGVsbG8gdGhlcmUsIGFnZW50 now"}]}}"#,
      method: "tools/call", direction: .serverToClient, kind: .response)
    #expect(seen.texts.contains { $0.0 == "hello there, agent" && $0.2 == .decoded })
  }
}
