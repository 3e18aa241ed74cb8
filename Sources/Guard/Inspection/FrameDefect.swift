/// Ways in which a frame resists inspection, or is read under protest. Each is a finding of the inspection itself with
/// a rule id of its own; contract section 8 says what each leads to.
package enum FrameDefect: String, Sendable, CaseIterable {
  case syntax = "FRAME_SYNTAX"
  case duplicateMember = "FRAME_DUPLICATE_MEMBER"
  case foldedMember = "FRAME_FOLDED_MEMBER"
  case bareCarriageReturn = "FRAME_BARE_CR"
  case invalidUTF8 = "FRAME_UTF8"
  case unpairedSurrogate = "FRAME_SURROGATE"
  case tooDeep = "FRAME_TOO_DEEP"
  case tooLong = "FRAME_TOO_LONG"
  case unreadableID = "FRAME_ID"
  case duplicateID = "FRAME_DUPLICATE_ID"
  case unknownID = "FRAME_UNKNOWN_ID"
  case notAMessage = "FRAME_NOT_A_MESSAGE"
  case ambiguous = "FRAME_AMBIGUOUS"
  case budget = "FRAME_BUDGET"

  package var name: String {
    switch self {
    case .syntax: "Not JSON"
    case .duplicateMember: "Member name used twice"
    case .foldedMember: "Protocol name in another spelling"
    case .bareCarriageReturn: "Carriage return inside a line"
    case .invalidUTF8: "Invalid UTF-8, repaired"
    case .unpairedSurrogate: "Unpaired surrogate escape"
    case .tooDeep: "Nested too deep"
    case .tooLong: "Longer than the limit"
    case .unreadableID: "Id that cannot be read"
    case .duplicateID: "Id already in flight"
    case .unknownID: "Answer to an unknown id"
    case .notAMessage: "Not a JSON-RPC message"
    case .ambiguous: "Message of two kinds"
    case .budget: "Inspection budget used up"
    }
  }

  /// What it is, and why it matters, for people.
  package var explanation: String {
    switch self {
    case .syntax:
      "The line is not JSON as RFC 8259 defines it. Peers that are less strict may read something in it that was not inspected."
    case .duplicateMember:
      "An object holds the same member name twice. Some readers keep the first value, some the last, so what was inspected need not be what is read."
    case .foldedMember:
      "A member that the protocol defines is spelled with other letters of the same case folding. Readers that ignore case take it for the real one."
    case .bareCarriageReturn:
      "A carriage return stands inside the line. Some peers end a line there and read two messages where others read one."
    case .invalidUTF8:
      "The line held bytes that are not UTF-8. They were replaced by U+FFFD before it was inspected and passed on."
    case .unpairedSurrogate:
      "A string holds half of a surrogate pair as an escape. It is read as U+FFFD; the line passes as it is."
    case .tooDeep: "The line is nested deeper than the limit, so its texts were not inspected."
    case .tooLong: "The line is longer than the limit, so its texts were not inspected."
    case .unreadableID:
      "The id is not a string or an integer, or is too long. It cannot be matched with an answer."
    case .duplicateID: "A request uses an id that another request in flight already has."
    case .unknownID: "A response answers no request that is in flight."
    case .notAMessage: "The line is JSON, but no request, notification or response."
    case .ambiguous:
      "The message has a method and an answer, or a result and an error. Readers may disagree about what it is."
    case .budget: "The text was built so that inspecting it all would have taken too long."
    }
  }

  package var severity: Severity {
    switch self {
    case .invalidUTF8, .unpairedSurrogate: .low
    default: .medium
    }
  }
}

extension Finding {
  /// A finding about a frame as a whole.
  package static func frame(_ defect: FrameDefect) -> Finding {
    Finding(
      rule: defect.rawValue, name: defect.name, category: .inspection, severity: defect.severity, isProven: true,
      role: .message, view: .text, place: Place(range: 0..<0, literal: 0..<0), excerpt: "")
  }
}
