import Audit
import Guard
import Testing

@testable import HTTPAdapter

/// Each row of the contract's table (section 5), by its name.
@Suite struct MessageServiceTests {
  private static let hello = "the report is ready"

  private func expect(
    _ answer: MessageAnswer, _ status: Int, _ word: DeliveryStatus, _ decision: PolicyDecision,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.reply.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.decision == decision, sourceLocation: sourceLocation)
    #expect(answer.text.hasPrefix(#"{"status":"\#(word.rawValue)","#), sourceLocation: sourceLocation)
    #expect(answer.text.contains(#""policy_decision":"\#(decision.rawValue)""#), sourceLocation: sourceLocation)
  }

  @Test("clean: 200 delivered, allow; the record is complete and the payload goes with it")
  func clean() throws {
    let fixture = try MessageFixture()
    let document = fixture.document(Self.hello, more: #","message_id":"m1""#)
    let answer = fixture.answer(document)
    expect(answer, 200, .delivered, .allow)
    #expect(
      answer.text
        == #"{"status":"delivered","message_id":"m1","policy_decision":"allow","rules_triggered":[],"verified_sender":true}"#
    )
    let entry = try #require(fixture.store.entries.first)
    #expect(entry.from == "ana" && entry.to == "ben" && entry.signature == .verified && entry.action == .forwarded)
    #expect(entry.fingerprint == fixture.keys["ana"]?.verifyingKey.fingerprint.hex)
    #expect(entry.contentHash == Array(document.utf8).withUnsafeBytes { SHA256.digest($0) })
    #expect(entry.bytes == document.utf8.count && entry.session == "s" && entry.method == "v1/message")
    let submission = try #require(fixture.store.submissions.first)
    #expect(submission.payload == Array(document.utf8) && submission.isDelivered && submission.attempt != nil)
    #expect(submission.signedOnce?.until == MessageFixture.start + 301_000_000)
  }

  @Test("flag: 200 delivered, content_flagged")
  func flag() throws {
    let fixture = try MessageFixture { $0.overrides = Self.overrides(.allowAndFlag) }
    expect(fixture.answer(fixture.document(MessageFixture.poison)), 200, .delivered, .contentFlagged)
  }

  @Test("quarantine: 202 quarantined, with the item's id; the item holds the body")
  func quarantine() throws {
    let fixture = try MessageFixture { $0.overrides = Self.overrides(.quarantine) }
    let answer = fixture.answer(fixture.document(MessageFixture.poison))
    expect(answer, 202, .quarantined, .contentQuarantined)
    let item = try #require(fixture.store.entries.first?.quarantineItem)
    #expect(answer.text.hasSuffix(#","quarantine_id":"\#(item)"}"#))
    #expect(fixture.store.submissions.first?.heldUntil == MessageFixture.start + 3_600_000_000)
  }

  @Test("quarantine where none is kept: 403 blocked, content_blocked")
  func noQuarantine() throws {
    let fixture = try MessageFixture {
      $0.overrides = Self.overrides(.quarantine)
      $0.quarantineEnabled = false
    }
    expect(fixture.answer(fixture.document(MessageFixture.poison)), 403, .blocked, .contentBlocked)
  }

  @Test("block: 403 blocked, content_blocked, with the rules and redacted matches")
  func block() throws {
    let fixture = try MessageFixture()
    let answer = fixture.answer(fixture.document(MessageFixture.poison))
    expect(answer, 403, .blocked, .contentBlocked)
    #expect(answer.text.contains(#""rules_triggered":[{"rule_id":"#) && answer.text.contains(#""match":"#))
    #expect(fixture.store.entries.first?.action == .stopped)
  }

  @Test("observe: a content verdict is delivered, and policy_decision says what it would have been")
  func observe() throws {
    for action in [OverrideAction.block, .quarantine] {
      let fixture = try MessageFixture {
        $0.mode = .observe
        $0.overrides = Self.overrides(action)
      }
      let answer = fixture.answer(fixture.document(MessageFixture.poison))
      expect(answer, 200, .delivered, action == .block ? .contentBlocked : .contentQuarantined)
      #expect(!answer.text.contains("quarantine_id"))
      #expect(fixture.store.entries.first?.action == .forwarded)
    }
  }

  @Test("ACL: 403 rejected, acl_denied; by can_message, and by default_policy for others")
  func acl() throws {
    let fixture = try MessageFixture { settings in
      settings.defaultPolicy = .deny
      var ana = AgentPolicy()
      ana.canMessage = .only([Self.name("eve")])
      settings.agents[Self.name("ana")] = ana
    }
    expect(fixture.answer(fixture.document(Self.hello)), 403, .rejected, .aclDenied)
    expect(fixture.answer(fixture.document(Self.hello, to: "eve")), 200, .delivered, .allow)
    expect(fixture.answer(fixture.document(Self.hello, from: "ben", to: "eve")), 403, .rejected, .aclDenied)
  }

  @Test("bad signature, unknown or revoked key: 403 rejected, identity_rejected, also where signatures are optional")
  func identity() throws {
    for required in [true, false] {
      let fixture = try MessageFixture(requiresSignature: required)
      let good = fixture.document(Self.hello)
      for (old, new) in [("ready", "Ready"), (#""ben""#, #""eve""#), (#""ana""#, #""eve""#), (#""ana""#, #""zoe""#)] {
        let changed = Self.replacing(old, in: good, by: new)
        #expect(changed != good)
        expect(fixture.answer(changed), 403, .rejected, .identityRejected)
      }
      #expect(fixture.store.entries.allSatisfy { $0.signature == .invalid })
      #expect(fixture.store.submissions.allSatisfy { $0.attempt == nil && $0.signedOnce == nil })
      fixture.revoked.value = Set([fixture.keys["ana"]?.verifyingKey.fingerprint].compactMap(\.self))
      expect(fixture.answer(good), 403, .rejected, .identityRejected)
    }
  }

  @Test("replay or stale timestamp: 403 rejected, replayed")
  func replay() throws {
    let fixture = try MessageFixture()
    let document = fixture.document(Self.hello)
    expect(fixture.answer(document), 200, .delivered, .allow)
    expect(fixture.answer(document), 403, .rejected, .replayed)
    for (seconds, isFresh) in [(-301, false), (-300, true), (30, true), (31, false)] {
      let moment = MessageFixture.start + Int64(seconds) * 1_000_000
      let answer = fixture.answer(fixture.document("\(Self.hello) \(seconds)", at: moment))
      expect(answer, isFresh ? 200 : 403, isFresh ? .delivered : .rejected, isFresh ? .allow : .replayed)
    }
  }

  @Test("unsigned while required: 401 with WWW-Authenticate, rejected, signature_required")
  func unsigned() throws {
    let fixture = try MessageFixture()
    let answer = fixture.answer(fixture.document(Self.hello, signed: false))
    expect(answer, 401, .rejected, .signatureRequired)
    #expect(answer.reply.headers["WWW-Authenticate"] != nil)
    let optional = try MessageFixture(requiresSignature: false)
    let delivered = optional.answer(optional.document(Self.hello, signed: false))
    expect(delivered, 200, .delivered, .allow)
    #expect(delivered.text.hasSuffix(#""verified_sender":false}"#))
  }

  @Test("too many: 429 with Retry-After, rejected, rate_limited; what was refused may come again as it is")
  func rate() throws {
    let fixture = try MessageFixture { settings in
      var ana = AgentPolicy()
      ana.ratePerMinute = 1
      settings.agents[Self.name("ana")] = ana
    }
    expect(fixture.answer(fixture.document(Self.hello)), 200, .delivered, .allow)
    let document = fixture.document("\(Self.hello) again", more: #","message_id":"x""#)
    let answer = fixture.answer(document)
    expect(answer, 429, .rejected, .rateLimited)
    #expect(answer.reply.headers["Retry-After"] == "60")
    fixture.time.value += 60_000_000
    expect(fixture.answer(document), 200, .delivered, .allow)
  }

  @Test("too many from one address: 429 before anything is read; loopback is shared by all agents and not limited")
  func addressRate() throws {
    let fixture = try MessageFixture(perMinute: 2)
    for _ in 0..<2 {
      expect(
        fixture.answer(fixture.document(Self.hello, signed: false), from: "192.0.2.1"), 401, .rejected,
        .signatureRequired)
    }
    let refused = fixture.answer("not even JSON", from: "192.0.2.1")
    expect(refused, 429, .rejected, .rateLimited)
    #expect(refused.reply.headers["Retry-After"] == "30")
    #expect(fixture.store.entries.count == 2)
    expect(fixture.answer(fixture.document(Self.hello), from: "192.0.2.2"), 200, .delivered, .allow)
    for number in 0..<5 {
      expect(fixture.answer(fixture.document("\(Self.hello) \(number)")), 200, .delivered, .allow)
    }
  }

  @Test("malformed or missing field: 400 with an error, and nothing is recorded")
  func malformed() throws {
    let fixture = try MessageFixture(requiresSignature: false)
    let bad = [
      "", "{", "[]", "null", "1", #""x""#, "{}", "\u{FEFF}{}", #"{"from":"ana","to":"ben"}"#,
      #"{"from":"ana","to":"ben","content":"a"} x"#, #"{"from":"ana","to":"ben","content":""}"#,
      #"{"from":"ana","to":"ben","content":null}"#, #"{"from":"ana","to":"ben","content":["a"]}"#,
      #"{"from":"ana","to":"ben","content":"a","content":"b"}"#,
      #"{"from":"ana","to":"ben","content":"a","c\u006fntent":"b"}"#,
      #"{"from":"ana","to":"ben","content":"a","Content":"b"}"#, #"{"from":"ana","to":"ben","content":"a","x":1}"#,
      #"{"from":"ana","to":"ben","content":"\ud800"}"#, #"{"from":"a/b","to":"ben","content":"a"}"#,
      #"{"from":"","to":"ben","content":"a"}"#, #"{"from":"ana","to":"ben","content":"a","signature":"AA=="}"#,
      #"{"from":"ana","to":"ben","content":"a","timestamp":"2026-01-01"}"#,
      #"{"from":"ana","to":"ben","content":"a","metadata":[]}"#,
      #"{"from":"ana","to":"ben","content":"a","metadata":"m"}"#,
      #"{"from":"ana","to":"ben","content":"a","metadata":{"k":{"d":1,"d":2}}}"#,
      #"{"from":"ana","to":"ben","content":"a","message_id":"a/b"}"#,
      #"{"from":"ana","to":"ben","content":"a","message_id":7}"#,
      #"{"from":"ana","to":"ben","content":"a","metadata":\#(String(repeating: "[", count: 600))"#,
    ]
    for document in bad {
      let answer = fixture.answer(document)
      #expect(answer.reply.status == 400 && answer.text.hasPrefix(#"{"error":""#), "\(document): \(answer.text)")
      #expect(answer.decision == nil)
    }
    #expect(fixture.answer([0xFF, 0xFE]).reply.status == 400)
    #expect(fixture.store.entries.isEmpty)
  }

  @Test("store failed: 503 error, audit_unavailable, whatever the mode; keys that cannot be read likewise")
  func storeFailed() throws {
    for mode in Mode.allCases {
      let fixture = try MessageFixture { $0.mode = mode }
      for outcome in [SubmissionOutcome.late, .dropped] {
        fixture.store.plan(outcome)
        let answer = fixture.answer(fixture.document(Self.hello))
        expect(answer, 503, .error, .auditUnavailable)
        #expect(answer.reply.headers["Retry-After"] != nil)
      }
      fixture.isKeyringReadable.value = false
      expect(fixture.answer(fixture.document(Self.hello)), 503, .error, .auditUnavailable)
    }
  }

  @Test("the same message again: the first reply; another under its id: 409")
  func idempotence() throws {
    let fixture = try MessageFixture()
    let first = fixture.answer(fixture.document(Self.hello, more: #","message_id":"x""#))
    let entry = try #require(fixture.store.entries.first)
    fixture.store.plan(.earlier(entry))
    #expect(fixture.answer(fixture.document(Self.hello, more: #","message_id":"x""#)).text == first.text)
    fixture.store.plan(.conflict(entry))
    #expect(fixture.answer(fixture.document("\(Self.hello)!", more: #","message_id":"x""#)).reply.status == 409)
  }

  @Test("what makes two messages the same: every member but the signature and the id")
  func payloadHash() throws {
    let fixture = try MessageFixture(requiresSignature: false)
    let base = #"{"from":"ana","to":"ben","content":"a","message_id":"x"}"#
    let others = [
      #"{"from":"eve","to":"ben","content":"a","message_id":"x"}"#,
      #"{"from":"ana","to":"eve","content":"a","message_id":"x"}"#,
      #"{"from":"ana","to":"ben","content":"b","message_id":"x"}"#,
      #"{"from":"ana","to":"ben","content":"a","message_id":"x","timestamp":"2026-05-28T20:26:40Z"}"#,
      #"{"from":"ana","to":"ben","content":"a","message_id":"x","metadata":{}}"#,
    ]
    for document in [base, #" { "message_id":"y", "content":"a", "to":"ben", "from":"ana" } "#] + others {
      _ = fixture.answer(document)
    }
    let hashes = fixture.store.submissions.compactMap(\.attempt?.payloadHash)
    #expect(hashes.count == 7 && hashes[0] == hashes[1] && Set(hashes).count == 6)
  }

  @Test("a full inbox: 429 with Retry-After")
  func inboxFull() throws {
    let fixture = try MessageFixture()
    _ = fixture.answer(fixture.document(Self.hello))
    var entry = try #require(fixture.store.entries.first)
    entry.status = .rejected
    entry.decision = .rateLimited
    fixture.store.plan(.inboxFull(entry))
    let answer = fixture.answer(fixture.document("\(Self.hello) 2"))
    expect(answer, 429, .rejected, .rateLimited)
    #expect(answer.reply.headers["Retry-After"] == "60")
  }

  @Test("nobody can fetch for an agent without key and address: then nothing is put into its inbox")
  func unreachable() throws {
    let fixture = try MessageFixture()
    _ = fixture.answer(fixture.document(Self.hello, to: "zoe"))
    _ = fixture.answer(fixture.document(Self.hello, to: "ben"))
    #expect(fixture.store.submissions.map(\.isDelivered) == [false, true])
  }

  @Test("metadata: names and values count, and findings say where they stand")
  func metadata() throws {
    let fixture = try MessageFixture()
    let places = [
      (#"{"note":"\#(MessageFixture.poison)"}"#, "/metadata/note"),
      (#"{"a":[{"b":"\#(MessageFixture.poison)"}]}"#, "/metadata/a/0/b"),
    ]
    for (metadata, pointer) in places {
      let answer = fixture.answer(fixture.document("\(Self.hello) \(pointer)", more: #","metadata":\#(metadata)"#))
      expect(answer, 403, .blocked, .contentBlocked)
      #expect(fixture.store.entries.last?.findings.first?.pointer == pointer)
    }
    let named = fixture.answer(fixture.document(Self.hello, more: #","metadata":{"\#(MessageFixture.poison)":1}"#))
    expect(named, 403, .blocked, .contentBlocked)
    let content = fixture.answer(fixture.document(MessageFixture.poison))
    expect(content, 403, .blocked, .contentBlocked)
    #expect(fixture.store.entries.last?.findings.first?.pointer == "/content")
  }

  @Test("metadata as deep as the limit is still inspected")
  func depth() throws {
    let fixture = try MessageFixture { $0.limits.maxDepth = 20 }
    func nested(_ depth: Int) -> String {
      let inner = #"["\#(MessageFixture.poison)"]"#
      let (head, tail) = (String(repeating: "[", count: depth - 1), String(repeating: "]", count: depth - 1))
      return #","metadata":{"k":\#(head)\#(inner)\#(tail)}"#
    }
    // The body and the object itself are two levels.
    expect(fixture.answer(fixture.document(Self.hello, more: nested(18))), 403, .blocked, .contentBlocked)
    #expect(fixture.answer(fixture.document(Self.hello, more: nested(19))).reply.status == 400)
  }

  @Test("blocked content of either agent counts")
  func blockedContent() throws {
    for agent in ["ana", "ben"] {
      let fixture = try MessageFixture { settings in
        settings.overrides = Self.overrides(.allowAndFlag)
        var policy = AgentPolicy()
        _ = policy.blockedContent.add("prompt-injection")
        settings.agents[Self.name(agent)] = policy
      }
      expect(fixture.answer(fixture.document(MessageFixture.poison)), 403, .blocked, .contentBlocked)
      expect(
        fixture.answer(fixture.document(MessageFixture.poison, from: "eve", to: "eve")), 200, .delivered,
        .contentFlagged)
    }
  }

  @Test("a changed config holds from the next message on")
  func adopts() throws {
    let fixture = try MessageFixture()
    expect(fixture.answer(fixture.document(MessageFixture.poison)), 403, .blocked, .contentBlocked)
    fixture.service.adopt(
      MessageSettings(
        policy: Policy(), requiresSignature: false, freshness: FreshnessWindow(), quarantineLifetime: 1),
      rules: try BuiltinRules.load())
    expect(fixture.answer(fixture.document(MessageFixture.poison, signed: false)), 200, .delivered, .contentBlocked)
  }

  @Test("messages on many threads at once: each gets its own answer")
  func concurrent() async throws {
    let fixture = try MessageFixture()
    let pool = WorkerPool(threads: 8, maximumWaiting: 1000)
    await withTaskGroup(of: (Bool, Int?).self) { group in
      for number in 0..<200 {
        let isBad = number % 3 == 0
        let document = fixture.document("\(isBad ? MessageFixture.poison : Self.hello) \(number)")
        group.addTask { (isBad, await pool.run { fixture.answer(document).reply.status }) }
      }
      for await (isBad, status) in group { #expect(status == (isBad ? 403 : 200)) }
    }
    #expect(fixture.store.entries.count == 200)
  }

  private static func name(_ text: String) -> AgentName {
    guard let name = AgentName(text) else { return name("wrong") }
    return name
  }

  /// For every rule that the poison triggers.
  private static func overrides(_ action: OverrideAction) -> [RuleOverride] {
    guard let fixture = try? MessageFixture() else { return [] }
    _ = fixture.answer(fixture.document(MessageFixture.poison))
    return Set(fixture.store.entries.flatMap(\.findings).map(\.rule)).map { rule in
      var override = RuleOverride(rule: rule)
      override.action = action
      return override
    }
  }

  private static func replacing(_ old: String, in text: String, by new: String) -> String {
    guard let range = text.firstRange(of: old) else { return text }
    return text.replacingCharacters(in: range, with: new)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
    String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
  }
}
