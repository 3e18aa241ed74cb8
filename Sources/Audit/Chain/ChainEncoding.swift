import Guard

/// The bytes that hashes and signatures of the chain are made over: a list of values, each preceded by its length in four
/// bytes (big-endian), an absent value by FF FF FF FF alone. So no two different lists give the same bytes.
///
/// `docs/audit-format.md` describes it for programs in other languages.
struct ChainEncoding {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(1024) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { text in
      length(text.count)
      bytes.append(contentsOf: text)
    }
  }

  mutating func add(_ text: String?) {
    if let text { add(text) } else { absent() }
  }

  mutating func add(_ value: [UInt8]) {
    length(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func add(_ value: [UInt8]?) {
    if let value { add(value) } else { absent() }
  }

  /// Eight bytes, two's complement.
  mutating func add(_ value: Int64) {
    length(8)
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ value: Int) { add(Int64(value)) }

  var digest: Digest { bytes.withUnsafeBytes { SHA256.digest($0) } }

  private mutating func length(_ count: Int) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func absent() { bytes.append(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF]) }
}

extension ChainEncoding {
  /// The link of a record: the hash of its contents, its place and the link before it.
  mutating func link(_ entry: AuditEntry, seq: Int64, previous: Digest) -> Digest {
    removeAll()
    add("oktsec record 1")
    add(previous.bytes)
    add(seq)
    add(entry.id.description)
    add(entry.timestamp)
    add(entry.from)
    add(entry.to)
    add(entry.session)
    add(entry.direction.rawValue)
    add(entry.method)
    add(entry.tool)
    add(entry.contentHash.bytes)
    add(entry.forwardedHash?.bytes)
    add(entry.signature.rawValue)
    add(entry.fingerprint)
    add(entry.status.rawValue)
    add(entry.decision.rawValue)
    add(entry.verdict.name)
    add(entry.action.rawValue)
    add(entry.findingsDropped)
    add(entry.latency)
    add(entry.bytes)
    add(entry.reason)
    add(entry.senderTimestamp)
    add(entry.quarantineItem?.description)
    add(entry.findings.count)
    for finding in entry.findings {
      add(finding.rule)
      add(finding.name)
      add(finding.severity.name)
      add(finding.category)
      add(finding.pointer)
      add(finding.start)
      add(finding.end)
      add(finding.excerpt)
    }
    return digest
  }
}
