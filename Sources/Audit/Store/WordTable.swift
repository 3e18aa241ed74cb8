import Guard

/// Numbers for words that repeat, kept in the table `word` and, for speed, in memory.
///
/// Rows of `word` are never changed or removed while a record or a writer may point to them.
final class WordTable {
  /// Words kept in memory. Beyond, the table is asked again: slower, never wrong.
  private static let cacheLimit = 4096
  /// What peers may add to the dictionary through one process; further words of theirs are stored in the record itself.
  private static let peerBudget = 512
  private static let peerWordLimit = 64

  private let insert: Statement
  private let find: Statement
  private let database: Database
  private var cache: [ExactText: Int64] = [:]
  private var peerWords = 0

  init(_ database: Database) throws(DatabaseError) {
    self.database = database
    insert = try database.prepare("INSERT OR IGNORE INTO word(text) VALUES(?1)")
    find = try database.prepare("SELECT id FROM word WHERE text = ?1")
  }

  /// The word's number, new if need be. Only inside a transaction.
  func number(of word: String) throws(DatabaseError) -> Int64 {
    if let known = cache[ExactText(word)] { return known }
    return remember(word, try lookUp(word))
  }

  /// The same for a word that a peer chose; nil when it should be stored as text.
  func numberWithinBudget(of word: String) throws(DatabaseError) -> Int64? {
    if let known = cache[ExactText(word)] { return known }
    guard !word.isEmpty, word.utf8.count <= Self.peerWordLimit else { return nil }
    // What stands in the table already costs nothing: the memory forgets, the budget must not shrink by that.
    if let number = try standing(word) { return remember(word, number) }
    guard peerWords < Self.peerBudget else { return nil }
    peerWords += 1
    return try number(of: word)
  }

  /// Drops what is in memory; after a rollback its numbers may be void.
  func forget() { cache.removeAll(keepingCapacity: true) }

  private func remember(_ word: String, _ number: Int64) -> Int64 {
    if cache.count >= Self.cacheLimit { cache.removeAll(keepingCapacity: true) }
    cache[ExactText(word)] = number
    return number
  }

  private func standing(_ word: String) throws(DatabaseError) -> Int64? {
    try find.bind(word, at: 1)
    defer { find.reset() }
    return try find.step() ? find.integer(0) : nil
  }

  private func lookUp(_ word: String) throws(DatabaseError) -> Int64 {
    if let number = try standing(word) { return number }
    try insert.bind(word, at: 1)
    try insert.run()
    return database.lastInsertedRow
  }
}

/// The same for rules: id, name and category under one number.
final class RuleTable {
  private struct Key: Hashable {
    let rule: ExactText
    let name: ExactText
    let category: ExactText
  }

  private static let cacheLimit = 1024

  private let insert: Statement
  private let find: Statement
  private let database: Database
  private var cache: [Key: Int64] = [:]

  init(_ database: Database) throws(DatabaseError) {
    self.database = database
    insert = try database.prepare("INSERT INTO rule(rule_id, name, category) VALUES(?1, ?2, ?3)")
    find = try database.prepare("SELECT id FROM rule WHERE rule_id = ?1 AND name = ?2 AND category = ?3")
  }

  func number(of finding: FindingRecord) throws(DatabaseError) -> Int64 {
    let key = Key(
      rule: ExactText(finding.rule), name: ExactText(finding.name), category: ExactText(finding.category))
    if let known = cache[key] { return known }
    let number = try lookUp(key)
    if cache.count >= Self.cacheLimit { cache.removeAll(keepingCapacity: true) }
    cache[key] = number
    return number
  }

  func forget() { cache.removeAll(keepingCapacity: true) }

  private func lookUp(_ key: Key) throws(DatabaseError) -> Int64 {
    try bind(key, to: find)
    defer { find.reset() }
    if try find.step() { return find.integer(0) }
    try bind(key, to: insert)
    try insert.run()
    return database.lastInsertedRow
  }

  private func bind(_ key: Key, to statement: Statement) throws(DatabaseError) {
    try statement.bind(key.rule.text, at: 1)
    try statement.bind(key.name.text, at: 2)
    try statement.bind(key.category.text, at: 3)
  }
}
