import Guard

/// What is written together with the record of a message between agents.
package struct MessageSubmission: Sendable, Equatable {
  /// Marks the first of several equal attempts.
  package struct Attempt: Sendable, Equatable {
    /// Of all that the sender gave, as they count for "the same message".
    package var payloadHash: Digest
    /// Microseconds since 1970; afterwards the id is free again.
    package var until: Int64

    package init(payloadHash: Digest, until: Int64) {
      self.payloadHash = payloadHash
      self.until = until
    }
  }

  /// A signature that counts once.
  package struct SignedOnce: Sendable, Equatable {
    /// `VerifiedSender.replayKey`.
    package var key: Digest
    /// Microseconds since 1970; from then on the key may be forgotten, since the timestamp is stale.
    package var until: Int64

    package init(key: Digest, until: Int64) {
      self.key = key
      self.until = until
    }
  }

  /// By which the recipient acknowledges it, at most 128 bytes: the sender's `message_id`, or one that was made for it.
  package var messageID: String
  /// The body of the request as it came. What the recipient gets is made from it.
  package var payload: [UInt8]
  /// Nil when the sender gave no `message_id`: then every attempt is a message of its own.
  package var attempt: Attempt?
  /// Nil for an unsigned message.
  package var signedOnce: SignedOnce?
  /// Whether an allowed message goes into the inbox of its recipient. False when nobody could fetch it from there.
  package var isDelivered: Bool
  /// Of a quarantined message: microseconds since 1970, from then on it is never delivered.
  package var heldUntil: Int64

  package init(
    messageID: String, payload: [UInt8], attempt: Attempt? = nil, signedOnce: SignedOnce? = nil,
    isDelivered: Bool = true, heldUntil: Int64
  ) {
    self.messageID = messageID
    self.payload = payload
    self.attempt = attempt
    self.signedOnce = signedOnce
    self.isDelivered = isDelivered
    self.heldUntil = heldUntil
  }
}

/// What became of a message, with the record that stands for it. Nothing but `recorded` may have effects.
package enum SubmissionOutcome: Sendable, Equatable {
  /// The record is committed, and with it the message is in the inbox (status `delivered`) or in the quarantine
  /// (`quarantined`, with `quarantineItem`). The entry may differ from the one given: a message that was to be held and
  /// could not is `blocked`; one that could not be encrypted is `error` with `audit_unavailable`.
  case recorded(AuditEntry)
  /// The same message came before, under the same id: its record. Nothing was written.
  case earlier(AuditEntry)
  /// Its id stands for another message of this sender. Recorded as `rejected`, `replayed`.
  case conflict(AuditEntry)
  /// Its signature was used before. Recorded as `rejected`, `replayed`.
  case repeated(AuditEntry)
  /// The recipient has to fetch first. Recorded as `rejected`, `rate_limited`; the same message may be sent again.
  case inboxFull(AuditEntry)
  /// Not committed in time: nobody knows yet.
  case late
  case dropped
}

extension AuditStore {
  /// Writes the record of a message with all that hangs on it, in one transaction, and waits until it is committed.
  ///
  /// In this order: an earlier attempt under the same `message_id` decides; a signature that was seen is a repetition;
  /// then an entry with status `delivered` needs room in the inbox, one with `quarantined` in the quarantine. An entry
  /// with another status is only recorded. Of racing attempts, in whatever processes, one is first. With `signedOnce` the
  /// commit survives power loss.
  package func commit(
    _ message: MessageSubmission, with entry: AuditEntry, withinMilliseconds milliseconds: Int
  ) -> SubmissionOutcome {
    let outcome = core.commit(message.keepable(entry), .message(message), within: .milliseconds(milliseconds))
    return SubmissionOutcome(outcome)
  }

  /// The same without a blocked thread for each message.
  ///
  /// - Parameters:
  ///   - mayWait: whether this may block while the queue has no room; else such a message is dropped.
  ///   - finish: called once, at the latest when the time is over; perhaps by the thread that writes, which must
  ///     not be held up, or before this returns.
  package func commit(
    _ message: MessageSubmission, with entry: AuditEntry, withinMilliseconds milliseconds: Int, mayWait: Bool,
    then finish: @escaping @Sendable (SubmissionOutcome) -> Void
  ) {
    core.commit(
      message.keepable(entry), .message(message), within: .milliseconds(milliseconds), mayWait: mayWait
    ) { outcome in finish(SubmissionOutcome(outcome)) }
  }

  /// Whether the queue is less than half full, so that a message of usual size need not wait for room.
  package var hasMuchRoom: Bool { core.hasMuchRoom }
}

extension MessageSubmission {
  /// The entry, or the same as blocked when the message cannot be held.
  fileprivate func keepable(_ entry: AuditEntry) -> AuditEntry {
    guard entry.status == .quarantined, payload.count > QuarantineItem.maximumPayload else { return entry }
    return entry.blocked("it is larger than \(QuarantineItem.maximumPayload / 1_048_576) MiB")
  }
}

extension SubmissionOutcome {
  fileprivate init(_ outcome: StoreCore.WaitedOutcome) {
    switch outcome {
    case .special(.submitted(let outcome)): self = outcome
    case .written, .special, .dropped: self = .dropped
    case .late: self = .late
    }
  }
}
