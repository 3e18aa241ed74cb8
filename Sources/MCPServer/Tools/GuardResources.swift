import Audit
import Guard
import JSONRPC

/// Two documents that a person can put into a conversation: the policy in force, and one record.
struct GuardResources: ResourceProvider {
  let system: GuardedSystem

  private static let policyAddress = "oktsec://policy"
  private static let recordPrefix = "oktsec://audit/"
  private static let json = "application/json"

  let resources = [
    ResourceDeclaration(
      address: Self.policyAddress, name: "policy", title: "Policy",
      description: "What holds on this machine: the mode, and what each agent may do.", mimeType: Self.json)
  ]

  let templates = [
    ResourceDeclaration(
      address: Self.recordPrefix + "{id}", name: "audit-record", title: "Audit record",
      description: "One record of the audit trail, by its id.", mimeType: Self.json)
  ]

  private static let policyForm = OutputForm<GuardedSystem>([
    .choice("mode", Mode.allCases.map(\.rawValue)) { $0.policy.settings.mode.rawValue },
    .choice("default_policy", DefaultPolicy.allCases.map(\.rawValue)) { $0.policy.settings.defaultPolicy.rawValue },
    .flag("require_signature") { $0.requiresSignature },
    .list("agents", of: ShownAgent.form) { system in
      system.policy.settings.agents.map { ShownAgent(name: $0.key, policy: $0.value) }.sorted { $0.name < $1.name }
    },
  ])

  func read(_ uri: String, _ context: inout CallContext) -> Outcome<[ResourceContents]> {
    if uri.utf8.elementsEqual(Self.policyAddress.utf8) { return document(uri, Self.policyForm.value(system)) }
    guard uri.utf8.starts(with: Self.recordPrefix.utf8) else { return .complete([]) }
    do throws(DatabaseError) {
      guard let reader = try system.audit(), let id = EventID(String(uri.dropFirst(Self.recordPrefix.count))),
        case .found(let record) = try reader.record(idPrefix: id.description)
      else { return .complete([]) }
      return document(uri, AuditRecordForm.form.value(record.entry))
    } catch {
      return .error(
        RPCError(code: RPCError.Code.internalError, message: "The audit trail cannot be read: \(error)"))
    }
  }

  private func document(_ uri: String, _ value: JSONValue) -> Outcome<[ResourceContents]> {
    .complete([ResourceContents(uri: uri, mimeType: Self.json, body: .text(value.text))])
  }
}
