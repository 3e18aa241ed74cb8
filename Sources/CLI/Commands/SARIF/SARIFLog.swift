import Guard
import JSONRPC

/// A log in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0) with one run, written as results come.
struct SARIFLog {
  /// The rule that a result belongs to.
  struct Rule {
    let id: String
    let name: String
    let category: String
  }

  private var order: [Rule] = []
  private var indices: [String: Int] = [:]
  private var isFirst = true

  /// - Parameter columnKind: what a column counts, when results have regions (3.14.17).
  func begin(_ output: ResultOutput, columnKind: String? = nil) throws(CommandFailure) {
    let kind = columnKind.map { #""columnKind":"\#($0)","# } ?? ""
    try output.write(
      Array(
        #"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{\#(kind)"results":["#
          .utf8))
  }

  /// Adds one result.
  ///
  /// - Parameter members: writes what else it has: locations, properties.
  mutating func add(
    _ rule: Rule, _ severity: Severity, message: String, to output: ResultOutput,
    members: (inout JSONWriter) -> Void
  ) throws(CommandFailure) {
    try output.line(isFirst ? "" : ",")
    isFirst = false
    let index = index(of: rule)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("ruleId", rule.id)
      writer.member("ruleIndex", index)
      writer.member("level", Self.level(severity))
      writer.name("message")
      writer.object { $0.member("text", message) }
      members(&writer)
    }
    try Self.write(writer.text, output)
  }

  /// The rules come last: they are known then. The order of members means nothing.
  func end(_ output: ResultOutput) throws(CommandFailure) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("driver")
      writer.object { writer in
        writer.member("name", "oktsec")
        writer.member("version", Version.number)
        writer.name("rules")
        writer.array { writer in
          for rule in order {
            writer.element()
            writer.object { writer in
              writer.member("id", rule.id)
              writer.name("shortDescription")
              writer.object { $0.member("text", rule.name) }
              writer.name("properties")
              writer.object { $0.member("category", rule.category) }
            }
          }
        }
      }
    }
    try output.line()
    try output.write(Array(#"],"tool":"#.utf8))
    try Self.write(writer.text, output)
    try output.line("}]}")
  }

  private static func write(_ json: String, _ output: ResultOutput) throws(CommandFailure) {
    try output.write(Array((output.terminal.isInteractive ? TerminalText.json(json) : json).utf8))
  }

  private mutating func index(of rule: Rule) -> Int {
    if let index = indices[rule.id] { return index }
    indices[rule.id] = order.count
    order.append(rule)
    return order.count - 1
  }

  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .critical, .high: "error"
    case .medium: "warning"
    case .low, .info: "note"
    }
  }
}
