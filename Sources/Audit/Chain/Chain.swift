import Guard

/// The hash chain of one database, as a connection that writes sees it: the last link, and the key that signs it.
///
/// `load` begins every transaction that adds records, `sign` ends it; the lock on the database in between makes one order
/// of all writers. What does not fit is never mended: the chain goes on behind it, with a record that says so, and
/// `ChainVerifier` finds the place.
final class Chain {
  /// Every so many records a signed link is kept for good.
  static let interval: Int64 = 10_000

  /// The number and the hash of the last link, as far as this transaction has come.
  private(set) var seq: Int64 = 0
  private(set) var hash = Chain.nothing

  private let database: Database
  private let findHead: Statement
  private let findLast: Statement
  private let findBegin: Statement
  private let findKey: Statement
  private let writeHead: Statement
  private let writeCheckpoint: Statement
  private var encoding = ChainEncoding()

  private var key: SigningKey?
  private var keyNumber: Int64 = 0
  private var identity: [UInt8] = []
  /// The head as this connection last wrote it or found it sound.
  private var known: Head?
  private var isChecked = false

  private struct Head: Equatable {
    var seq: Int64
    var hash: [UInt8]
    var timestamp: Int64
    var key: Int64
    var signature: [UInt8]
  }

  init(_ database: Database) throws(DatabaseError) {
    self.database = database
    findHead = try database.prepare("SELECT seq, hash, timestamp, key, signature FROM chain_head")
    findLast = try database.prepare("SELECT seq, chain FROM record ORDER BY seq DESC LIMIT 1")
    findBegin = try database.prepare("SELECT 1 FROM checkpoint WHERE seq = ?1 AND kind = 0 AND hash = ?2")
    findKey = try database.prepare("SELECT number FROM audit_key WHERE public = ?1")
    writeHead = try database.prepare(
      "INSERT OR REPLACE INTO chain_head(one, seq, hash, timestamp, key, signature) VALUES(1, ?1, ?2, ?3, ?4, ?5)")
    writeCheckpoint = try database.prepare(
      "INSERT OR REPLACE INTO checkpoint(seq, kind, hash, timestamp, key, signature) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
    key = try AuditKey.load(for: database)
  }

  /// Begins the chain of a database: within the transaction that makes its tables.
  static func found(in database: Database) throws(DatabaseError) {
    let key: SigningKey
    if let existing = try AuditKey.load(for: database) {
      key = existing
    } else {
      key = try AuditKey.create(for: database)
    }
    var random = SystemRandomNumberGenerator()
    let identity = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
    let note = try database.prepare("INSERT INTO audit_database(one, identity) VALUES(1, ?1)")
    try note.bind(identity, at: 1)
    try note.run()
    let chain = try Chain(database)
    chain.key = key
    chain.identity = identity
    chain.keyNumber = try chain.register(key.verifyingKey)
    chain.seq = try database.integer("SELECT max(seq) FROM record") ?? 0
    chain.encoding.add("oktsec chain 1")
    chain.encoding.add(identity)
    chain.encoding.add(chain.seq)
    chain.hash = chain.encoding.digest
    try chain.note(.begin, seq: chain.seq, hash: chain.hash)
    try chain.sign()
  }

  // MARK: Links

  /// Reads where the chain stands. Within a transaction that may write.
  ///
  /// - Returns: what is wrong with it, in words; nil when it is sound as far as its end shows.
  func load() throws(DatabaseError) -> String? {
    let head = try readHead()
    if let head, head == known, let hash = Digest(bytes: head.hash) {
      seq = head.seq
      self.hash = hash
      return nil
    }
    var problems: [String] = []
    if identity.isEmpty { identity = try readIdentity() }
    let key = try usableKey(&problems)
    let last = try readLast()
    seq = max(head?.seq ?? 0, last?.seq ?? 0)
    hash = (head?.hash ?? last?.hash).flatMap { Digest(bytes: $0) } ?? Self.nothing
    if let head {
      if !isSigned(head, by: key) { problems.append("its last link is not signed by its key") }
      if try !follows(head, last) { problems.append("its last link is not that of the last record") }
    } else {
      problems.append("its last link is missing")
    }
    if problems.isEmpty, !isChecked, try !ChainVerifier.lastRecordHolds(in: database) {
      problems.append("the last record was changed")
    }
    isChecked = true
    known = head
    return problems.isEmpty ? nil : problems.joined(separator: ", ")
  }

  /// Adds a link behind the last. The record has to be stored under the number given.
  func link(_ entry: AuditEntry) -> (seq: Int64, hash: Digest) {
    (seq + 1, encoding.link(entry, seq: seq + 1, previous: hash))
  }

  /// The record of the link was stored.
  func extend(to seq: Int64, _ hash: Digest) {
    self.seq = seq
    self.hash = hash
  }

  /// Signs the last link. The caller commits.
  func sign() throws(DatabaseError) {
    let head = try signed(.head, seq, hash)
    try writeHead.bind(head.seq, at: 1)
    try writeHead.bind(head.hash.bytes, at: 2)
    try writeHead.bind(head.timestamp, at: 3)
    try writeHead.bind(keyNumber, at: 4)
    try writeHead.bind(head.signature.bytes, at: 5)
    try writeHead.run()
    if let known, known.seq / Self.interval != seq / Self.interval { try note(.regular, seq: seq, hash: hash) }
    known = Head(
      seq: seq, hash: head.hash.bytes, timestamp: head.timestamp, key: keyNumber, signature: head.signature.bytes)
  }

  /// Signs and keeps a statement about a link.
  func note(_ kind: Checkpoint.Kind, seq: Int64, hash: Digest) throws(DatabaseError) {
    let checkpoint = try signed(kind, seq, hash)
    try writeCheckpoint.bind(seq, at: 1)
    try writeCheckpoint.bind(kind.code, at: 2)
    try writeCheckpoint.bind(hash.bytes, at: 3)
    try writeCheckpoint.bind(checkpoint.timestamp, at: 4)
    try writeCheckpoint.bind(keyNumber, at: 5)
    try writeCheckpoint.bind(checkpoint.signature.bytes, at: 6)
    try writeCheckpoint.run()
  }

  /// The transaction was undone: what this connection believed to have written may not stand.
  func forget() { known = nil }

  // MARK: Private

  private static let nothing: Digest = [UInt8]().withUnsafeBytes { SHA256.digest($0) }

  private func signed(_ kind: Checkpoint.Kind, _ seq: Int64, _ hash: Digest) throws(DatabaseError) -> Checkpoint {
    guard let key,
      let checkpoint = Checkpoint(
        kind, database: identity, seq: seq, hash: hash, timestamp: Timestamp.now, by: key)
    else { throw DatabaseError(operation: "sign a record of", path: database.path, cause: .system(0)) }
    return checkpoint
  }

  /// The key of the file; a new one when it is gone, which is a problem to record.
  private func usableKey(_ problems: inout [String]) throws(DatabaseError) -> SigningKey {
    if let key {
      if keyNumber == 0 {
        if let number = try number(of: key.verifyingKey) {
          keyNumber = number
        } else {
          keyNumber = try register(key.verifyingKey)
          problems.append("its key is another one")
        }
      }
      return key
    }
    let new = try AuditKey.create(for: database)
    key = new
    keyNumber = try register(new.verifyingKey)
    problems.append("the file with its key was gone")
    return new
  }

  private func number(of key: VerifyingKey) throws(DatabaseError) -> Int64? {
    defer { findKey.reset() }
    try findKey.bind(key.bytes, at: 1)
    return try findKey.step() ? findKey.integer(0) : nil
  }

  private func register(_ key: VerifyingKey) throws(DatabaseError) -> Int64 {
    if let number = try number(of: key) { return number }
    let insert = try database.prepare("INSERT INTO audit_key(public, created_at) VALUES(?1, ?2)")
    try insert.bind(key.bytes, at: 1)
    try insert.bind(Timestamp.now, at: 2)
    try insert.run()
    return database.lastInsertedRow
  }

  private func readHead() throws(DatabaseError) -> Head? {
    defer { findHead.reset() }
    guard try findHead.step() else { return nil }
    return Head(
      seq: findHead.integer(0), hash: findHead.bytes(1) ?? [], timestamp: findHead.integer(2),
      key: findHead.integer(3), signature: findHead.bytes(4) ?? [])
  }

  private func readLast() throws(DatabaseError) -> (seq: Int64, hash: [UInt8]?)? {
    defer { findLast.reset() }
    guard try findLast.step() else { return nil }
    return (findLast.integer(0), findLast.bytes(1))
  }

  private func readIdentity() throws(DatabaseError) -> [UInt8] {
    let statement = try database.prepare("SELECT identity FROM audit_database")
    defer { statement.reset() }
    return try statement.step() ? statement.bytes(0) ?? [] : []
  }

  private func isSigned(_ head: Head, by key: SigningKey) -> Bool {
    guard let hash = Digest(bytes: head.hash), let signature = Signature(head.signature) else { return false }
    return Checkpoint(
      kind: .head, database: identity, seq: head.seq, hash: hash, timestamp: head.timestamp, key: key.verifyingKey,
      signature: signature
    ).isSigned
  }

  /// Whether the head is the link of the last record, or the chain has just begun behind it.
  private func follows(_ head: Head, _ last: (seq: Int64, hash: [UInt8]?)?) throws(DatabaseError) -> Bool {
    if let last, last.seq != head.seq { return false }
    if let hash = last?.hash { return hash == head.hash }
    defer { findBegin.reset() }
    try findBegin.bind(head.seq, at: 1)
    try findBegin.bind(head.hash, at: 2)
    return try findBegin.step()
  }
}
