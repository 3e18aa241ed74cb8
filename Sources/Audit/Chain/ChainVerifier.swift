import Guard

/// Verifies the whole chain of a database, as it stands at one moment. Reads only; nothing is repaired.
///
/// Found, whoever made it without the key: a record that was changed, removed, added or moved, and a missing end. Not
/// found: what somebody did who holds the key, and an older copy of the whole file in its place; for those compare with a
/// line of `Checkpoint` that was kept elsewhere.
package struct ChainVerifier {
  /// The only key that may have signed. Nil: the one of the head, which proves nothing against somebody with a key of
  /// their own.
  package var fingerprint: Fingerprint?
  /// Lines that were kept elsewhere.
  package var outside: [Checkpoint] = []
  /// Breaks beyond this many are counted and not listed.
  package var limit = 20

  package init() {}

  /// About 2 to 4 µs per record. Writers go on meanwhile; their records are not looked at.
  package func verify(_ reader: AuditReader) throws(DatabaseError) -> ChainReport {
    guard reader.hasChain else { return ChainReport(isFounded: false) }
    let database = reader.database
    try database.execute("BEGIN", operation: "read")
    defer { database.rollback() }
    var walk = try ChainWalk(reader, self)
    try walk.run()
    return walk.report
  }

  /// Whether the last record is what its link says, as far as it alone shows. True when there is none.
  static func lastRecordHolds(in database: Database) throws(DatabaseError) -> Bool {
    guard let last = try database.integer("SELECT max(seq) FROM record") else { return true }
    let select = try database.prepare("\(RecordColumns.chained) WHERE seq >= ?1 ORDER BY seq")
    try select.bind(last - 1, at: 1)
    var previous: Digest?
    while try select.step() {
      let seq = select.integer(0)
      guard let link = RecordColumns.link(select) else { return true }
      defer { previous = link }
      guard seq == last, let previous else { continue }
      guard var entry = RecordColumns.entry(select) else { return false }
      entry.findings = try FindingColumns.findings(of: seq, in: database) ?? []
      var encoding = ChainEncoding()
      return encoding.link(entry, seq: seq, previous: previous) == link
    }
    return true
  }
}

/// What a verification found.
package struct ChainReport: Sendable, Equatable {
  /// False for a database that has no chain yet.
  package var isFounded = true
  /// Records whose link holds.
  package var verified = 0
  /// Records from before the chain, which it does not cover.
  package var uncovered = 0
  /// The number of the first record that is covered.
  package var firstSeq: Int64 = 0
  package var lastSeq: Int64 = 0
  /// Signed statements about links that hold.
  package var checkpoints = 0
  /// Of the key that signed the head.
  package var fingerprint: Fingerprint?
  /// When the head was signed; microseconds since 1970.
  package var signedAt: Int64 = 0
  /// In the order of the chain, at most `ChainVerifier.limit`.
  package var breaks: [ChainBreak] = []
  package var breakCount = 0

  package var holds: Bool { breakCount == 0 }
}

/// A place where the chain does not hold.
package struct ChainBreak: Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// Contents, order or link are not what was written.
    case changed
    /// The records from `seq` to this one are gone.
    case missing(through: Int64)
    /// There is a record where none can be.
    case surplus
    /// A statement is not signed by its key, or by one that was not asked for.
    case badSignature
    /// A signed statement says another hash.
    case otherHash
    /// A statement that must be there is not.
    case missingStatement(String)
    /// Findings that belong to no record.
    case strayFindings(Int)
    /// An item of the quarantine was decided, and no record says so.
    case unrecordedReview(String)
    /// A line that was kept elsewhere is about another database.
    case otherDatabase
    /// The program itself saw, when it wrote this record, that the end of the chain was not as it had left it.
    case reported(String)
  }

  package let seq: Int64
  package let kind: Kind

  package init(seq: Int64, kind: Kind) {
    self.seq = seq
    self.kind = kind
  }

  package var description: String {
    switch kind {
    case .changed: "record \(seq) was changed, moved or added"
    case .missing(let last) where last == seq: "record \(seq) is missing"
    case .missing(let last): "records \(seq) to \(last) are missing"
    case .surplus: "record \(seq) stands behind the signed end"
    case .badSignature: "the statement about record \(seq) is not signed by the audit key"
    case .otherHash: "record \(seq) is not the one that was signed"
    case .missingStatement(let what): "the signed statement about \(what) is missing"
    case .strayFindings(let count): "\(count) findings belong to no record"
    case .unrecordedReview(let id): "quarantined item \(id) was decided, and no record says so"
    case .otherDatabase: "the line kept elsewhere is about another database"
    case .reported(let reason): "record \(seq): \(reason)"
    }
  }
}

extension AuditReader {
  /// The signed statement about the last record: what `logs checkpoint` prints. Nil without a chain, or when the
  /// statement is damaged.
  package func headCheckpoint() throws(DatabaseError) -> Checkpoint? {
    guard hasChain else { return nil }
    let rows = try database.cached(
      """
      SELECT seq, hash, timestamp, signature, (SELECT public FROM audit_key WHERE number = chain_head.key),
        (SELECT identity FROM audit_database) FROM chain_head
      """)
    defer { rows.reset() }
    guard try rows.step(), let hash = rows.bytes(1).flatMap({ Digest(bytes: $0) }),
      let signature = rows.bytes(3).flatMap({ Signature($0) }), let key = rows.bytes(4).flatMap({ VerifyingKey($0) }),
      let identity = rows.bytes(5)
    else { return nil }
    return Checkpoint(
      kind: .head, database: identity, seq: rows.integer(0), hash: hash, timestamp: rows.integer(2), key: key,
      signature: signature)
  }

  /// The fingerprint of the key beside the database; nil when its file is not there, as beside a copy.
  package func auditKey() throws(DatabaseError) -> Fingerprint? {
    try AuditKey.load(for: database)?.verifyingKey.fingerprint
  }
}
