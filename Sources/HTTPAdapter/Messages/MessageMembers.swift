import JSONRPC

/// Picks the members of a message out of a scan. Builds no tree.
struct MessageMembers: JSONSink {
  enum Name: String, CaseIterable {
    case from, to, content, signature, timestamp, metadata
    case messageID = "message_id"

    init?(_ literal: JSONString, in text: UnsafeRawBufferPointer) {
      // An escape takes six bytes for one.
      guard literal.range.count <= 6 * 10 else { return nil }
      let word = literal.value(in: text)
      // Swift compares by canonical equivalence; here bytes count. ASCII has no other form, so lengths must agree.
      guard let name = Name(rawValue: word), name.rawValue.utf8.elementsEqual(word.utf8) else { return nil }
      self = name
    }
  }

  let text: UnsafeRawBufferPointer
  private(set) var strings: [Name: JSONString] = [:]
  private(set) var metadata: Range<Int>?
  /// Names and strings in it.
  private(set) var metadataTexts = 0
  /// The first thing that is not as it should be.
  private(set) var problem: String?

  private var depth = 0
  private var member: Name?
  private var metadataStart = 0

  init(text: UnsafeRawBufferPointer) { self.text = text }

  mutating func beginObject(at offset: Int) {
    if depth == 1 {
      if member == .metadata { metadataStart = offset } else { complain() }
    }
    depth += 1
  }

  mutating func endObject(at end: Int) {
    depth -= 1
    if depth == 1, member == .metadata { metadata = metadataStart..<end }
  }

  mutating func beginArray(at offset: Int) {
    if depth <= 1 { complain() }
    depth += 1
  }

  mutating func endArray(at end: Int) { depth -= 1 }

  mutating func memberName(_ name: JSONString) {
    guard depth == 1 else {
      metadataTexts += 1
      return
    }
    member = Name(name, in: text)
    if member == nil { note("there is a member that is none of \(Self.known)") }
  }

  mutating func string(_ value: JSONString) {
    switch depth {
    case 0: complain()
    case 1:
      guard let member, member != .metadata else { return complain() }
      strings[member] = value
    default: metadataTexts += 1
    }
  }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    guard depth <= 1 else { return }
    // null is how many clients write that an optional member is missing.
    if depth == 1, kind == .null, let member, Self.optional.contains(member) { return }
    complain()
  }

  private static let optional: Set<Name> = [.signature, .timestamp, .metadata, .messageID]
  private static let known = Name.allCases.map(\.rawValue).joined(separator: ", ")

  private mutating func complain() {
    guard let member, depth == 1 else { return note("the body must be an object") }
    note("\(member.rawValue) must be \(member == .metadata ? "an object" : "a string")")
  }

  private mutating func note(_ text: String) { if problem == nil { problem = text } }
}
