/// Keys that must never verify again. The audit store keeps the list; Guard and the commands know this and no database.
package protocol RevocationList: Sendable {
  /// Every revoked fingerprint.
  ///
  /// - Throws: when the list cannot be read. The caller then refuses every signature.
  func revokedFingerprints() throws(RevocationError) -> Set<Fingerprint>

  /// Writes a revocation down, and returns when it survives power loss. To revoke a key again is no error.
  ///
  /// - Parameter now: microseconds since 1970.
  func revoke(_ fingerprint: Fingerprint, of agent: AgentName, at now: Int64) throws(RevocationError)
}

/// Why the list of revocations could not be read or written.
package struct RevocationError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
