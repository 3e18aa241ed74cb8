import Testing

@testable import HTTPAdapter

@Suite struct MCPHeadersTests {
  private func envelope(_ text: String) throws -> MCPEnvelope {
    try #require(Array(text.utf8).withUnsafeBytes { MCPEnvelope($0, maximumDepth: 64) })
  }

  @Test("the envelope finds what headers repeat, and only where the protocol has it")
  func envelopes() throws {
    let found = try envelope(
      """
      {"params":{"deep":{"name":"wrong"},"name":"scan","list":[{"name":"wrong"}],"uri":"x:y","_meta":
      {"io.modelcontextprotocol/protocolVersion":"2026-07-28"}},"id":1,"method":"tools/call","name":"wrong"}
      """)
    #expect(found.method == "tools/call" && found.name == "scan" && found.uri == "x:y" && found.hasID)
    #expect(found.version == "2026-07-28" && found.hasModernMeta)
    let legacy = try envelope(#"{"method":"tools/list","params":{"_meta":{"progressToken":1}}}"#)
    #expect(!legacy.hasModernMeta && !legacy.hasID && legacy.name == nil)
    #expect(try envelope(#"[{"method":"a"}]"#).method == nil)
    for text in ["", "{", #"{"a":1,"a":2}"#] {
      #expect(Array(text.utf8).withUnsafeBytes { MCPEnvelope($0, maximumDepth: 64) == nil })
    }
  }

  @Test("a modern request: the three fields must be there and agree")
  func modern() throws {
    let body = try envelope(
      """
      {"id":1,"method":"tools/call","params":{"name":"caf\u{E9}","_meta":
      {"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
      """)
    let good = [
      ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "=?base64?Y2Fmw6k=?="),
    ]
    #expect(try MCPHeaders(HeaderList(good), body).version?.rawValue == "2026-07-28")
    for index in good.indices {
      var missing = good
      missing.remove(at: index)
      #expect(throws: MCPHeaders.Problem.self) { try MCPHeaders(HeaderList(missing), body) }
      var other = good
      other[index].1 = "other"
      #expect(throws: MCPHeaders.Problem.self) { try MCPHeaders(HeaderList(other), body) }
      #expect(throws: MCPHeaders.Problem.self) { try MCPHeaders(HeaderList(good + [good[index]]), body) }
    }
  }

  @Test("Accept: both forms, or nothing said")
  func accept() {
    for values in [[], ["application/json, text/event-stream"], ["*/*"], ["application/*;q=1", "text/*"]] {
      #expect(MCPEndpoint.accepts(values), "\(values)")
    }
    for values in [["application/json"], ["text/event-stream"], ["text/html"], [""]] {
      #expect(!MCPEndpoint.accepts(values), "\(values)")
    }
  }
}
