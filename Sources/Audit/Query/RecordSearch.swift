import Guard

extension AuditReader {
  /// Records in which an agent, method, tool, rule or id begins with `text`, newest first. Rules and ids are compared
  /// without case.
  ///
  /// Each word that matches costs one step into an index, and no more than `limit` rows are read in full; what peers
  /// invented in great numbers costs more.
  ///
  /// - Parameter cursor: only records before this one; nil for the newest.
  package func search(
    _ text: String, before cursor: Int64? = nil, limit: Int = 50
  ) throws(DatabaseError) -> [AuditRecord] {
    guard hasChain, !text.isEmpty, text.utf8.count <= 256 else { return [] }
    var newest = NewestRows(before: cursor ?? .max, limit: max(1, min(limit, 1000)))
    try searchAgents(text, &newest)
    try searchWords(.methods, "record_method", "method", text, &newest)
    try searchWords(.tools, "record_tool", "tool", text, &newest)
    try searchRules(text, &newest)
    try searchIDs(text, &newest)
    var records: [AuditRecord] = []
    for row in newest.rows {
      var filter = RecordFilter()
      filter.require("seq = ?", row)
      records += try select(filter, order: .newestFirst, limit: 1)
    }
    return records
  }

  private func searchAgents(_ text: String, _ newest: inout NewestRows) throws(DatabaseError) {
    let agents = try numbers(
      """
      SELECT DISTINCT agent FROM count_agent JOIN word ON word.id = agent
      WHERE span = 0 AND start = 0 AND text >= ?1 AND text < ?2
      """, startingWith: text)
    for agent in agents {
      for (index, column) in [("record_from", "from_agent"), ("record_to", "to_agent")] {
        try walk("SELECT seq FROM record INDEXED BY \(index) WHERE \(column) = ?1", agent, &newest)
      }
    }
  }

  private func searchWords(
    _ vocabulary: Vocabulary, _ index: String, _ column: String, _ text: String, _ newest: inout NewestRows
  ) throws(DatabaseError) {
    let words = try numbers(
      """
      SELECT word FROM vocabulary JOIN word ON word.id = vocabulary.word
      WHERE kind = \(vocabulary.rawValue) AND text >= ?1 AND text < ?2
      """, startingWith: text)
    for word in words {
      try walk("SELECT seq FROM record INDEXED BY \(index) WHERE \(column) = ?1 AND \(column) <> ''", word, &newest)
    }
    // What is not in the dictionary: words of peers that are long or too many. They stand in the index by their text.
    let own = try database.cached(
      """
      SELECT seq FROM record INDEXED BY \(index)
      WHERE \(column) <> '' AND \(column) >= ?1 AND \(column) < ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4
      """)
    defer { own.reset() }
    try bindRange(text, to: own)
    try own.bind(newest.bound, at: 3)
    try own.bind(newest.limit, at: 4)
    while try own.step(), newest.offer(own.integer(0)) {}
  }

  private func searchRules(_ text: String, _ newest: inout NewestRows) throws(DatabaseError) {
    let rules = try numbers(
      "SELECT id FROM rule WHERE upper(rule_id) >= ?1 AND upper(rule_id) < ?2", startingWith: text.uppercased())
    for rule in rules {
      try walk("SELECT seq FROM finding INDEXED BY finding_rule WHERE rule = ?1", rule, &newest)
    }
  }

  private func searchIDs(_ text: String, _ newest: inout NewestRows) throws(DatabaseError) {
    let prefix = text.lowercased()
    guard prefix.utf8.count <= 20, prefix.utf8.allSatisfy(Self.isDigit) else { return }
    // Ids sort by time, which the order of commit follows closely: near enough for what is shown.
    let ids = try database.cached(
      "SELECT seq FROM record WHERE id >= ?1 AND id < ?2 AND seq < ?3 ORDER BY id DESC LIMIT ?4")
    defer { ids.reset() }
    try bindRange(prefix, to: ids)
    try ids.bind(newest.bound, at: 3)
    try ids.bind(newest.limit, at: 4)
    while try ids.step() { _ = newest.offer(ids.integer(0)) }
  }

  /// Follows one value of an index from its newest row down, as long as it has something to add.
  private func walk(_ sql: String, _ value: Int64, _ newest: inout NewestRows) throws(DatabaseError) {
    let rows = try database.cached("\(sql) AND seq < ?2 ORDER BY seq DESC")
    defer { rows.reset() }
    try rows.bind(value, at: 1)
    try rows.bind(newest.bound, at: 2)
    while try rows.step(), newest.offer(rows.integer(0)) {}
  }

  private func numbers(_ sql: String, startingWith text: String) throws(DatabaseError) -> [Int64] {
    let rows = try database.cached(sql)
    defer { rows.reset() }
    try bindRange(text, to: rows)
    var numbers: [Int64] = []
    while try rows.step() { numbers.append(rows.integer(0)) }
    return numbers
  }

  private func bindRange(_ text: String, to statement: Statement) throws(DatabaseError) {
    try statement.bind(text, at: 1)
    // No text of UTF-8 that begins with this one sorts behind it and U+10FFFF.
    try statement.bind(text + "\u{10FFFF}", at: 2)
  }
}

/// The newest rows of several walks, each of which comes newest first.
struct NewestRows {
  let bound: Int64
  let limit: Int
  /// In descending order, each once.
  private(set) var rows: [Int64] = []

  init(before bound: Int64, limit: Int) {
    self.bound = bound
    self.limit = limit
  }

  /// False when the row, and so every later one of its walk, is older than `limit` others.
  mutating func offer(_ row: Int64) -> Bool {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] > row { low = middle + 1 } else { high = middle }
    }
    if low < rows.count, rows[low] == row { return true }
    guard low < limit else { return false }
    rows.insert(row, at: low)
    if rows.count > limit { rows.removeLast() }
    return true
  }
}
