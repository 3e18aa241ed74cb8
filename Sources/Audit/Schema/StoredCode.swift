import Guard

/// The numbers under which the words of a record are stored.
///
/// A number is never reused or changed: databases hold it. A new word gets the next free one, here and in the view of
/// a new migration.
protocol StoredCode: CaseIterable {
  var code: Int64 { get }
}

extension StoredCode {
  /// Nil for a number that a newer version wrote, or that was never ours.
  init?(code: Int64) {
    guard let match = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = match
  }
}

extension DeliveryStatus: StoredCode {
  var code: Int64 {
    switch self {
    case .delivered: 0
    case .blocked: 1
    case .quarantined: 2
    case .rejected: 3
    case .error: 4
    }
  }
}

extension PolicyDecision: StoredCode {
  var code: Int64 {
    switch self {
    case .allow: 0
    case .contentFlagged: 1
    case .contentQuarantined: 2
    case .contentBlocked: 3
    case .aclDenied: 4
    case .toolNotAllowed: 5
    case .signatureRequired: 6
    case .identityRejected: 7
    case .replayed: 8
    case .rateLimited: 9
    case .uninspectable: 10
    case .auditUnavailable: 11
    case .quarantineApproved: 12
    case .quarantineRejected: 13
    }
  }
}

extension Verdict: StoredCode {
  var code: Int64 {
    switch self {
    case .clean: 0
    case .flag: 1
    case .quarantine: 2
    case .block: 3
    }
  }
}

extension Action: StoredCode {
  var code: Int64 {
    switch self {
    case .forwarded: 0
    case .filtered: 1
    case .stopped: 2
    case .gap: 3
    case .reviewed: 4
    case .changed: 5
    }
  }
}

extension Direction: StoredCode {
  var code: Int64 {
    switch self {
    case .clientToServer: 0
    case .serverToClient: 1
    }
  }
}

extension Severity: StoredCode {
  var code: Int64 {
    switch self {
    case .info: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    case .critical: 4
    }
  }
}

extension QuarantineState: StoredCode {
  var code: Int64 {
    switch self {
    case .pending: 0
    case .approved: 1
    case .rejected: 2
    case .expired: 3
    case .consumed: 4
    }
  }
}

extension QuarantineItem.Kind: StoredCode {
  var code: Int64 {
    switch self {
    case .request: 0
    case .result: 1
    case .message: 2
    }
  }
}
