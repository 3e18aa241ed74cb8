/// An encoded text that is cut over neighbouring strings: none of them shows what it says, and decoded by itself each shows
/// a piece. Joined without anything between, where one string ends in characters of base64 or hexadecimal and the next
/// begins with such.
struct EncodedChain {
  private var bytes: [UInt8] = []
  /// Where each piece begins in `bytes`, and the string that it is of.
  private var pieces: [(start: Int, source: TextBatch.Source?)] = []

  /// What the end of a string must show, in bytes.
  private static let shortestEnd = 12
  /// What its continuation must show.
  private static let shortestBegin = 4
  /// Of one string, and of all together.
  private static let reach = 4 << 10
  private static let limit = 64 << 10

  /// Whether a text may begin a chain: its last bytes are all of the alphabet, and mixed as words are not. Looks at 12 bytes
  /// at most, and at one or two in prose.
  static func canBegin(in text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= shortestEnd else { return false }
    var (upper, lower, digit) = (false, false, false)
    for byte in text.suffix(shortestEnd).reversed() {
      guard EncodedRun.isMember(byte) else { return false }
      upper = upper || byte.isASCIIUpper
      lower = lower || byte.isASCIILower
      digit = digit || byte.isASCIIDigit
    }
    return digit || upper && lower
  }

  /// Begins with the end of a text for which `canBegin` is true.
  init(_ text: ArraySlice<UInt8>, _ source: TextBatch.Source?) {
    var start = text.endIndex
    while start > text.startIndex, text.endIndex - start < Self.reach, EncodedRun.isMember(text[start - 1]) { start -= 1 }
    pieces.append((0, source))
    bytes.append(contentsOf: text[start...])
  }

  var isJoined: Bool { pieces.count > 1 }

  /// Adds the beginning of the next text, when it continues the chain.
  ///
  /// - Returns: whether the text after it may continue it further.
  mutating func extend(_ text: ArraySlice<UInt8>, _ source: TextBatch.Source?) -> Bool {
    guard bytes.count < Self.limit else { return false }
    var end = text.startIndex
    while end < text.endIndex, end - text.startIndex < Self.reach, EncodedRun.isMember(text[end]) { end += 1 }
    guard end - text.startIndex >= Self.shortestBegin || end == text.endIndex, end > text.startIndex else {
      return false
    }
    pieces.append((bytes.count, source))
    bytes.append(contentsOf: text[..<end])
    return end == text.endIndex
  }

  /// Writes what the chain says, one level decoded, when a decoded text crosses a border of strings.
  func write(role: Role, to output: inout TextBatch) {
    var budget = 4 * bytes.count
    bytes.withUnsafeBytes { bytes in
      EncodedPayload.decode(bytes, budget: &budget) { range, _, decoded in
        let held = pieces.indices.filter { index in
          let end = index + 1 < pieces.count ? pieces[index + 1].start : bytes.count
          return pieces[index].start < range.upperBound && end > range.lowerBound
        }
        guard held.count > 1 else { return }
        // Exact to a byte: the encodings that this alphabet can hold are of one ratio.
        func place(_ index: Int) -> Int {
          max(0, pieces[index].start - range.lowerBound) * decoded.count / max(1, range.count)
        }
        output.appendJoined(
          role: role,
          held.map { index in
            (decoded[place(index)..<(index < held[held.count - 1] ? place(index + 1) : decoded.count)], pieces[index].source)
          }, joiner: nil)
      }
    }
    if budget <= 0 { output.isCut = true }
  }
}
