import Guard

/// A record that waits to be written.
struct QueuedEntry {
  /// What is written together with the record.
  enum Extra {
    /// An item of the quarantine.
    case hold(QuarantineItem)
    /// A key that may be there once, until the moment given; when it is, `otherwise` is written instead of the entry.
    case once(Digest, until: Int64, otherwise: AuditEntry)
  }

  let entry: AuditEntry
  /// Estimated memory, in bytes.
  let cost: Int
  var extra: Extra?
}

/// What became of a row that was not simply written.
enum RowOutcome: Equatable {
  /// The database does not take it.
  case refused
  /// Written, with its item or as a repetition of it.
  case held(EventID)
  /// Written as blocked.
  case notHeld
  /// Its key was there already; the other entry was written.
  case repeated
}
