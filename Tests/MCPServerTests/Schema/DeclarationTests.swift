import Guard
import JSONRPC
import Testing

@testable import MCPServer

@Suite("Declarations")
struct DeclarationTests {
  private enum Colour: String, CaseIterable, Sendable {
    case red, green
  }

  private static let text = Argument<String>.required("text", .shortText(upTo: 3), "A text.")
  private static let colour = Argument<Colour?>.optional("colour", .choice, "A colour.")
  private static let count = Argument<Int>.defaulted("count", .integer(1...5), "", standard: 2, shown: .integer(2))
  private static let agent = Argument<AgentName?>.optional("agent", .agentName, "An agent.")

  private static let declaration = ToolDeclaration(
    name: "t", description: "", arguments: [text, colour, count, agent])

  @Test("arguments that can be read are those that the schema allows")
  func schemaAndReading() throws {
    let schema = Self.declaration.inputSchema.value
    let validator = SchemaValidator(root: schema)
    for (text, isValid) in [
      (#"{"text":"abc"}"#, true), (#"{"text":"äöü","colour":"red","count":5,"agent":"a-1"}"#, true),
      (#"{}"#, false), (#"{"text":"abcd"}"#, false), (#"{"text":7}"#, false),
      (#"{"text":"a","colour":"blue"}"#, false), (#"{"text":"a","colour":7}"#, false),
      (#"{"text":"a","count":0}"#, false), (#"{"text":"a","count":6}"#, false), (#"{"text":"a","count":"2"}"#, false),
      (#"{"text":"a","count":1.5}"#, false), (#"{"text":"a","agent":"-x"}"#, false), (#"{"text":"a","x":1}"#, false),
      (#"{"text":null}"#, false),
    ] {
      let value = try JSONValue(text)
      #expect((Self.declaration.problems(in: value) == nil) == isValid, "\(text)")
      #expect(validator.problems(value, schema).isEmpty == isValid, "\(text)")
    }
  }

  @Test("values are read as their types; absent and null ones are their standards")
  func reading() throws {
    let arguments = Arguments(value: try JSONValue(#"{"text":"a","colour":"green","count":null}"#))
    #expect(try arguments[Self.text] == "a")
    #expect(try arguments[Self.colour] == .green)
    #expect(try arguments[Self.count] == 2)
    #expect(try arguments[Self.agent] == nil)
  }

  @Test("everything that is wrong is said at once, and nothing of the values")
  func problems() throws {
    let value = try JSONValue(#"{"colour":"SWORDFISH","count":99,"SWORDFISH":1,"b":2}"#)
    let sentence = try #require(Self.declaration.problems(in: value))
    for part in [
      "text is missing", "colour must be one of: red, green", "count must be an integer from 1 to 5",
      "2 arguments", "text, colour, count, agent",
    ] { #expect(sentence.contains(part), "\(part)") }
    #expect(!sentence.contains("SWORDFISH"))
  }

  @Test("an output is what its schema says")
  func output() {
    let inner = OutputForm<Int>([.integer("n") { $0 }, .flag("even") { $0 % 2 == 0 }])
    let form = OutputForm<[Int]>([
      .list("numbers", of: inner) { $0 }, .optionalInteger("first") { $0.first },
      .texts("words") { $0.map(String.init) },
      .optionalObject("last", inner) { $0.last },
      .choice("size", ["small", "large"]) { $0.count < 3 ? "small" : "large" },
    ])
    let validator = SchemaValidator(root: form.schema.value)
    for numbers in [[], [1], [1, 2, 3, 4]] {
      #expect(validator.problems(form.value(numbers), form.schema.value).isEmpty)
    }
    #expect(form.value([])["first"] == nil)
    #expect(!validator.problems(.object([("numbers", .array([]))]), form.schema.value).isEmpty)
  }
}
