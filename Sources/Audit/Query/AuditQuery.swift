import Guard

/// Which records to show. Conditions are joined by "and"; nil asks for nothing.
package struct AuditQuery: Sendable, Equatable {
  package var status: DeliveryStatus?
  /// The sender or the receiver, in full and by case.
  package var agent: String?
  /// Only records whose signature did not hold or was absent.
  package var unverifiedOnly = false
  /// Records at or after this moment, in microseconds since 1970.
  package var since: Int64?
  package var session: String?
  /// Only records before this cursor: the next page of a list. See `AuditRecord.cursor`.
  package var before: Int64?
  /// At most this many; what is below 1 counts as 1, what is above 100,000 as that.
  package var limit = 50

  package init() {}
}

/// A record with its place in the database.
package struct AuditRecord: Sendable, Equatable {
  /// Grows with every record, in the order of commit. To continue after it, see `AuditReader.records`.
  package let cursor: Int64
  package let entry: AuditEntry
}

/// What an id, or the beginning of one, names.
package enum RecordLookup: Sendable, Equatable {
  case found(AuditRecord)
  case none
  /// The first of those that begin so, oldest first; at most ten.
  case ambiguous([EventID])
}
