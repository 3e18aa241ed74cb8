/// Finds the id and the kind of a message that is too long or too deep to be read, from pieces, in constant memory.
///
/// It trusts nothing it finds: the answer serves only to tell a waiting peer that its message was not delivered. On
/// input that is not JSON it stays quiet or finds nothing; it never fails, and the literal of an id that it reports is
/// valid JSON whatever the input was. Of several ids the last counts, as in `MessageDecoder`.
package struct EnvelopeScanner {
  package private(set) var id: RequestID?
  package private(set) var hasMethod = false
  package private(set) var hasAnswer = false

  private enum State {
    case outside, string, escape
  }

  private enum Member {
    case id, other
  }

  private var state = State.outside
  private var depth = 0
  /// Whether the outermost container is an object.
  private var isObject = false
  /// The member of the outermost object whose value is being read; nil before a colon.
  private var member: Member?
  /// The name or the scalar value at depth 1 that is being read.
  private var token: [UInt8] = []
  private var tokenState = TokenState.open

  private enum TokenState {
    case open
    /// White space has followed: the next byte has to be a delimiter.
    case ended
    /// Too long, or no scalar.
    case unusable
  }

  private static let longestToken = RequestID.maximumLength + 2

  package init() {}

  package mutating func append(_ bytes: some Sequence<UInt8>) {
    // One generic call for the piece instead of one for each byte.
    let wasContiguous: Void? = bytes.withContiguousStorageIfAvailable { for byte in $0 { take(byte) } }
    if wasContiguous == nil {
      for byte in bytes { take(byte) }
    }
  }

  // MARK: Private

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .escape:
      collect(byte)
      state = .string
    case .string:
      collect(byte)
      if byte == UInt8(ascii: "\\") {
        state = .escape
      } else if byte == UInt8(ascii: "\"") {
        state = .outside
      }
    case .outside:
      structure(byte)
    }
  }

  private mutating func structure(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""):
      state = .string
      collectOutside(byte)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if depth == 0 {
        isObject = byte == UInt8(ascii: "{")
        beginMember()
      } else if depth == 1 {
        tokenState = .unusable
      }
      depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if depth == 1 { endMember() }
      depth = max(0, depth - 1)
    case UInt8(ascii: ","):
      if depth == 1 { endMember() }
    case UInt8(ascii: ":"):
      if depth == 1 && isObject { endName() }
    case 0x20, 0x09, 0x0A, 0x0D:
      if !token.isEmpty && tokenState == .open { tokenState = .ended }
    default:
      collectOutside(byte)
    }
  }

  private mutating func collectOutside(_ byte: UInt8) {
    guard depth == 1 else { return }
    if tokenState == .ended { tokenState = .unusable }
    collect(byte)
  }

  private mutating func collect(_ byte: UInt8) {
    guard depth == 1, tokenState == .open else { return }
    if token.count < Self.longestToken {
      token.append(byte)
    } else {
      tokenState = .unusable
    }
  }

  private mutating func beginMember() {
    member = nil
    beginToken()
  }

  private mutating func beginToken() {
    token.removeAll(keepingCapacity: true)
    tokenState = .open
  }

  private mutating func endName() {
    member = .other
    if tokenState != .unusable {
      token.withUnsafeBytes { bytes in
        guard let name = Self.string(bytes) else { return }
        if name.equals("id", in: bytes) {
          member = .id
          id = nil
        } else if name.equals("method", in: bytes) {
          hasMethod = true
        } else if name.equals("result", in: bytes) || name.equals("error", in: bytes) {
          hasAnswer = true
        }
      }
    }
    beginToken()
  }

  private mutating func endMember() {
    if member == .id && tokenState != .unusable { id = token.withUnsafeBytes { Self.requestID($0) } }
    beginMember()
  }

  /// The id that a token is, if it is a string or an integer as RFC 8259 defines them.
  private static func requestID(_ token: UnsafeRawBufferPointer) -> RequestID? {
    if let string = string(token) { return RequestID.string(string, in: token) }
    var cursor = Cursor(text: token, index: 0, end: token.count)
    guard !token.isEmpty, let (kind, range) = try? cursor.scalar(), kind == .number, cursor.index == token.count else {
      return nil
    }
    return RequestID.integer(range, in: token)
  }

  private static func string(_ token: UnsafeRawBufferPointer) -> JSONString? {
    guard token.first == UInt8(ascii: "\"") else { return nil }
    var cursor = Cursor(text: token, index: 0, end: token.count)
    var seen = JSONObservations()
    guard let string = try? cursor.string(&seen), cursor.index == token.count else { return nil }
    return string
  }
}
