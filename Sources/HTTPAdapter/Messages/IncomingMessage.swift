import Guard
import JSONRPC

/// The body of `POST /v1/message`, read strictly: what two JSON readers could read differently is refused.
struct IncomingMessage {
  let from: AgentName
  let to: AgentName
  /// UTF-8, as the sender signed it.
  let content: [UInt8]
  /// As it was sent: 88 characters of base64 when it is well formed, which is looked at later.
  let signature: String?
  /// RFC 3339, as the sender wrote it.
  let timestamp: String?
  let messageID: MessageID?
  /// Where the content's literal stands in the body.
  let contentLiteral: Range<Int>
  /// The object `metadata` as it stands in the body.
  let metadata: Range<Int>?

  /// Names and strings that `metadata` may hold.
  static let maximumMetadataTexts = 1000
  /// Length of `metadata` in bytes.
  static let maximumMetadataBytes = 65_536

  /// - Throws: what is wrong, in words without any byte of the body.
  init(parsing body: UnsafeRawBufferPointer, maximumDepth: Int) throws(Malformed) {
    guard UTF8Repair.isValid(body) else { throw Malformed("the body is not UTF-8") }
    var scanner = JSONScanner(maximumDepth: maximumDepth)
    var members = MessageMembers(text: body)
    let seen: JSONObservations
    do throws(JSONSyntaxError) {
      seen = try scanner.scan(body, sink: &members)
    } catch {
      throw Malformed("the body is not JSON: \(error.kind.rawValue) at byte \(error.offset)")
    }
    guard !seen.duplicateMember else { throw Malformed("a member name occurs twice in one object") }
    guard !seen.unpairedSurrogate else { throw Malformed("a string holds half of a surrogate pair") }
    if let problem = members.problem { throw Malformed(problem) }

    from = try Self.name(members, .from, in: body)
    to = try Self.name(members, .to, in: body)
    guard let literal = members.strings[.content] else { throw Malformed("content is missing") }
    var content: [UInt8] = []
    literal.decode(from: body, into: &content)
    guard !content.isEmpty else { throw Malformed("content is empty") }
    self.content = content
    contentLiteral = literal.range
    signature = members.strings[.signature]?.value(in: body)
    timestamp = members.strings[.timestamp]?.value(in: body)
    if let timestamp {
      guard RFC3339.microseconds(timestamp) != nil else { throw Malformed(SignedPayloadError.timestamp.reason) }
    } else if signature != nil {
      throw Malformed("a signature needs the timestamp that was signed")
    }
    if let text = members.strings[.messageID]?.value(in: body) {
      guard let id = MessageID(text) else { throw Malformed("message_id must be \(MessageID.rule)") }
      messageID = id
    } else {
      messageID = nil
    }
    metadata = members.metadata
    guard metadata?.count ?? 0 <= Self.maximumMetadataBytes, members.metadataTexts <= Self.maximumMetadataTexts else {
      throw Malformed(
        "metadata holds more than \(Self.maximumMetadataBytes) bytes or \(Self.maximumMetadataTexts) names and strings")
    }
  }

  private static func name(
    _ members: MessageMembers, _ member: MessageMembers.Name, in body: UnsafeRawBufferPointer
  ) throws(Malformed) -> AgentName {
    guard let literal = members.strings[member] else { throw Malformed("\(member.rawValue) is missing") }
    // A longer text is no name; do not copy it.
    guard literal.range.count <= 6 * AgentName.maximumLength, let name = AgentName(literal.value(in: body)) else {
      throw Malformed("\(member.rawValue) must be \(AgentName.rule)")
    }
    return name
  }

  struct Malformed: Error, Equatable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }
}

/// Names one message for its sender: 1 to 128 letters, digits, `.`, `_`, `:` or `-`, the first a letter or digit. Safe in a path.
package struct MessageID: Sendable, Hashable, CustomStringConvertible {
  package let description: String

  /// - Returns: nil when the text is not such an id.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard (1...128).contains(bytes.count), let first = bytes.first, Self.isLetterOrDigit(first),
      bytes.allSatisfy({ Self.isLetterOrDigit($0) || [0x2D, 0x2E, 0x3A, 0x5F].contains($0) })
    else { return nil }
    description = text
  }

  static let rule = "1 to 128 letters, digits, '.', '_', ':' or '-', the first a letter or digit"

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
