import Foundation
import JSONRPC
import Testing

@testable import CLI

@Suite struct ConfigurationSchemaTests {
  @Test("the schema is JSON and names every key of the contract")
  func keys() throws {
    let schema = try JSONValue(parsing: ConfigurationSchema.text)
    #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
    let paths = Set(ConfigurationKeys.paths.map { FormReader.joined($0) })
    let contract = """
      version mode default_policy db_path custom_rules_dir server.port server.bind server.log_level server.api_key
      server.allowed_hosts server.tls.certificate server.tls.key identity.keys_dir identity.require_signature
      identity.past_seconds identity.future_seconds agents.*.can_message agents.*.allowed_tools
      agents.*.blocked_content agents.*.description agents.*.tags agents.*.rate.per_minute agents.*.deliver_to
      quarantine.enabled quarantine.expiry_hours quarantine.retention_days rules[].id rules[].severity rules[].action
      rules[].notify rules[].agents rules[].tools rules[].direction rules[].until webhooks[].name webhooks[].url
      webhooks[].events webhooks[].secret webhooks[].template webhooks[].allow_private mcp.reviewers blocked_reply
      audit.on_failure limits.max_frame_bytes limits.max_depth
      """
    let named = Set(contract.split(whereSeparator: \.isWhitespace).map(String.init))
    #expect(named.subtracting(paths) == [])
    let sections: Set = [
      "server", "server.tls", "identity", "agents", "agents.*.rate", "quarantine", "rules", "webhooks", "mcp", "audit",
      "limits",
    ]
    #expect(paths.subtracting(named) == sections)
  }

  @Test("the defaults that the schema names are those that hold")
  func defaults() throws {
    let schema = try JSONValue(parsing: ConfigurationSchema.text)
    func value(_ path: String...) -> JSONValue? {
      path.reduce(Optional(schema)) { $0?["properties"]?[$1] }?["default"]
    }
    let plain = Configuration(folders: testFolders)
    #expect(value("server", "port")?.integer == plain.server.port)
    #expect(value("server", "bind")?.string == plain.server.bind)
    #expect(value("server", "log_level")?.string == plain.server.logLevel.rawValue)
    #expect(value("default_policy")?.string == plain.defaultPolicy.rawValue)
    #expect(value("identity", "past_seconds")?.integer == plain.identity.pastSeconds)
    #expect(value("identity", "require_signature") == .bool(plain.requiresSignature))
    #expect(value("quarantine", "enabled") == .bool(plain.quarantine.isEnabled))
    #expect(value("quarantine", "expiry_hours")?.integer == plain.quarantine.expiryHours)
    #expect(value("quarantine", "retention_days")?.integer == plain.quarantine.retentionDays)
    #expect(value("blocked_reply")?.string == plain.blockedReply.rawValue)
    #expect(value("audit", "on_failure")?.string == plain.audit.onFailure.rawValue)
    #expect(value("limits", "max_frame_bytes")?.integer == plain.limits.maxFrameBytes)
    #expect(value("limits", "max_depth")?.integer == plain.limits.maxDepth)
    #expect(value("mode") == nil)
  }

  @Test(
    "Python's jsonschema judges configs as we do", .enabled(if: Validator.isAvailable),
    arguments: [
      (#"{"version":"1"}"#, true), (#"{"version":1}"#, true), (#"{}"#, false), (#"{"version":"1","mod":"x"}"#, false),
      (#"{"version":"1","mode":"enforce"}"#, true), (#"{"version":"1","mode":"on"}"#, false),
      (#"{"version":"1","server":{"port":0}}"#, false), (#"{"version":"1","server":{"port":80}}"#, true),
      (#"{"version":"1","identity":{"require_signature":true}}"#, false),
      (#"{"version":"1","identity":{"require_signature":true,"keys_dir":"k"}}"#, true),
      (#"{"version":"1","identity":{"require_signature":false}}"#, true),
      (#"{"version":"1","agents":{"a":{"can_message":["b","*"]}}}"#, true),
      (#"{"version":"1","agents":{"a":{"can_message":"*"}}}"#, true),
      (#"{"version":"1","agents":{"a":{"can_message":"b"}}}"#, false),
      (#"{"version":"1","agents":{"a b":{}}}"#, false),
      (#"{"version":"1","agents":{"a":{"blocked_content":["pii"]}}}"#, true),
      (#"{"version":"1","agents":{"a":{"blocked_content":["x"]}}}"#, false),
      (#"{"version":"1","agents":{"a":{"rate":{"per_minute":0}}}}"#, false),
      (#"{"version":"1","rules":[{"id":"x","action":"ignore"}]}"#, true), (#"{"version":"1","rules":[{}]}"#, false),
      (#"{"version":"1","webhooks":[{"url":"https://a","events":["blocked"]}]}"#, true),
      (#"{"version":"1","webhooks":[{"url":"ftp://a"}]}"#, false),
    ])
  func agreement(text: String, isValid: Bool) throws {
    // JSON is YAML, so both can judge the same text.
    #expect(problems(text).isEmpty == isValid, "\(problems(text))")
    #expect(try Validator.accepts(text) == isValid)
  }

  private enum Validator {
    static let isAvailable = (try? run("import jsonschema", "")) == 0

    static func accepts(_ text: String) throws -> Bool {
      let script = """
        import json, sys, jsonschema
        schema, text = sys.stdin.read().split("\\0")
        schema = json.loads(schema)
        jsonschema.Draft202012Validator.check_schema(schema)
        sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(json.loads(text)) else 3)
        """
      let status = try run(script, ConfigurationSchema.text + "\0" + text)
      #expect(status == 0 || status == 3)
      return status == 0
    }

    private static func run(_ script: String, _ input: String) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["python3", "-c", script]
      let pipe = Pipe()
      process.standardInput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      try? pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try? pipe.fileHandleForWriting.close()
      process.waitUntilExit()
      return process.terminationStatus
    }
  }
}
