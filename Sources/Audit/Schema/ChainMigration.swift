extension Migration {
  /// Hash chain, quarantine, revocations, seen signatures, roll-ups, outbox; indexes for the searches of the dashboard.
  ///
  /// A new major, because a program of the first form would write records that are not in the chain. Records that stand
  /// are kept as they are, outside the chain: it begins behind them.
  static let chain = Migration(
    version: SchemaVersion(major: 2, minor: 0), name: "chain", sql: tables + filling + views,
    completion: { (database) throws(DatabaseError) in try Chain.found(in: database) })

  /// - `record.chain` is the hash of the record and its predecessor; NULL in records from before the chain.
  /// - `chain_head` is the last link, signed anew in every transaction, so that a truncation shows.
  /// - `checkpoint` keeps where the chain begins, what was pruned, and one link in 10,000.
  /// - `vocabulary` says which words occur as a method (1) or a tool (2), for searches.
  /// - The counts of `count_*` are those of the records that stand, by `span`: 0 all, 1 hours, 24 days; `start` counts
  ///   spans since 1970 and is 0 for all.
  private static let tables = """
    ALTER TABLE record ADD COLUMN chain BLOB;
    ALTER TABLE record ADD COLUMN item TEXT;
    CREATE INDEX record_method ON record(method) WHERE method <> '';
    CREATE INDEX record_tool ON record(tool) WHERE tool <> '';
    CREATE INDEX record_from_status ON record(from_agent, status) WHERE status <> 0;
    CREATE INDEX record_to_status ON record(to_agent, status) WHERE status <> 0;
    CREATE INDEX finding_rule ON finding(rule);

    CREATE TABLE vocabulary(kind INTEGER NOT NULL, word INTEGER NOT NULL, PRIMARY KEY(kind, word)) WITHOUT ROWID;

    CREATE TABLE audit_database(one INTEGER PRIMARY KEY CHECK(one = 1), identity BLOB NOT NULL);
    CREATE TABLE audit_key(number INTEGER PRIMARY KEY, public BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL);
    CREATE TABLE chain_head(
      one INTEGER PRIMARY KEY CHECK(one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL, timestamp INTEGER NOT NULL,
      key INTEGER NOT NULL, signature BLOB NOT NULL);
    CREATE TABLE checkpoint(
      seq INTEGER NOT NULL, kind INTEGER NOT NULL, hash BLOB NOT NULL, timestamp INTEGER NOT NULL,
      key INTEGER NOT NULL, signature BLOB NOT NULL, PRIMARY KEY(seq, kind)) WITHOUT ROWID;

    CREATE TABLE count_outcome(
      span INTEGER NOT NULL, start INTEGER NOT NULL, status INTEGER NOT NULL, verdict INTEGER NOT NULL,
      records INTEGER NOT NULL, PRIMARY KEY(span, start, status, verdict)) WITHOUT ROWID;
    CREATE TABLE count_agent(
      span INTEGER NOT NULL, start INTEGER NOT NULL, agent INTEGER NOT NULL, status INTEGER NOT NULL,
      sent INTEGER NOT NULL, received INTEGER NOT NULL, PRIMARY KEY(span, start, agent, status)) WITHOUT ROWID;
    CREATE TABLE count_rule(
      span INTEGER NOT NULL, start INTEGER NOT NULL, rule INTEGER NOT NULL, findings INTEGER NOT NULL,
      PRIMARY KEY(span, start, rule)) WITHOUT ROWID;

    CREATE TABLE quarantine(
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      seq INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      state INTEGER NOT NULL,
      approval_key BLOB,
      payload_hash BLOB NOT NULL,
      payload_bytes INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      times_held INTEGER NOT NULL,
      decided_at INTEGER,
      used_at INTEGER,
      reviewer TEXT,
      review_reason TEXT,
      payload BLOB);
    CREATE INDEX quarantine_open ON quarantine(approval_key) WHERE state < 2;
    CREATE INDEX quarantine_expiry ON quarantine(expires_at) WHERE state < 2;
    CREATE INDEX quarantine_approved ON quarantine(expires_at) WHERE state = 1;

    CREATE TABLE revoked_keys(fingerprint TEXT PRIMARY KEY, agent TEXT NOT NULL, revoked_at INTEGER NOT NULL)
      WITHOUT ROWID;
    CREATE TABLE seen_signature(payload_key BLOB PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX seen_signature_expiry ON seen_signature(expires_at);

    CREATE TABLE outbox(
      number INTEGER PRIMARY KEY, seq INTEGER NOT NULL, event TEXT NOT NULL, created_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL);
    CREATE INDEX outbox_due ON outbox(due_at);

    """

  /// Counts of the records that stand already.
  private static let filling = """
    WITH spans(span, length) AS (VALUES(0, 0), (1, 3600000000), (24, 86400000000))
    INSERT INTO count_outcome
      SELECT span, CASE span WHEN 0 THEN 0 ELSE timestamp / length END, status, verdict, count(*)
      FROM record CROSS JOIN spans GROUP BY 1, 2, 3, 4;
    WITH spans(span, length) AS (VALUES(0, 0), (1, 3600000000), (24, 86400000000)),
      party(agent, status, timestamp, sent) AS (
        SELECT from_agent, status, timestamp, 1 FROM record UNION ALL
        SELECT to_agent, status, timestamp, 0 FROM record)
    INSERT INTO count_agent
      SELECT span, CASE span WHEN 0 THEN 0 ELSE timestamp / length END, agent, status, sum(sent), sum(1 - sent)
      FROM party CROSS JOIN spans GROUP BY 1, 2, 3, 4;
    WITH spans(span, length) AS (VALUES(0, 0), (1, 3600000000), (24, 86400000000))
    INSERT INTO count_rule
      SELECT span, CASE span WHEN 0 THEN 0 ELSE timestamp / length END, rule, count(*)
      FROM finding JOIN record USING(seq) CROSS JOIN spans GROUP BY 1, 2, 3;
    INSERT INTO vocabulary SELECT DISTINCT 1, method FROM record WHERE typeof(method) = 'integer';
    INSERT INTO vocabulary SELECT DISTINCT 2, tool FROM record WHERE typeof(tool) = 'integer';

    """

  private static let views =
    """
    DROP VIEW audit_log;
    CREATE VIEW audit_log AS SELECT
      id,
      strftime('%Y-%m-%dT%H:%M:%S', timestamp / 1000000, 'unixepoch')
        || printf('.%06dZ', timestamp % 1000000) AS timestamp,
      (SELECT text FROM word WHERE word.id = from_agent) AS from_agent,
      (SELECT text FROM word WHERE word.id = to_agent) AS to_agent,
      lower(hex(content_hash)) AS content_hash,
      signature AS signature_verified,
      (SELECT text FROM word WHERE word.id = fingerprint) AS pubkey_fingerprint,
      \(status) AS status,
      CASE findings WHEN 0 THEN '[]' ELSE
        (SELECT json_group_array(json_object(
           'rule_id', rule_id, 'name', name, 'severity', \(severity),
           'category', category, 'pointer', pointer, 'start', start_byte, 'end', end_byte, 'match', excerpt))
         FROM (SELECT * FROM finding JOIN rule ON rule.id = finding.rule WHERE finding.seq = record.seq
           ORDER BY position)) END AS rules_triggered,
      \(decision) AS policy_decision,
      latency_us,
      (SELECT text FROM word WHERE word.id = session) AS session,
      \(direction) AS direction,
      CASE typeof(method) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = method) ELSE method END AS method,
      CASE typeof(tool) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = tool) ELSE tool END AS tool,
      \(verdict) AS verdict,
      \(action) AS action,
      bytes,
      sender_timestamp
    FROM record;

    CREATE VIEW audit_chain AS SELECT
      seq, id, timestamp,
      (SELECT text FROM word WHERE word.id = from_agent) AS from_agent,
      (SELECT text FROM word WHERE word.id = to_agent) AS to_agent,
      (SELECT text FROM word WHERE word.id = session) AS session,
      \(direction) AS direction,
      CASE typeof(method) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = method) ELSE method END AS method,
      CASE typeof(tool) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = tool) ELSE tool END AS tool,
      content_hash, forwarded_hash, signature,
      (SELECT text FROM word WHERE word.id = fingerprint) AS fingerprint,
      \(status) AS status, \(decision) AS decision, \(verdict) AS verdict, \(action) AS action,
      findings_dropped, latency_us, bytes, coalesce(reason, '') AS reason, sender_timestamp, item, findings, chain
    FROM record;

    CREATE VIEW audit_finding AS SELECT
      seq, position, rule_id, name, \(severity) AS severity, category, pointer, start_byte, end_byte, excerpt
    FROM finding JOIN rule ON rule.id = finding.rule;

    CREATE VIEW quarantine_queue AS SELECT
      quarantine.id,
      CASE kind WHEN 0 THEN 'request' WHEN 1 THEN 'result' WHEN 2 THEN 'message' END AS kind,
      CASE state WHEN 0 THEN 'pending' WHEN 1 THEN 'approved' WHEN 2 THEN 'rejected' WHEN 3 THEN 'expired'
        WHEN 4 THEN 'consumed' END AS status,
      audit_log.from_agent, audit_log.to_agent, audit_log.method, audit_log.tool, audit_log.rules_triggered,
      payload_bytes, times_held,
      \(moment("created_at")), \(moment("expires_at")), \(moment("decided_at")), \(moment("used_at")),
      reviewer, review_reason
    FROM quarantine LEFT JOIN audit_log ON audit_log.id = quarantine.id;

    """

  private static func moment(_ column: String) -> String {
    """
    strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000, 'unixepoch') || printf('.%06dZ', \(column) % 1000000)
      AS \(column)
    """
  }

  private static let status = """
    CASE status WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' WHEN 2 THEN 'quarantined' WHEN 3 THEN 'rejected'
      WHEN 4 THEN 'error' END
    """
  private static let severity = """
    CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' WHEN 4 THEN 'critical' END
    """
  private static let decision = """
    CASE decision WHEN 0 THEN 'allow' WHEN 1 THEN 'content_flagged' WHEN 2 THEN 'content_quarantined'
      WHEN 3 THEN 'content_blocked' WHEN 4 THEN 'acl_denied' WHEN 5 THEN 'tool_not_allowed'
      WHEN 6 THEN 'signature_required' WHEN 7 THEN 'identity_rejected' WHEN 8 THEN 'replayed'
      WHEN 9 THEN 'rate_limited' WHEN 10 THEN 'uninspectable' WHEN 11 THEN 'audit_unavailable'
      WHEN 12 THEN 'quarantine_approved' WHEN 13 THEN 'quarantine_rejected' END
    """
  private static let direction = "CASE direction WHEN 0 THEN 'request' WHEN 1 THEN 'response' END"
  private static let verdict = """
    CASE verdict WHEN 0 THEN 'clean' WHEN 1 THEN 'flag' WHEN 2 THEN 'quarantine' WHEN 3 THEN 'block' END
    """
  private static let action = """
    CASE action WHEN 0 THEN 'forwarded' WHEN 1 THEN 'filtered' WHEN 2 THEN 'stopped' WHEN 3 THEN 'gap'
      WHEN 4 THEN 'reviewed' WHEN 5 THEN 'changed' END
    """
}
