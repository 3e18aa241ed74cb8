/// An encoded text that is cut over neighbouring strings: none of them shows what it says, and decoded by itself each shows
/// a piece. Joined without anything between, where one string ends in characters of base64 or hexadecimal and the next
/// begins with such.
struct EncodedChain {
  private var bytes: [UInt8] = []
  /// Where each piece begins in `bytes`, and the string that it is of.
  private var pieces: [(start: Int, source: TextBatch.Source?, role: Role)] = []

  /// What the end of a string must show, in bytes.
  private static let shortestEnd = 12
  /// What its continuation must show.
  private static let shortestBegin = 4
  /// Of one string, and of all together.
  private static let reach = 4 << 10
  private static let limit = 64 << 10

  /// Where the encoded text at the end of a string begins, when a chain may begin with it: its last bytes are all of the
  /// alphabet, and mixed as words are not; and it begins as encoded text does, which digests, identifiers and paths do not.
  ///
  /// Looks at a byte or two in prose, at most at the last 4 KiB.
  static func start(in text: UnsafeRawBufferPointer) -> Int? {
    guard text.count >= shortestEnd else { return nil }
    var start = text.count
    var (upper, lower, digit) = (false, false, false)
    while start > text.count - shortestEnd {
      let byte = text[start - 1]
      guard isMember(byte) else { return nil }
      upper = upper || byte.isASCIIUpper
      lower = lower || byte.isASCIILower
      digit = digit || byte.isASCIIDigit
      start -= 1
    }
    guard digit || upper && lower else { return nil }
    let limit = max(0, text.count - reach)
    while start > limit, isMember(text[start - 1]) { start -= 1 }
    return beginsReadable(UnsafeRawBufferPointer(rebasing: text[start...])) ? start : nil
  }

  /// - Parameter start: see `start(in:)`.
  init(_ text: UnsafeRawBufferPointer, from start: Int, _ source: TextBatch.Source?, _ role: Role) {
    pieces.append((0, source, role))
    bytes.append(contentsOf: text[start...])
  }

  /// The characters of both alphabets of base64: `EncodedRun.isMember`, without a branch for each class. Every string is
  /// asked.
  @inline(__always)
  private static func isMember(_ byte: UInt8) -> Bool {
    let set: UInt64 = byte & 0x40 == 0 ? 0x03FF_A800_0000_0000 : 0x07FF_FFFE_87FF_FFFE
    return byte < 0x80 && set >> UInt64(byte & 0x3F) & 1 != 0
  }

  /// Whether the first six bytes are those of text in ASCII, or of a gzip stream, by one of the encodings.
  ///
  /// - Parameter run: of twelve bytes or more.
  private static func beginsReadable(_ run: UnsafeRawBufferPointer) -> Bool {
    beginsHexadecimal(run) || beginsBase64(run) || run.starts(with: "H4sI".utf8)
  }

  private static func beginsHexadecimal(_ run: UnsafeRawBufferPointer) -> Bool {
    for index in stride(from: 0, to: shortestEnd, by: 2) {
      guard let high = run[index].hexValue, let low = run[index + 1].hexValue, isReadable(high << 4 | low) else {
        return false
      }
    }
    return true
  }

  private static func beginsBase64(_ run: UnsafeRawBufferPointer) -> Bool {
    for index in stride(from: 0, to: 8, by: 4) {
      let bits =
        UInt32(EncodedRun.sextet(run[index])) << 18 | UInt32(EncodedRun.sextet(run[index + 1])) << 12
        | UInt32(EncodedRun.sextet(run[index + 2])) << 6 | UInt32(EncodedRun.sextet(run[index + 3]))
      guard isReadable(UInt8(truncatingIfNeeded: bits >> 16)), isReadable(UInt8(truncatingIfNeeded: bits >> 8)),
        isReadable(UInt8(truncatingIfNeeded: bits))
      else { return false }
    }
    return true
  }

  private static func isReadable(_ byte: UInt8) -> Bool {
    (0x20..<0x7F).contains(byte) || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  var isJoined: Bool { pieces.count > 1 }

  /// Adds the beginning of the next text, when it continues the chain.
  ///
  /// - Returns: whether the text after it may continue it further.
  mutating func extend(_ text: UnsafeRawBufferPointer, _ source: TextBatch.Source?, _ role: Role) -> Bool {
    guard bytes.count < Self.limit else { return false }
    var end = 0
    while end < min(text.count, Self.reach), Self.isMember(text[end]) { end += 1 }
    guard end >= Self.shortestBegin || end == text.count, end > 0 else { return false }
    pieces.append((bytes.count, source, role))
    bytes.append(contentsOf: text[..<end])
    return end == text.count
  }

  /// Writes what the chain says, one level decoded, when a decoded text crosses a border of strings.
  func write(to output: inout TextBatch) {
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
          held.map { index in
            let end = index < held[held.count - 1] ? place(index + 1) : decoded.count
            return TextBatch.Piece(
              text: decoded[place(index)..<end], source: pieces[index].source, role: pieces[index].role)
          }, joiner: nil)
      }
    }
    if budget <= 0 { output.isCut = true }
  }
}
