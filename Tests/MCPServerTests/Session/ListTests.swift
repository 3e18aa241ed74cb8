import JSONRPC
import Testing

@testable import MCPServer

@Suite("Lists, prompts, resources, completion")
struct ListTests {
  @Test("pages hold every entry once, in order")
  func pages() throws {
    var catalog = ServerCatalog.sample()
    catalog.pageLength = 2
    let client = TestClient(catalog)
    var names: [String] = []
    var cursor: JSONValue?
    var count = 0
    repeat {
      let result = try #require(client.modern("resources/list", cursor.map { [("cursor", $0)] } ?? []).result)
      names += (result["resources"]?.elements ?? []).compactMap { $0["name"]?.string }
      cursor = result["nextCursor"]
      count += 1
    } while cursor != nil && count < 10
    #expect(names == ["r1", "r2", "r3", "r4", "r5"] && count == 3)
  }

  @Test(
    "a cursor of another's making is refused",
    arguments: ["\"x\"", "\"-2\"", "\"5\"", "\"0\"", "\"99999999999999999999\"", "2", "{}"])
  func foreignCursor(_ cursor: String) throws {
    var catalog = ServerCatalog.sample()
    catalog.pageLength = 2
    let answer = TestClient(catalog).modern("resources/list", [("cursor", try JSONValue(cursor))])
    #expect(answer.errorCode == -32602)
  }

  @Test("a prompt takes its arguments, and misses them")
  func prompt() {
    let client = TestClient(.sample())
    let answer = client.modern(
      "prompts/get", [("name", .string("greet")), ("arguments", .object([("who", .string("Ann"))]))])
    #expect(answer.result?["messages"]?[0]?["content"]?["text"]?.string == "Hello Ann")
    #expect(client.modern("prompts/get", [("name", .string("greet"))]).errorCode == -32602)
    #expect(client.modern("prompts/get", [("name", .string("none"))]).errorCode == -32602)
    let odd = JSONValue.object([("who", .integer(1))])
    #expect(client.modern("prompts/get", [("name", .string("greet")), ("arguments", odd)]).errorCode == -32602)
  }

  @Test("a resource that is not there has the code of the generation")
  func missingResource() {
    let client = TestClient(.sample())
    client.initialize()
    #expect(client.request("resources/read", [("uri", .string("test://9"))]).errorCode == -32002)
    #expect(client.modern("resources/read", [("uri", .string("test://9"))]).errorCode == -32602)
    #expect(client.modern("resources/read").errorCode == -32602)
    #expect(
      client.request("resources/read", [("uri", .string("test://1"))]).result?["contents"]?[0]?["text"]?.string
        == "text")
  }

  @Test("completion sends a hundred values and says how many there are")
  func completion() {
    let client = TestClient(.sample())
    let reference = JSONValue.object([("type", .string("ref/prompt")), ("name", .string("greet"))])
    let argument = JSONValue.object([("name", .string("who")), ("value", .string("A"))])
    let answer = client.modern("completion/complete", [("ref", reference), ("argument", argument)])
    #expect(answer.result?["completion"]?["values"]?.elements?.count == 100)
    #expect(answer.result?["completion"]?["total"]?.integer == 150)
    #expect(answer.result?["completion"]?["hasMore"]?.bool == true)
    let other = JSONValue.object([("type", .string("ref/resource")), ("uri", .string("x"))])
    #expect(client.modern("completion/complete", [("ref", other), ("argument", argument)]).errorCode == -32602)
    #expect(client.modern("completion/complete", [("ref", reference)]).errorCode == -32602)
  }
}
