/// A message that was withheld until a person decides about it.
package struct QuarantineItem: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Approval lets the next message with the same key pass, once.
    case request
    /// Approval hands out the stored result to the next request with the same key, once.
    case result
    /// Approval delivers the stored message to the inbox of its recipient.
    case message
  }

  package var kind: Kind
  /// What finds the approval again. Of a result: the key of the request that it answers. Nil for a message.
  package var key: ApprovalKey?
  /// Of a request or message: its bytes as they came. Of a result: the bytes of the member `result`.
  package var payload: [UInt8]
  /// Microseconds since 1970. From this moment on the item never passes, decided or not.
  package var expires: Int64

  /// Larger payloads are not held but blocked: what a person cannot see whole, nobody can approve.
  package static let maximumPayload = 4 * 1024 * 1024

  package init(kind: Kind, key: ApprovalKey?, payload: [UInt8], expires: Int64) {
    self.kind = kind
    self.key = key
    self.payload = payload
    self.expires = expires
  }
}

/// Where an item stands. It leaves `pending` once and never comes back.
package enum QuarantineState: String, Sendable, CaseIterable {
  case pending
  /// A person said yes, and nobody has used it yet.
  case approved
  /// A person said no.
  case rejected
  /// Its time ran out, before a decision or before an approval was used.
  case expired
  /// Its approval was used.
  case consumed
}

/// An approval that was taken, and by that used up.
package struct Approval: Sendable, Equatable {
  package enum Grant: Sendable, Equatable {
    /// This one message may pass.
    case passRequest
    /// The request is answered with these bytes as `result`, and its id; the server is not asked.
    case storedResult([UInt8])
  }

  /// Goes into `AuditEntry.quarantineItem` of the record of what passes.
  package let item: EventID
  package let grant: Grant

  package init(item: EventID, grant: Grant) {
    self.item = item
    self.grant = grant
  }
}
