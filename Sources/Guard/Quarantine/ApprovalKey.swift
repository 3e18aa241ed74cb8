import JSONRPC

/// What two requests must share for the approval of one to hold for the other.
///
/// SHA-256 over the agent, the server's command, the direction, the method, the tool and the canonical (RFC 8785) `params`
/// without `_meta`, `inputResponses` and `requestState`, which change from one attempt to the next. Each part is preceded
/// by its length in eight bytes, so that no two different lists of parts give the same input.
package struct ApprovalKey: Sendable, Hashable {
  package let digest: Digest

  /// For keys that were stored.
  package init(digest: Digest) { self.digest = digest }

  /// - Parameters:
  ///   - agent: the wrapped server's label.
  ///   - command: the server's command and its arguments.
  ///   - direction: of the request, also when its result is what is withheld.
  ///   - tool: tool, prompt or resource; empty when there is none.
  ///   - params: the JSON text of `params`; nil when the request has none.
  /// - Returns: nil when `params` has no canonical form (see `CanonicalJSONError`). Such a request cannot be approved.
  package init?(
    agent: String, command: [String], direction: Direction, method: String, tool: String,
    params: UnsafeRawBufferPointer?
  ) {
    var hash = SHA256()
    func add(_ bytes: UnsafeRawBufferPointer) {
      withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update($0) }
      hash.update(bytes)
    }
    func add(_ text: String) {
      var text = text
      text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }
    add("oktsec approval 1")
    add(agent)
    withUnsafeBytes(of: UInt64(command.count).bigEndian) { hash.update($0) }
    for word in command { add(word) }
    add(direction.rawValue)
    add(method)
    add(tool)
    if let params {
      guard
        let canonical = try? CanonicalJSON.text(
          of: params, without: Self.fleeting, requiringExactNumbers: true)
      else { return nil }
      canonical.withUnsafeBytes { add($0) }
    } else {
      // No canonical text is empty.
      add("")
    }
    digest = hash.finalize()
  }

  private static let fleeting = ["_meta", "inputResponses", "requestState"]
}
