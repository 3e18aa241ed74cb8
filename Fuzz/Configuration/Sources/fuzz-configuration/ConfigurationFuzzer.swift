import Audit
import Guard
import JSONRPC

/// SplitMix64: small, seeded, the same everywhere.
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int { limit > 0 ? Int.random(in: 0..<limit, using: &self) : 0 }
}

/// One run: texts that grow out of good ones, and the checks on each.
struct ConfigurationFuzzer {
  private var random: Chance
  private var pool: [[UInt8]]
  private let keyFiles: [[UInt8]]

  private(set) var rounds = 0
  private(set) var configs = 0
  private(set) var edits = 0
  private(set) var keys = 0
  private(set) var moments = 0
  private(set) var findings = 0

  private static let folders = UserFolders(home: "/h", workingDirectory: "/w", namedConfig: nil, configHome: nil)

  init(seed: UInt64) {
    random = Chance(seed: seed)
    pool = Self.seeds.map { Array($0.utf8) }
    var files: [[UInt8]] = []
    if let key = SigningKey.generate() {
      files.append(KeyFile.text(of: key.verifyingKey))
      if let text = try? KeyFile.withText(of: key, { Array($0) }) { files.append(text) }
    }
    keyFiles = files
  }

  mutating func round() {
    rounds += 1
    config()
    keyFile()
    moment()
    base64()
  }

  // MARK: Configs

  private mutating func config() {
    let text = damaged(pool[random.below(pool.count)])
    guard let read = try? parse(text) else { return }
    configs += 1
    // Only what is valid grows further, or soon nothing is.
    if text.count < 4000 { if pool.count < 400 { pool.append(text) } else { pool[random.below(400)] = text } }
    if (try? parse(text))?.policySettings != read.policySettings { report("read in two ways", text) }
    for mode in [Mode.observe, .enforce] {
      guard
        let edited = try? ConfigurationEditor.setting(mode, in: text, shownAs: "f.yaml", folders: Self.folders)
      else { continue }
      edits += 1
      guard let after = try? parse(edited), after.configuredMode == mode else {
        report("setting the mode broke it", text)
        continue
      }
      var expected = read.policySettings
      expected.mode = mode
      if after.policySettings != expected { report("setting the mode changed something else", text) }
    }
    var override = RuleOverride(rule: "IAP-003")
    override.action = .allowAndFlag
    override.tools = ToolNames(["a: \u{2028}\"#", "b"])
    override.until = 1_800_000_000_000_000
    let appender = OverrideAppender(overrides: [override], origin: "from event x")
    guard let edited = try? appender.appending(to: text, shownAs: "f.yaml", folders: Self.folders) else { return }
    edits += 1
    guard let after = try? parse(edited.text) else { return report("appending a rule broke it", text) }
    var expected = read.policySettings
    expected.overrides.append(override)
    if after.policySettings != expected { report("appending a rule changed something else", text) }
    let common = zip(text, edited.text).prefix { $0 == $1 }.count
    let tail = zip(text.reversed(), edited.text.reversed()).prefix { $0 == $1 }.count
    if common + tail < text.count { report("appending a rule changed a byte that was there", text) }
  }

  private func parse(_ text: [UInt8]) throws -> Configuration {
    try Configuration.parse(text, file: "/f.yaml", shownAs: "f.yaml", folders: Self.folders)
  }

  // MARK: Identity

  private mutating func keyFile() {
    guard !keyFiles.isEmpty else { return }
    let text = damaged(keyFiles[random.below(keyFiles.count)])
    if let key = try? KeyFile.publicKey(text) {
      keys += 1
      guard let again = try? KeyFile.publicKey(KeyFile.text(of: key)), again.bytes == key.bytes else {
        return report("a public key is not what it was written as", text)
      }
    }
    if let key = text.withUnsafeBytes({ try? KeyFile.privateKey($0) }) {
      keys += 1
      guard let signature = [UInt8]().withUnsafeBytes({ key.signature(over: $0) }),
        [UInt8]().withUnsafeBytes({ key.verifyingKey.verifies(signature, over: $0) })
      else { return report("a private key was read whose signatures do not verify", text) }
    }
  }

