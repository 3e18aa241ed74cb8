/// One JSON-RPC message inside a frame: its kind, and where its parts stand. Holds no copy of them.
///
/// Ranges count bytes of the frame's content.
package struct Message: Sendable, Equatable {
  package enum Kind: Sendable {
    case request, notification, response
    /// JSON, but none of the three.
    case invalid
  }

  package enum Identifier: Sendable, Equatable {
    case absent
    case null
    case readable(RequestID)
    /// A fraction, a boolean, a container, or too long.
    case unreadable
  }

  package var kind: Kind = .invalid
  package var id: Identifier = .absent
  package var method: String?
  /// `params.name` or, without one, `params.uri`: the tool, prompt or resource that a request is about. At most 256 bytes.
  package var subject = ""
  /// The whole message.
  package var range: Range<Int>
  package var params: Range<Int>?
  package var result: Range<Int>?
  package var error: Range<Int>?
  package var defects: MessageDefects = []

  package init(range: Range<Int>) {
    self.range = range
  }

  package var requestID: RequestID? {
    if case .readable(let id) = id { id } else { nil }
  }

  /// The longest method name that is kept; what is longer is cut here and marked by the defect `methodTooLong`.
  package static let maximumMethodLength = 256
  package static let maximumSubjectLength = 256
}

/// Ways in which a message that is valid JSON could be read differently by two peers.
package struct MessageDefects: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// A member name occurs twice in one object.
  package static let duplicateMember = MessageDefects(rawValue: 1 << 0)
  /// A member that the protocol defines, spelled with other letters of the same case folding.
  package static let foldedMember = MessageDefects(rawValue: 1 << 1)
  /// Method and result in one message, or result and error.
  package static let ambiguousKind = MessageDefects(rawValue: 1 << 2)
  /// An id that is neither a string nor an integer, or a request whose id is null.
  package static let unreadableID = MessageDefects(rawValue: 1 << 3)
  /// Not a request, a notification or a response.
  package static let notAMessage = MessageDefects(rawValue: 1 << 4)
  /// A method name of over 256 bytes.
  package static let methodTooLong = MessageDefects(rawValue: 1 << 5)
  /// A carriage return that is not part of the line's end: some peers split lines there.
  package static let bareCarriageReturn = MessageDefects(rawValue: 1 << 6)
  /// An escape that is half of a surrogate pair; read as U+FFFD.
  package static let unpairedSurrogate = MessageDefects(rawValue: 1 << 7)
  /// Bytes that were not UTF-8 and were replaced by U+FFFD.
  package static let invalidUTF8 = MessageDefects(rawValue: 1 << 8)
}

/// What stands in one frame.
package enum Payload: Sendable, Equatable {
  case single(Message)
  /// A JSON array of messages. Only protocol revision 2025-03-26 defines it; it is judged under every revision.
  case batch([Message])
}
