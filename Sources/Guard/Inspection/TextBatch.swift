/// Texts of a message, joined for one scan, with a table that tells which bytes came from where.
///
/// The separator 0xFF occurs in no UTF-8 text and no pattern matches it, so that nothing is found across two texts.
struct TextBatch {
  static let separator: UInt8 = 0xFF
  private static let joiner: UInt8 = 0x20

  private(set) var bytes: [UInt8] = []
  private(set) var segments: [Segment] = []
  /// Of joined texts: what they were made of.
  private(set) var parts: [Part] = []
  /// A decoding budget ran out: some view is missing.
  var isCut = false

  struct Segment {
    /// Where the text stands in `bytes`.
    var start: Int
    var end: Int
    /// The string literal in the frame, without quotation marks.
    var literalStart: Int
    var literalEnd: Int
    /// For a decoded view: the encoded run in the decoded string. Otherwise the whole string.
    var sourceStart = 0
    var sourceEnd = 0
    var entry: Int32
    var role: Role
    var view: View
    var isName: Bool
    /// For a segment made of the end of one text and the beginning of the next: where they meet, in `bytes`. Only what
    /// crosses it counts; the rest was found in the texts themselves.
    var joint: Int?
    /// For texts that stand apart in the message and were joined: indices of `TextBatch.parts`. As with joints, only what
    /// lies in several parts counts.
    var parts: Range<Int>?
    /// For a passage of a view: the whole text, in `bytes`, and the place of the passage in it. Otherwise the text itself.
    var wholeStart: Int
    var wholeEnd: Int
    var passageStart = 0
    var passageEnd: Int

    var string: Source { Source(literal: literalStart..<literalEnd, entry: entry, isName: isName) }

    /// A text of which passages follow as its folded view.
    var isFolded = false

    var isPassage: Bool { wholeStart != start }

    /// For a passage, what it holds of the text; an end of the text is no end.
    var reach: Range<Int>? {
      guard isPassage else { return nil }
      return (passageStart > 0 ? passageStart : -1)..<(passageEnd < wholeEnd - wholeStart ? passageEnd : .max)
    }

    /// What seems to begin or end with the passage, but does not with the text.
    func isCut(_ start: Int, _ end: Int) -> Bool {
      start == self.start && passageStart > 0 || end >= self.end && passageEnd < wholeEnd - wholeStart
    }
  }

  /// A passage of a longer text.
  struct Passage {
    /// The text, in `bytes`.
    var whole: Range<Int>
    /// The passage, in the text.
    var source: Range<Int>
  }

  /// The string of the message that a text came from.
  struct Source {
    var literal: Range<Int>
    var entry: Int32
    var isName: Bool

    var entryIndex: Int? { entry < 0 ? nil : Int(entry) }
  }

  /// One of several texts that were joined.
  struct Part {
    /// Bytes of the batch.
    var range: Range<Int>
    /// Nil: an earlier message.
    var source: Source?
  }

  /// What a segment is about, apart from its bytes.
  struct Origin {
    var literal: Range<Int>
    var role: Role
    var entry: Int?
    var isName = false
  }

  var isEmpty: Bool { segments.isEmpty }

  mutating func removeAll() {
    isCut = false
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
    segments.removeAll(keepingCapacity: segments.capacity <= 1 << 14)
    parts.removeAll(keepingCapacity: parts.capacity <= 1 << 14)
  }

