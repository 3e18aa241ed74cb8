extension Migration {
  /// Inboxes, what senders may repeat, and who has been told what.
  ///
  /// - `inbox` holds allowed messages until their recipient acknowledges them. The payload is sealed as those of the
  ///   quarantine are. `due_at`, `attempts` and the lease are for recipients to whose address messages are pushed.
  /// - `inbox_usage` counts it, by recipient, and all together under the empty name. Triggers keep it, whoever writes.
  /// - `message_seen` remembers under which `message_id` a sender sent what. `scope` is the sender, apart for signed and
  ///   unsigned messages: who cannot sign must not take ids away from one who can.
  /// - `outbox.spread` is 1 once the row has its `outbox_delivery` rows, one for each webhook that is to be told.
  /// - `outbox_beat` says when a process last looked for what is to be sent.
  static let delivery = Migration(
    version: SchemaVersion(major: 2, minor: 1), name: "delivery",
    sql: """
      CREATE TABLE inbox(
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        recipient TEXT NOT NULL,
        sender TEXT NOT NULL,
        message_id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        signature INTEGER NOT NULL,
        payload_bytes INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER NOT NULL,
        lease_owner TEXT,
        lease_until INTEGER,
        payload BLOB NOT NULL);
      CREATE INDEX inbox_recipient ON inbox(recipient, number);
      CREATE INDEX inbox_message ON inbox(recipient, message_id);
      CREATE INDEX inbox_due ON inbox(recipient, due_at);
      CREATE INDEX inbox_leased ON inbox(lease_owner) WHERE lease_owner IS NOT NULL;

      CREATE TABLE inbox_usage(recipient TEXT PRIMARY KEY, messages INTEGER NOT NULL, bytes INTEGER NOT NULL)
        WITHOUT ROWID;
      CREATE TRIGGER inbox_added AFTER INSERT ON inbox BEGIN
        INSERT INTO inbox_usage(recipient, messages, bytes)
          VALUES(new.recipient, 1, new.payload_bytes), ('', 1, new.payload_bytes)
          ON CONFLICT(recipient) DO UPDATE SET messages = messages + 1, bytes = bytes + excluded.bytes;
      END;
      CREATE TRIGGER inbox_removed AFTER DELETE ON inbox BEGIN
        UPDATE inbox_usage SET messages = messages - 1, bytes = bytes - old.payload_bytes
          WHERE recipient IN (old.recipient, '');
        DELETE FROM inbox_usage WHERE recipient = old.recipient AND messages <= 0;
      END;

      CREATE TABLE message_seen(
        scope TEXT NOT NULL, message_id TEXT NOT NULL, payload_hash BLOB NOT NULL, record TEXT NOT NULL,
        expires_at INTEGER NOT NULL, PRIMARY KEY(scope, message_id)) WITHOUT ROWID;
      CREATE INDEX message_seen_expiry ON message_seen(expires_at);

      ALTER TABLE quarantine ADD COLUMN message_id TEXT;

      ALTER TABLE outbox ADD COLUMN spread INTEGER;
      CREATE INDEX outbox_unspread ON outbox(number) WHERE spread IS NULL;
      CREATE TABLE outbox_delivery(
        number INTEGER NOT NULL, target TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL,
        lease_owner TEXT, lease_until INTEGER, PRIMARY KEY(number, target)) WITHOUT ROWID;
      CREATE INDEX outbox_delivery_due ON outbox_delivery(target, due_at);
      CREATE INDEX outbox_delivery_leased ON outbox_delivery(lease_owner) WHERE lease_owner IS NOT NULL;
      CREATE TRIGGER outbox_removed AFTER DELETE ON outbox BEGIN
        DELETE FROM outbox_delivery WHERE number = old.number;
      END;
      CREATE TABLE outbox_beat(one INTEGER PRIMARY KEY CHECK(one = 1), beat_at INTEGER NOT NULL);
      CREATE TABLE dead_letter(
        number INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, event TEXT NOT NULL, record TEXT NOT NULL,
        created_at INTEGER NOT NULL, given_up_at INTEGER NOT NULL, attempts INTEGER NOT NULL, problem TEXT NOT NULL);

      """)
}
