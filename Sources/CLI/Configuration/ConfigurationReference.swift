import JSONRPC

/// The reference of the config for people, in Markdown: made from the key table that also reads it.
/// `docs/configuration.md` is this text; a test compares them.
enum ConfigurationReference {
  static var text: String {
    var text = head
    section(ConfigurationKeys.document(ConfigurationKeys.empty).schema, below: [], to: &text)
    return text
  }

  private static let head = """
    # Configuration

    <!-- Made by `oktsec verify --reference`. Change the key table in the code, not this file. -->

    One YAML file, strictly read: an unknown key, a wrong type or a duplicate key is an error with its line, and all errors
    are shown at once by `oktsec verify`. Relative paths start from the folder of the file, `~` is the home folder.
    `oktsec verify --schema` prints a JSON schema for editors.

    Commands look for `--config`, `$OKTSEC_CONFIG`, `./oktsec.yaml`, then `~/.config/oktsec/oktsec.yaml`; `proxy` and `mcp` take
    `--config`, else the last one, and nothing else.

    ```yaml
    version: "1"
    mode: observe
    agents:
      files:
        allowed_tools: [read_file, list_directory]
        blocked_content: [credentials]
    ```

    """

  private static func section(_ schema: Schema, below path: [String], to text: inout String) {
    for (name, value) in schema {
      guard case .object(let members) = value else { continue }
      switch name {
      case "properties":
        let required = strings(schema.first { $0.name == "required" }?.value)
        for case (let key, .object(let schema)) in members {
          entry(path + [key], schema, isRequired: required.contains(key), to: &text)
        }
      case "patternProperties":
        for case (_, .object(let schema)) in members { section(schema, below: path + ["NAME"], to: &text) }
      case "items": section(members, below: path.dropLast() + [(path.last ?? "") + "[]"], to: &text)
      default: continue
      }
    }
  }

  private static func entry(_ path: [String], _ schema: Schema, isRequired: Bool, to text: inout String) {
    let name = path.joined(separator: ".")
    text += "\n\(path.count == 1 ? "##" : "###") `\(name)`\n\n"
    if case .string(let summary)? = member("description", schema) { text += summary + "\n\n" }
    text += "- Type: \(type(schema))\n"
    if isRequired {
      text += "- Required\n"
    } else if let standing = member("default", schema) {
      text += "- Default: `\(standing.text)`\n"
    } else if !isSection(schema) {
      text += "- Default: none\n"
    }
    if let example = examples[name] { text += "- Example: `\(example)`\n" }
    section(schema, below: path, to: &text)
  }

  private static func isSection(_ schema: Schema) -> Bool {
    member("properties", schema) != nil || member("patternProperties", schema) != nil
  }

  private static func type(_ schema: Schema) -> String {
    if case .array(let words)? = member("enum", schema) {
      return words.map { "`\($0.text)`" }.joined(separator: ", ")
    }
    for choice in ["anyOf", "oneOf"] {
      guard case .array(let forms)? = member(choice, schema) else { continue }
      let types = forms.compactMap { form -> String? in
        if case .object(let schema) = form { type(schema) } else { nil }
      }
      return types.joined(separator: ", or ")
    }
    if let constant = member("const", schema) { return "`\(constant.text)`" }
    guard case .string(let word)? = member("type", schema) else { return "text" }
    switch word {
    case "array":
      guard case .object(let items)? = member("items", schema) else { return "list" }
      return "list of " + (isSection(items) ? "mappings" : type(items))
    case "object": return member("patternProperties", schema) == nil ? "mapping" : "mapping of names"
    case "integer":
      guard let low = member("minimum", schema), let high = member("maximum", schema) else { return "integer" }
      return "integer, \(low.text) to \(high.text)"
    case "string":
      if case .string("date-time")? = member("format", schema) { return "moment (RFC 3339)" }
      return "text"
    default: return word
    }
  }

  private static func member(_ name: String, _ schema: Schema) -> JSONValue? { schema.first { $0.name == name }?.value }