  /// Appends a text written by `write`; an empty one leaves no trace.
  mutating func append(
    _ origin: Origin, view: View, source: Range<Int>? = nil, joint: Int? = nil, passage: Passage? = nil,
    write: (inout [UInt8]) -> Void
  ) {
    let start = bytes.count
    write(&bytes)
    let end = bytes.count
    guard end > start else { return }
    bytes.append(Self.separator)
    segments.append(
      Segment(
        start: start, end: end, literalStart: origin.literal.lowerBound, literalEnd: origin.literal.upperBound,
        sourceStart: source?.lowerBound ?? 0, sourceEnd: source?.upperBound ?? (end - start),
        entry: Int32(truncatingIfNeeded: origin.entry ?? -1), role: origin.role, view: view, isName: origin.isName,
        joint: joint.map { start + $0 }, wholeStart: passage?.whole.lowerBound ?? start,
        wholeEnd: passage?.whole.upperBound ?? end, passageStart: passage?.source.lowerBound ?? 0,
        passageEnd: passage?.source.upperBound ?? (end - start)))
  }

  /// Appends several texts as one.
  ///
  /// - Parameter joiner: stands between them.
  mutating func appendJoined(
    role: Role, _ texts: some Collection<(text: ArraySlice<UInt8>, source: Source?)>, joiner: UInt8? = Self.joiner
  ) {
    let (start, firstPart) = (bytes.count, parts.count)
    for (text, source) in texts {
      if bytes.count > start, let joiner { bytes.append(joiner) }
      parts.append(Part(range: bytes.count..<(bytes.count + text.count), source: source))
      bytes.append(contentsOf: text)
    }
    guard bytes.count > start, let source = parts[firstPart...].lazy.compactMap(\.source).first else {
      bytes.removeSubrange(start...)
      parts.removeSubrange(firstPart...)
      return
    }
    segments.append(
      Segment(
        start: start, end: bytes.count, literalStart: source.literal.lowerBound, literalEnd: source.literal.upperBound,
        entry: source.entry, role: role, view: .decoded, isName: source.isName, joint: nil,
        parts: firstPart..<parts.count, wholeStart: start, wholeEnd: bytes.count, passageEnd: bytes.count - start))
    bytes.append(Self.separator)
  }

  /// Whether a match adds nothing to what is found in a text of its own: it lies on one side of the joint, or in one part.
  func isWitness(_ start: Int, _ end: Int, in segment: Segment) -> Bool {
    if let joint = segment.joint { return start >= joint || end <= joint }
    guard let parts = segment.parts else { return false }
    return part(at: start, in: parts) == part(at: end - 1, in: parts)
  }

  /// The strings that a match lies in.
  func sources(_ start: Int, _ end: Int, in segment: Segment) -> [Source] {
    guard let parts = segment.parts else { return [segment.string] }
    let touched = part(at: start, in: parts)...part(at: max(start, end - 1), in: parts)
    let sources = self.parts[touched].compactMap(\.source)
    return sources.isEmpty ? [segment.string] : sources
  }

  /// The last part that begins at or before an offset. Logarithmic.
  private func part(at offset: Int, in range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1 {
      let middle = (low + high) / 2
      if parts[middle].range.lowerBound <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Notes that the last text has a folded view.
  mutating func noteFolded() {
    if let last = segments.indices.last { segments[last].isFolded = true }
  }

  /// The roles and views that occur. Linear in the segments.
  var kinds: TextKinds {
    var kinds = TextKinds()
    for segment in segments { kinds.insert(segment.role, segment.view) }
    return kinds
  }

  /// The segment that holds a byte of `bytes`. Logarithmic.
  func segment(at offset: Int) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].end <= offset { low = middle + 1 } else { high = middle }
    }
    return min(low, segments.count - 1)
  }

  /// Which segments hold a byte before one of these offsets. Linear in both.
  func segments(with ends: [Int]) -> [Bool] {
    var hold = Array(repeating: false, count: segments.count)
    var last: Range<Int>?
    for end in ends {
      if let last, last.contains(end - 1) { continue }
      let index = segment(at: end - 1)
      hold[index] = true
      last = segments[index].start..<segments[index].end
    }
    return hold
  }

  /// Turns the role of what was appended since `first` into another.
  mutating func change(_ old: Role, to new: Role) {
    for index in segments.indices where segments[index].role == old { segments[index].role = new }
  }
}
