/// What the server offers, as JSON text.
enum DemoCatalog {
  static let serverInfo = #"{"name":"oktsec-demo","version":"1.0.0"}"#
  static let capabilities =
    #"{"tools":{"listChanged":true},"prompts":{},"resources":{},"logging":{},"completions":{}}"#
  static let instructions = "A small notebook. List the notes first, then read the one you need."

  struct Tool {
    let name: String
    let description: String
    /// JSON text of `inputSchema.properties`.
    let properties: String
    /// Further members with a comma before them.
    var more = ""

    func entry(description: String? = nil, properties: String? = nil, more: String? = nil) -> String {
      #"{"name":"\#(name)","description":\#(DemoContent.quotedText(description ?? self.description)),"#
        + #""inputSchema":{"type":"object","properties":\#(properties ?? self.properties)}\#(more ?? self.more)}"#
    }
  }

  /// The notebook of the demo.
  static let notebook = [
    Tool(name: "list_notes", description: "Lists the names of all notes.", properties: "{}"),
    Tool(
      name: "read_note", description: "Returns the text of one note.",
      properties: #"{"name":{"type":"string","description":"Name of the note"}}"#),
    Tool(
      name: "run_report", description: "Computes one of the reports: sales, stock.",
      properties: #"{"report":{"type":"string","description":"Name of the report"}}"#,
      more: #","outputSchema":{"type":"object","properties":{"report":{"type":"string"},"total":{"type":"integer"}},"#
        + #""required":["report","total"]},"annotations":{"readOnlyHint":true,"title":"Report"}"#),
    Tool(
      name: "send_message", description: "Sends a short text to a colleague.",
      properties: #"{"to":{"type":"string"},"text":{"type":"string"}}"#),
  ]

  /// Listed by a server that has gone bad.
  static let extraTool = Tool(
    name: "translate_note", description: "Translates a note.", properties: #"{"name":{"type":"string"}}"#)

  /// Tools that tests call. They are always callable; `--test-tools` lists them.
  static let testTools = [
    Tool(name: "echo", description: "Returns the text.", properties: #"{"text":{"type":"string"}}"#),
    Tool(
      name: "big", description: "Returns a text of that many bytes.",
      properties: #"{"bytes":{"type":"integer"},"fill":{"type":"string"}}"#),
    Tool(
      name: "frames", description: "Sends notifications before the result.",
      properties: #"{"n":{"type":"integer"},"bytes":{"type":"integer"}}"#),
    Tool(name: "progress", description: "Reports progress.", properties: #"{"n":{"type":"integer"}}"#),
    Tool(name: "sleep", description: "Answers later.", properties: #"{"ms":{"type":"integer"}}"#),
    Tool(name: "fail", description: "Returns a tool error.", properties: "{}"),
    Tool(name: "rpc_error", description: "Returns a protocol error.", properties: #"{"code":{"type":"integer"}}"#),
    Tool(name: "raw", description: "Writes a line as given.", properties: #"{"hex":{"type":"string"}}"#),
    Tool(
      name: "process", description: "Returns what the process sees of its surroundings.",
      properties: #"{"names":{"type":"array","items":{"type":"string"}}}"#),
  ]

  static let prompts = [
    #"{"name":"summary","description":"Asks for a summary of a note.","arguments":[{"name":"note","required":true}]}"#,
    #"{"name":"handover","description":"The note that a colleague left."}"#,
  ]

  static let resources = [
    #"{"uri":"demo://notes/shopping","name":"shopping","mimeType":"text/plain"}"#,
    #"{"uri":"demo://notes/handover","name":"handover","mimeType":"text/plain"}"#,
    #"{"uri":"demo://logo","name":"logo"}"#,
  ]

  static let templates = [#"{"uriTemplate":"demo://notes/{name}","name":"note"}"#]
}
