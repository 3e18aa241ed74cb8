import Audit
import Guard

/// `audit_query`: what passed, and what was stopped.
struct QueryAudit: Tool {
  let system: GuardedSystem

  private static let status = Argument<DeliveryStatus?>.optional(
    "status", .choice, "Only messages with this outcome.")
  private static let agent = Argument<AgentName?>.optional(
    "agent", .agentName, "Only messages from or to this agent or wrapped server.")
  private static let limit = Argument<Int>.defaulted(
    "limit", .integer(1...200), "At most so many, the newest.", standard: 20, shown: .integer(20))

  private static let answer = OutputForm<[AuditEntry]>([
    .list("entries", of: AuditRecordForm.form, "The newest first.") { $0 }
  ])

  let declaration = ToolDeclaration(
    name: "audit_query", title: "Query the audit trail",
    description: """
      Lists recorded messages between MCP clients, servers and agents: what passed, what was stopped and by which \
      rules. Holds no message texts, only short quotations of what matched.
      """,
    arguments: [Self.status, Self.agent, Self.limit], outputSchema: Self.answer.schema, hints: .readOnly)

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    var query = AuditQuery()
    query.status = try arguments[Self.status]
    query.agent = try arguments[Self.agent]?.description
    query.limit = try arguments[Self.limit]
    do throws(DatabaseError) {
      let records = try system.audit()?.records(matching: query) ?? []
      return .complete(.structured(Self.answer.value(records.map(\.entry))))
    } catch {
      return .complete(.failure("The audit trail cannot be read: \(error)."))
    }
  }
}