  private mutating func moment() {
    let seeds = ["2026-03-01T09:05:07Z", "2024-02-29t23:59:60.123456789z", "0000-01-01T00:00:00+23:59"]
    let text = damaged(Array(seeds[random.below(seeds.count)].utf8))
    guard let moment = RFC3339.microseconds(String(decoding: text, as: UTF8.self)) else { return }
    moments += 1
    // Written and read again it is the same, as far as four digits of a year go.
    let limits: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999
    if limits.contains(moment), RFC3339.microseconds(Timestamp.text(moment)) != moment {
      report("a moment changes when it is written", text)
    }
  }

  private mutating func base64() {
    let bytes = (0..<64).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let good = CanonicalBase64.encode(bytes)
    if CanonicalBase64.decode(good, count: 64) != bytes { report("base64 does not come back", Array(good.utf8)) }
    let text = String(decoding: damaged(Array(good.utf8)), as: UTF8.self)
    guard let read = CanonicalBase64.decode(text, count: 64) else { return }
    // One spelling for each value, or a signature could be replayed in another.
    if !CanonicalBase64.encode(read).utf8.elementsEqual(text.utf8) {
      report("two spellings of one value", Array(text.utf8))
    }
  }

  // MARK: Texts

  private mutating func damaged(_ original: [UInt8]) -> [UInt8] {
    var text = original
    for _ in 0..<random.below(5) {
      let place = random.below(text.count + 1)
      switch random.below(7) {
      case 0: text.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
      case 1: text.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)].utf8, at: place)
      case 2: if place < text.count { text.remove(at: place) }
      case 3: if place < text.count { text[place] ^= 1 << UInt8(random.below(8)) }
      case 4: text.removeSubrange(place..<min(text.count, place + random.below(20)))
      case 5:
        let end = min(text.count, place + random.below(40))
        text.insert(contentsOf: text[place..<end], at: random.below(text.count + 1))
      default:
        if random.below(4) == 0 { text = text.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }
      }
    }
    return text
  }

  private mutating func report(_ problem: String, _ text: [UInt8]) {
    findings += 1
    print(
      "round \(rounds): \(problem)\n  \(String(reflecting: String(decoding: text, as: UTF8.self)))\n  bytes: \(text)")
  }

  private static let pieces = [
    "\n", "\r\n", "  ", "- ", ": ", "#", "[", "]", "{", "}", "\"", "'", "|", ">", "&a ", "*a", "!!str ", "---\n",
    "...\n", "\t",
    "rules:", "mode: enforce\n", "\u{2028}", "\u{FEFF}", "~", ",", "id: X", "action: ignore", "version: '1'\n", "=",
    "-----",
    "\u{0}",
  ]

  private static let seeds = [
    "version: '1'\n", "{version: '1', mode: observe}",
    "version: \"1\"\r\nmode: observe # x\r\nrules:\r\n  - id: A\r\n    action: block\r\n",
    """
    # all
    version: "1"
    mode: enforce
    default_policy: deny
    db_path: ./o.db
    server: {port: 8080, bind: 127.0.0.1, api_key: "env:KEY", allowed_hosts: [a.example]}
    identity:
      keys_dir: ./keys
      require_signature: true
    agents:
      planner:
        can_message: [coder]
        blocked_content: [credentials, pii]
        rate: {per_minute: 60}
      coder: {can_message: "*", allowed_tools: [read_file], tags: [x]}
    quarantine:
      enabled: true
      expiry_hours: 12
    rules:
    - id: IAP-003
      action: ignore # here
      agents: [coder]
      until: "2026-12-31T23:59:59Z"

    # webhooks
    webhooks:
      - url: https://example.com/h
        events: [message_blocked]
    limits: {max_depth: 100}
    """, "version: '1'\nrules: [{id: A, action: block}] # ]\nmode: observe",
  ]
}
