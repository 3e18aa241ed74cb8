import JSONRPC
import MCPServer

/// Tools that make the protocol layer do something.
enum DiagnosticTools {
  static var all: [any Tool] {
    [
      Fixture("test_logging_tool", "Logs, where the client wants it.") { _, context throws(ArgumentProblem) in
        context.log(.info, .string("test_logging_tool ran"))
        return Fixture.text("Logging tool executed.")
      },
      Fixture("test_missing_capability", "Needs the client's model.") { _, context throws(ArgumentProblem) in
        guard context.canAsk(Fixture.sampling("x", "x")) else {
          return .error(
            .missingCapability(.object([("sampling", .object([]))]), "This tool needs the sampling capability"))
        }
        return Fixture.text("The client declares sampling.")
      },
      Fixture("test_streaming_elicitation", "Asks by a result, never by a request of its own in the modern revision.") {
        _, context throws(ArgumentProblem) in
        let question = Fixture.form("value", "A word, please", #"{"value":{"type":"string"}}"#, required: #"["value"]"#)
        guard let answer = context.answers[question.key] else { return .inputRequired(InputNeed([question])) }
        return Fixture.text("Received: \(answer["content"]?["value"]?.string ?? "nothing")")
      },
      Fixture("test_trigger_tool_change", "Announces a change of the tools.") { _, context throws(ArgumentProblem) in
        context.announce(.tools)
        return Fixture.text("Tool list change announced.")
      },
      Fixture("test_trigger_prompt_change", "Announces a change of the prompts.") {
        _, context throws(ArgumentProblem) in
        context.announce(.prompts)
        return Fixture.text("Prompt list change announced.")
      },
      Fixture("test_trigger_resource_change", "Announces a change of the watched resource.") {
        _, context throws(ArgumentProblem) in
        context.announce(.resource(uri: Resources.watched))
        return Fixture.text("Resource change announced.")
      },
      Fixture("test_x_mcp_header", "Has an argument that HTTP clients mirror in a header.", [], schema: headerSchema) {
        _, _ throws(ArgumentProblem) in
        Fixture.text("The header is the transport's matter.")
      },
      Fixture("json_schema_2020_12_tool", "Has a schema with keywords of JSON Schema 2020-12.", [], schema: wideSchema)
      {
        _, _ throws(ArgumentProblem) in
        Fixture.text("JSON Schema 2020-12 tool called.")
      },
    ]
  }

  private static var headerSchema: JSONSchema {
    JSONSchema(
      Fixture.json(
        #"{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"#
          + #""query":{"type":"string"}},"required":["region"]}"#))
  }

  private static var wideSchema: JSONSchema {
    JSONSchema(
      Fixture.json(
        """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",\
        "$defs":{"address":{"$anchor":"addressDef","type":"object",\
        "properties":{"street":{"type":"string"},"city":{"type":"string"}}}},\
        "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},\
        "contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},\
        "email":{"type":"string"}},\
        "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],\
        "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},\
        "then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false}
        """))
  }
}
