import Foundation
import JSONRPC

/// Foundation's reader as a second opinion about a text, with the differences that are known and intended.
enum FoundationReader {
  enum Verdict: Equatable {
    case bothRefuse
    case bothAcceptTheSameValue
    case known(Difference)
    case unexplained(String)
  }

  enum Difference: String, CaseIterable {
    // We refuse and Foundation accepts.
    case trailingComma, byteOrderMark, otherEncoding
    // We accept and Foundation refuses.
    case unpairedSurrogate, numberOutOfRange
    // Both accept and read other things: Foundation's dictionaries keep one value.
    case duplicateMember, canonicallyEqualNames
    // Foundation drops a U+FEFF at the start of a string, or behind an escape in it.
    case markInString
  }

  /// Reads a text with both and compares.
  static func compare(_ text: [UInt8]) -> Verdict {
    let theirs = read(text)
    switch (scanStrictly(text), theirs) {
    case (nil, nil): return .bothRefuse
    case (nil, _?): return whyOnlyFoundationAccepts(text).map { .known($0) } ?? .unexplained("we refuse")
    case (let ours?, nil):
      return whyOnlyWeAccept(text, ours).map { .known($0) } ?? .unexplained("Foundation refuses")
    case (let ours?, let theirs?):
      if ours.duplicateMember { return .known(.duplicateMember) }
      guard let value = try? text.withUnsafeBytes({ try JSONValue(parsing: $0) }) else {
        return .unexplained("the tree refuses what the scanner accepts")
      }
      if hasCanonicallyEqualNames(value) { return .known(.canonicallyEqualNames) }
      if same(value, theirs) { return .bothAcceptTheSameValue }
      let (ours, stripped) = (withoutMarks(value), withoutMarks(theirs))
      return same(ours, stripped) || hasCanonicallyEqualNames(ours)
        ? .known(.markInString) : .unexplained("the values differ")
    }
  }

  private static func read(_ text: [UInt8]) -> Any? {
    try? JSONSerialization.jsonObject(with: Data(text), options: [.fragmentsAllowed])
  }

  private static func scanStrictly(_ text: [UInt8]) -> JSONObservations? {
    text.withUnsafeBytes { raw in
      guard UTF8Repair.isValid(raw) else { return nil }
      var scanner = JSONScanner()
      var sink = DiscardingSink()
      return try? scanner.scan(raw, sink: &sink)
    }
  }

  // MARK: Known differences

  private static func whyOnlyFoundationAccepts(_ text: [UInt8]) -> Difference? {
    // It guesses UTF-16 and UTF-32 from a mark or from zero bytes.
    if text.starts(with: [0xFE, 0xFF]) || text.starts(with: [0xFF, 0xFE]) || text.prefix(4).contains(0) {
      return .otherEncoding
    }
    if text.starts(with: [0xEF, 0xBB, 0xBF]) {
      switch compare(Array(text.dropFirst(3))) {
      case .bothRefuse, .unexplained: return nil
      default: return .byteOrderMark
      }
    }
    var repaired = text
    while let comma = trailingComma(repaired) {
      repaired.remove(at: comma)
      if scanStrictly(repaired) != nil { return .trailingComma }
    }
    return nil
  }

  /// The comma before the closing bracket at which the scan stops, if it stops at one.
  private static func trailingComma(_ text: [UInt8]) -> Int? {
    text.withUnsafeBytes { raw in
      guard UTF8Repair.isValid(raw) else { return nil }
      var scanner = JSONScanner()
      var sink = DiscardingSink()
      do throws(JSONSyntaxError) {
        _ = try scanner.scan(raw, sink: &sink)
        return nil
      } catch {
        guard error.offset < text.count, [0x5D, 0x7D].contains(text[error.offset]) else { return nil }
        let comma = text[..<error.offset].lastIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return comma.flatMap { text[$0] == UInt8(ascii: ",") ? $0 : nil }
      }
    }
  }

  private static func whyOnlyWeAccept(_ text: [UInt8], _ seen: JSONObservations) -> Difference? {
    if seen.unpairedSurrogate { return .unpairedSurrogate }
    return text.withUnsafeBytes { raw in
      var scanner = JSONScanner()
      var sink = LimitSink(text: raw)
      _ = try? scanner.scan(raw, sink: &sink)
      return sink.hasInfiniteNumber ? .numberOutOfRange : nil
    }
  }

  private static func hasCanonicallyEqualNames(_ value: JSONValue) -> Bool {
    switch value {
    case .object(let members):
      Set(members.map(\.name)).count != members.count || members.contains { hasCanonicallyEqualNames($0.value) }
    case .array(let elements): elements.contains { hasCanonicallyEqualNames($0) }
    default: false
    }
  }

  private static func withoutMarks(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(withoutMarks(text))
    case .array(let elements): .array(elements.map { withoutMarks($0) })
    case .object(let members): .object(members.map { (withoutMarks($0.name), withoutMarks($0.value)) })
    default: value
    }
  }

  private static func withoutMarks(_ value: Any) -> Any {
    switch value {
    case let text as String: withoutMarks(text)
    case let elements as [Any]: elements.map { withoutMarks($0) }
    case let members as [String: Any]:
      [String: Any](members.map { (withoutMarks($0), withoutMarks($1)) }, uniquingKeysWith: { $1 })
    default: value
    }
  }

  private static func withoutMarks(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{FEFF}" }))
  }

  private static func same(_ ours: JSONValue, _ theirs: Any) -> Bool {
    switch (ours, theirs) {
    case (.null, is NSNull): return true
    case (.bool(let ours), let theirs as NSNumber): return theirs.boolValue == ours
    case (.number(let literal), let theirs as NSNumber):
      guard let ours = Double(literal) else { return false }
      // Foundation reads some integers as Decimal, which rounds otherwise in the last place.
      return abs(ours - theirs.doubleValue) <= abs(ours) * 1e-15
    case (.string(let ours), let theirs as String): return ours.utf8.elementsEqual(theirs.utf8)
    case (.array(let ours), let theirs as [Any]):
      return ours.count == theirs.count && zip(ours, theirs).allSatisfy { same($0, $1) }
    case (.object(let ours), let theirs as [String: Any]):
      return ours.count == theirs.count
        && ours.allSatisfy { member in theirs[member.name].map { same(member.value, $0) } ?? false }
    default: return false
    }
  }
}

/// Looks for a number that no double holds.
private struct LimitSink: JSONSink {
  let text: UnsafeRawBufferPointer
  var hasInfiniteNumber = false

  init(text: UnsafeRawBufferPointer) { self.text = text }

  mutating func beginObject(at offset: Int) {}
  mutating func endObject(at end: Int) {}
  mutating func beginArray(at offset: Int) {}
  mutating func endArray(at end: Int) {}
  mutating func memberName(_ name: JSONString) {}
  mutating func string(_ value: JSONString) {}

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    guard kind == .number else { return }
    // Foundation, like strtod, is also refused by an exponent that it cannot count.
    let number = Double(String(decoding: text[range], as: UTF8.self))
    if number.map(\.isInfinite) ?? true { hasInfiniteNumber = true }
  }
}
