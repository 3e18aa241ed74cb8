import JSONRPC
import Testing

@testable import MCPServer

/// All other tests check their messages too, through `TestClient`; these make sure that the check is one.
@Suite("Official schemas", .enabled(if: OfficialSchemas.arePresent, "the official schemas are not here"))
struct OfficialSchemaTests {
  @Test("every list and a call of every tool is valid in every revision", arguments: ProtocolVersion.allCases)
  func transcripts(_ version: ProtocolVersion) {
    let client = TestClient(.sample([SampleCatalog.echo, SampleCatalog.greeter]))
    if !version.isModern { client.initialize(version, capabilities: SampleCatalog.form) }
    func ask(_ method: String, _ params: [(name: String, value: JSONValue)] = []) {
      _ = client.requestAll(method, params + (version.isModern ? [TestClient.meta(SampleCatalog.form)] : []))
    }
    for method in [
      "server/discover", "ping", "tools/list", "prompts/list", "resources/list", "resources/templates/list", "none",
    ] { ask(method) }
    ask("tools/call", [("name", .string("echo")), ("arguments", .object([("text", .string("x"))]))])
    ask("tools/call", [("name", .string("echo"))])
    ask("tools/call", [("name", .string("greeter"))])
    ask("prompts/get", [("name", .string("greet")), ("arguments", .object([("who", .string("x"))]))])
    ask("resources/read", [("uri", .string("test://1"))])
  }

  @Test("the check notices a message of another revision")
  func notices() {
    let tool = SampleCatalog.echo.declaration.value(for: .july2026)
    let list = OutgoingMessage.result(RequestID(number: "1"), [("tools", .array([tool]))], version: .november2024)
    #expect(!OfficialSchemas.problems(list) { _ in "tools/list" }.isEmpty)
    let late = OutgoingMessage.result(RequestID(number: "1"), [("tools", .array([tool]))], version: .july2026)
    #expect(!OfficialSchemas.problems(late) { _ in "tools/list" }.isEmpty)
    let odd = OutgoingMessage.notification("notifications/none", [], version: .july2026)
    #expect(!OfficialSchemas.problems(odd) { _ in nil }.isEmpty)
  }
}
