import JSONRPC

/// What the extraction learnt about a message besides its texts. Ranges count bytes of the frame's content.
package struct MessageFacts: Sendable, Equatable {
  /// `params._meta` names a protocol version: revision 2026-07-28 or later.
  package var isModern = false
  /// `result.isError` is true.
  package var isErrorResult = false
  /// `result.resultType` is `input_required`.
  package var isInputRequired = false
  /// `params.requestId` of notifications/cancelled, as a literal.
  package var cancelledID: RequestID?
  /// Entries of the list in a result of tools/list and its like.
  package var entries: [Entry] = []
  /// `result.instructions`, from its name to the end of its value.
  package var instructions: Range<Int>?
  /// The value of `result.ttlMs`.
  package var timeToLive: Range<Int>?
  /// The literal of `error.code`.
  package var errorCode: Range<Int>?
  /// A member that the protocol defines is spelled with other letters of the same case folding.
  package var hasFoldedMember = false

  package struct Entry: Sendable, Equatable {
    package var range: Range<Int>
    /// `name` of a tool or prompt, `uri` of a resource. At most 256 bytes.
    package var name = ""
  }
}
