import Guard
import YAML

/// Everything that the user's config says, checked, with the defaults of the contract (section 4) for the rest.
package struct Configuration: Sendable {
  /// Absolute path of the file as it was named; nil when the built-in defaults hold.
  var file: String?
  /// The file's facts at the moment when it was read.
  var fileFacts: FileFacts?
  /// Set only by `tighten`.
  private(set) var floor: Mode = .observe
  var folders: UserFolders

  // What the file says. Optional where missing is not the same as any value.
  var version = "1"
  var configuredMode: Mode?
  var defaultPolicy: DefaultPolicy = .allow
  var configuredDatabase: String?
  var customRulesFolder: String?
  package var server = ServerSettings()
  var identity = IdentitySettings()
  package var agents: [AgentName: AgentSettings] = [:]
  package var quarantine = QuarantineSettings()
  package var rules: [ConfiguredOverride] = []
  package var webhooks: [WebhookSettings] = []
  var mcp = MCPSettings()
  var blockedReply: BlockedReplyForm = .toolResult
  var audit = AuditSettings()
  package var limits = Limits()

  /// What deserves a word and stops nothing.
  package var warnings: [ConfigurationProblem] = []
  /// Whether a secret stands in the file itself.
  var holdsSecret = false

  /// What holds on a machine without a config.
  init(folders: UserFolders) { self.folders = folders }

  /// Content verdicts are acted on in `enforce` only. Without the key: `enforce` when the file sets
  /// `require_signature: true`, else `observe` (contract, section 2).
  package var mode: Mode {
    let said = configuredMode ?? (identity.configuredRequireSignature == true ? .enforce : .observe)
    return max(said, floor)
  }

  /// Takes the mode of a command line, which may only be stricter than the file's.
  ///
  /// - Returns: false when the wish was looser and so has no effect.
  @discardableResult
  mutating func tighten(to wish: Mode?) -> Bool {
    guard let wish else { return true }
    let isHonoured = wish >= mode
    floor = max(floor, wish)
    return isHonoured
  }

  /// The one database of all commands. Nil only for a user without a home folder and a config without `db_path`.
  package var database: String? { configuredDatabase ?? folders.database }

  /// Where the agents' keys are.
  package var keysFolder: String? {
    if let folder = identity.configuredKeysFolder { return folder }
    if let file { return PathResolver(folder: PathResolver.folder(of: file), home: nil).absolute("keys") }
    return folders.standardConfigFolder.map { $0 + "/keys" }
  }

  package var requiresSignature: Bool { identity.configuredRequireSignature ?? true }

  package var freshness: FreshnessWindow {
    FreshnessWindow(pastSeconds: identity.pastSeconds, futureSeconds: identity.futureSeconds)
  }

  /// What the policy consumes.
  package var policySettings: PolicySettings {
    var settings = PolicySettings()
    settings.mode = mode
    settings.defaultPolicy = defaultPolicy
    settings.agents = agents.mapValues(\.policy)
    settings.overrides = rules.map(\.override)
    settings.quarantineEnabled = quarantine.isEnabled
    settings.blockedReply = blockedReply
    settings.auditFailure = audit.onFailure
    settings.limits = limits
    return settings
  }

  /// Overrides of rules that nobody knows. Rules come and go, so these are warnings; and they are asked for apart,
  /// because custom rules are known only once the config has said where they are.
  func unknownRules(known: [String]) -> [ConfigurationProblem] {
    let ids = Set(known.map { $0.uppercased() })
    return rules.filter { !ids.contains($0.override.rule.uppercased()) }.map { rule in
      ConfigurationProblem(
        file: file ?? "", line: rule.line, column: rule.column,
        message: "there is no rule \(FormReader.shown(rule.override.rule)); this entry has no effect",
        hint: NearestWord.hint(for: rule.override.rule, among: known))
    }
  }
}

/// `server`.
package struct ServerSettings: Sendable, Equatable {
  package var port = 8080
  package var bind = "127.0.0.1"
  package var logLevel: LogLevel = .info
  package var apiKey: Secret?
  package var allowedHosts: [String] = []
  package var tls: TLSSettings?
}

package enum LogLevel: String, Sendable, CaseIterable {
  case debug, info, warn, error
}

/// `server.tls`: files in PEM form.
package struct TLSSettings: Sendable, Equatable {
  package var certificate = ""
  package var key = ""
}

/// `identity`.
struct IdentitySettings: Sendable, Equatable {
  var configuredKeysFolder: String?
  var configuredRequireSignature: Bool?
  var pastSeconds = 300
  var futureSeconds = 30
}

/// One of `agents`.
package struct AgentSettings: Sendable, Equatable {
  var policy = AgentPolicy()
  var description = ""
  var tags: [String] = []
  /// Where messages for this agent are sent.
  package var deliverTo: String?
}

/// `quarantine`.
package struct QuarantineSettings: Sendable, Equatable {
  var isEnabled = true
  package var expiryHours = 24
  /// 0: the audit is kept for ever.
  package var retentionDays = 0
}

/// One of `rules`, with its place for messages.
package struct ConfiguredOverride: Sendable, Equatable {
  package var override = RuleOverride(rule: "")
  var line = 0
  var column = 0
}

/// One of `webhooks`.
package struct WebhookSettings: Sendable, Equatable {
  var configuredName: String?
  /// `webhook` for the first, `webhook-2` for the second, by their place in the list, unless the file says otherwise.
  package var name = ""
  package var url = ""
  package var events: [WebhookEvent] = [.blocked, .quarantined]
  /// Signs what is sent.
  package var secret: Secret?
  package var template: WebhookTemplate = .generic
  /// Whether it may be sent to private addresses.
  package var allowsPrivate = false
}

/// What a webhook may be told about.
package enum WebhookEvent: String, Sendable, CaseIterable {
  case blocked = "message_blocked"
  case quarantined = "message_quarantined"
  case rejected = "message_rejected"
  case flagged = "message_flagged"
  case approved = "quarantine_approved"
  case dismissed = "quarantine_rejected"
  case expired = "quarantine_expired"

  /// The names, then for messages the same without `message_`.
  static var words: [(word: String, value: WebhookEvent)] {
    let names = allCases.map { ($0.rawValue, $0) }
    let short = allCases.filter { $0.rawValue.hasPrefix("message_") }.map { (String($0.rawValue.dropFirst(8)), $0) }
    return names + short
  }
}

/// The shape of a webhook's body.
package enum WebhookTemplate: Sendable, Equatable {
  case generic, slack
  /// JSON text with `{{FIELD}}` in it.
  case custom(String)
}

/// `mcp`.
struct MCPSettings: Sendable, Equatable {
  /// Agents that may decide reviews by MCP.
  var reviewers: [AgentName] = []
}

/// `audit`.
struct AuditSettings: Sendable, Equatable {
  var onFailure: AuditFailurePolicy = .stop
}