  private static func strings(_ value: JSONValue?) -> [String] {
    guard case .array(let elements)? = value else { return [] }
    return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// One for each key that is no section; a test reads them all.
  static let examples: [String: String] = [
    "version": #"version: "1""#, "mode": "mode: enforce", "default_policy": "default_policy: deny",
    "db_path": "db_path: ~/.local/state/oktsec/oktsec.db", "custom_rules_dir": "custom_rules_dir: ./rules",
    "server.port": "server: {port: 8080}", "server.bind": "server: {bind: 127.0.0.1}",
    "server.log_level": "server: {log_level: debug}", "server.api_key": "server: {api_key: 'env:OKTSEC_API_KEY'}",
    "server.allowed_hosts": "server: {allowed_hosts: [guard.example.com]}",
    "server.tls.certificate": "server: {tls: {certificate: cert.pem, key: key.pem}}",
    "server.tls.key": "server: {tls: {certificate: cert.pem, key: key.pem}}",
    "identity.keys_dir": "identity: {keys_dir: ./keys}",
    "identity.require_signature": "identity: {keys_dir: ./keys, require_signature: true}",
    "identity.past_seconds": "identity: {past_seconds: 300}",
    "identity.future_seconds": "identity: {future_seconds: 30}",
    "agents.NAME.can_message": "agents: {planner: {can_message: [coder]}}",
    "agents.NAME.allowed_tools": "agents: {files: {allowed_tools: [read_file]}}",
    "agents.NAME.blocked_content": "agents: {files: {blocked_content: [credentials, pii]}}",
    "agents.NAME.description": "agents: {files: {description: The file server}}",
    "agents.NAME.tags": "agents: {files: {tags: [local]}}",
    "agents.NAME.rate.per_minute": "agents: {files: {rate: {per_minute: 60}}}",
    "agents.NAME.deliver_to": "agents: {coder: {deliver_to: 'http://127.0.0.1:9000/inbox'}}",
    "quarantine.enabled": "quarantine: {enabled: false}", "quarantine.expiry_hours": "quarantine: {expiry_hours: 24}",
    "quarantine.retention_days": "quarantine: {retention_days: 90}",
    "rules[].id": "rules: [{id: IAP-003, action: block}]",
    "rules[].severity": "rules: [{id: IAP-003, severity: medium}]",
    "rules[].action": "rules: [{id: IAP-003, action: allow-and-flag}]",
    "rules[].notify":
      "{rules: [{id: IAP-003, notify: [ops]}], webhooks: [{name: ops, url: 'https://example.com/hook'}]}",
    "rules[].agents": "rules: [{id: IAP-003, action: ignore, agents: [files]}]",
    "rules[].tools": "rules: [{id: IAP-003, action: ignore, tools: [read_file]}]",
    "rules[].direction": "rules: [{id: IAP-003, action: ignore, direction: response}]",
    "rules[].until": #"rules: [{id: IAP-003, action: ignore, until: "2026-12-31T23:59:59Z"}]"#,
    "webhooks[].name": "webhooks: [{name: ops, url: 'https://example.com/hook'}]",
    "webhooks[].url": "webhooks: [{url: 'https://example.com/hook'}]",
    "webhooks[].events": "webhooks: [{url: 'https://example.com/hook', events: [message_blocked]}]",
    "webhooks[].secret": "webhooks: [{url: 'https://example.com/hook', secret: 'env:HOOK_SECRET'}]",
    "webhooks[].template": "webhooks: [{url: 'https://example.com/hook', template: slack}]",
    "webhooks[].allow_private": "webhooks: [{url: 'http://10.0.0.5/hook', allow_private: true}]",
    "mcp.reviewers": "mcp: {reviewers: [auditor]}", "blocked_reply": "blocked_reply: error",
    "audit.on_failure": "audit: {on_failure: continue}",
    "limits.max_frame_bytes": "limits: {max_frame_bytes: 16777216}", "limits.max_depth": "limits: {max_depth: 128}",
  ]
}
