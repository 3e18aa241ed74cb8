extension Migration {
  /// The first form of the store: records, their findings, and the view that people read.
  ///
  /// - Words that repeat (agents, sessions, methods, tools, fingerprints) are kept once in `word`. `method` and `tool`
  ///   hold a number that points there, or text of their own: a peer chooses them, and must not fill the dictionary.
  /// - Findings are rows, not JSON: no parser is needed to read them back, a rule can be counted by SQL, and rule, name
  ///   and category are kept once. The view builds the JSON.
  /// - There is no index by time. `seq` is the order of commit, which follows time to within a flush; `minute` says at
  ///   which `seq` a minute first appears, so "since" is exact and costs one small row a minute, whatever the clock does.
  /// - `record_status` leaves out `delivered` (0), which is nearly every row and found quickly without.
  ///
  /// The numbers in the CASE lists are those of `StoredCode`; a test holds the two together.
  static let records = Migration(
    version: SchemaVersion(major: 1, minor: 0), name: "records",
    sql: """
      CREATE TABLE migration(version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL);

      CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

      CREATE TABLE rule(
        id INTEGER PRIMARY KEY, rule_id TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL,
        UNIQUE(rule_id, name, category));

      CREATE TABLE record(
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        timestamp INTEGER NOT NULL,
        from_agent INTEGER NOT NULL REFERENCES word(id),
        to_agent INTEGER NOT NULL REFERENCES word(id),
        session INTEGER NOT NULL REFERENCES word(id),
        direction INTEGER NOT NULL,
        method NOT NULL,
        tool NOT NULL,
        content_hash BLOB NOT NULL,
        forwarded_hash BLOB,
        signature INTEGER NOT NULL,
        fingerprint INTEGER REFERENCES word(id),
        status INTEGER NOT NULL,
        decision INTEGER NOT NULL,
        verdict INTEGER NOT NULL,
        action INTEGER NOT NULL,
        findings INTEGER NOT NULL,
        findings_dropped INTEGER NOT NULL,
        latency_us INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        reason TEXT,
        sender_timestamp TEXT);
      CREATE INDEX record_from ON record(from_agent);
      CREATE INDEX record_to ON record(to_agent);
      CREATE INDEX record_session ON record(session);
      CREATE INDEX record_status ON record(status) WHERE status <> 0;

      CREATE TABLE finding(
        seq INTEGER NOT NULL REFERENCES record(seq),
        position INTEGER NOT NULL,
        rule INTEGER NOT NULL REFERENCES rule(id),
        severity INTEGER NOT NULL,
        pointer TEXT NOT NULL,
        start_byte INTEGER NOT NULL,
        end_byte INTEGER NOT NULL,
        excerpt TEXT NOT NULL,
        PRIMARY KEY(seq, position)) WITHOUT ROWID;

      CREATE TABLE minute(minute INTEGER PRIMARY KEY, first_seq INTEGER NOT NULL);

      CREATE VIEW audit_log AS SELECT
        id,
        strftime('%Y-%m-%dT%H:%M:%S', timestamp / 1000000, 'unixepoch')
          || printf('.%06dZ', timestamp % 1000000) AS timestamp,
        (SELECT text FROM word WHERE word.id = from_agent) AS from_agent,
        (SELECT text FROM word WHERE word.id = to_agent) AS to_agent,
        lower(hex(content_hash)) AS content_hash,
        signature AS signature_verified,
        (SELECT text FROM word WHERE word.id = fingerprint) AS pubkey_fingerprint,
        CASE status WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' WHEN 2 THEN 'quarantined' WHEN 3 THEN 'rejected'
          WHEN 4 THEN 'error' END AS status,
        CASE findings WHEN 0 THEN '[]' ELSE
          (SELECT json_group_array(json_object(
             'rule_id', rule_id, 'name', name,
             'severity', CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high'
               WHEN 4 THEN 'critical' END,
             'category', category, 'pointer', pointer, 'start', start_byte, 'end', end_byte, 'match', excerpt))
           FROM (SELECT * FROM finding JOIN rule ON rule.id = finding.rule WHERE finding.seq = record.seq
             ORDER BY position)) END AS rules_triggered,
        CASE decision WHEN 0 THEN 'allow' WHEN 1 THEN 'content_flagged' WHEN 2 THEN 'content_quarantined'
          WHEN 3 THEN 'content_blocked' WHEN 4 THEN 'acl_denied' WHEN 5 THEN 'tool_not_allowed'
          WHEN 6 THEN 'signature_required' WHEN 7 THEN 'identity_rejected' WHEN 8 THEN 'replayed'
          WHEN 9 THEN 'rate_limited' WHEN 10 THEN 'uninspectable' WHEN 11 THEN 'audit_unavailable'
          WHEN 12 THEN 'quarantine_approved' WHEN 13 THEN 'quarantine_rejected' END AS policy_decision,
        latency_us,
        (SELECT text FROM word WHERE word.id = session) AS session,
        CASE direction WHEN 0 THEN 'request' WHEN 1 THEN 'response' END AS direction,
        CASE typeof(method) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = method) ELSE method END AS method,
        CASE typeof(tool) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = tool) ELSE tool END AS tool,
        CASE verdict WHEN 0 THEN 'clean' WHEN 1 THEN 'flag' WHEN 2 THEN 'quarantine' WHEN 3 THEN 'block' END AS verdict,
        CASE action WHEN 0 THEN 'forwarded' WHEN 1 THEN 'filtered' WHEN 2 THEN 'stopped' WHEN 3 THEN 'gap' END AS action,
        bytes,
        sender_timestamp
      FROM record;
      """)
}
