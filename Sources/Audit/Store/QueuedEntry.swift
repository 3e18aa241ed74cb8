import Guard

/// A record that waits to be written.
struct QueuedEntry {
  /// What is written together with the record.
  enum Extra {
    /// An item of the quarantine.
    case hold(QuarantineItem)
    /// A key that may be there once, until the moment given; when it is, `otherwise` is written instead of the entry.
    case once(Digest, until: Int64, otherwise: AuditEntry)
    /// A message between agents.
    case message(MessageSubmission)
  }

  let entry: AuditEntry
  /// Estimated memory, in bytes.
  let cost: Int
  var extra: Extra?

  /// Whether its commit has to survive power loss.
  var isDurable: Bool {
    switch extra {
    case .once?: true
    case .message(let message)?: message.signedOnce != nil
    case .hold?, nil: false
    }
  }

  /// What is to be encrypted and stored; nil for nothing.
  var stored: QuarantineItem? {
    switch extra {
    case .hold(let item)?: return item
    case .message(let message)?:
      guard entry.status == .quarantined || (entry.status == .delivered && message.isDelivered) else { return nil }
      return QuarantineItem(kind: .message, key: nil, payload: message.payload, expires: message.heldUntil)
    case .once?, nil: return nil
    }
  }
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
  /// What became of a message.
  case submitted(SubmissionOutcome)
}
