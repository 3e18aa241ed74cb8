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
    /// The role of what stands before the joint; `role` is that of what stands behind.
    var roleBeforeJoint: Role?
    /// For texts that stand apart in the message and were joined: indices of `TextBatch.parts`. As with joints, only what
    /// lies in several parts counts.
    var parts: Range<Int>?
    /// Made of texts in several roles.
    var isMixed = false
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
    var role: Role
  }

  /// A text that is to be joined with others.
  struct Piece {
    var text: ArraySlice<UInt8>
    /// Nil: an earlier message.
    var source: Source?
    var role: Role
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
    _ origin: Origin, view: View, source: Range<Int>? = nil, joint: (offset: Int, before: Role)? = nil,
    passage: Passage? = nil, write: (inout [UInt8]) -> Void
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
        joint: joint.map { start + $0.offset }, roleBeforeJoint: joint?.before,
        isMixed: joint.map { $0.before != origin.role } ?? false,
        wholeStart: passage?.whole.lowerBound ?? start, wholeEnd: passage?.whole.upperBound ?? end,
        passageStart: passage?.source.lowerBound ?? 0, passageEnd: passage?.source.upperBound ?? (end - start)))
  }

  /// Appends several texts as one.
  ///
  /// - Parameter joiner: stands between them.
  mutating func appendJoined(_ pieces: some Collection<Piece>, joiner: UInt8? = Self.joiner) {
    let (start, firstPart) = (bytes.count, parts.count)
    for piece in pieces {
      if bytes.count > start, let joiner { bytes.append(joiner) }
      parts.append(
        Part(range: bytes.count..<(bytes.count + piece.text.count), source: piece.source, role: piece.role))
      bytes.append(contentsOf: piece.text)
    }
    guard bytes.count > start, let own = parts[firstPart...].first(where: { $0.source != nil }), let source = own.source
    else {
      bytes.removeSubrange(start...)
      parts.removeSubrange(firstPart...)
      return
    }
    let isMixed = parts[firstPart...].contains { $0.role != own.role }
    segments.append(
      Segment(
        start: start, end: bytes.count, literalStart: source.literal.lowerBound, literalEnd: source.literal.upperBound,
        entry: source.entry, role: own.role, view: .decoded, isName: source.isName, joint: nil,
        parts: firstPart..<parts.count, isMixed: isMixed, wholeStart: start, wholeEnd: bytes.count,
        passageEnd: bytes.count - start))
    bytes.append(Self.separator)
  }

  /// Whether a match adds nothing to what is found in a text of its own: it lies on one side of the joint, in one part, or in
  /// earlier messages only.
  func isWitness(_ start: Int, _ end: Int, in segment: Segment) -> Bool {
    if let joint = segment.joint { return start >= joint || end <= joint }
    guard let parts = segment.parts else { return false }
    let last = part(at: end - 1, in: parts)
    return self.parts[last].source == nil || part(at: start, in: parts) == last
  }

  /// The roles of the texts that a match lies in. A rule must name them all, as it must name the role of a single text.
  func roles(_ start: Int, _ end: Int, in segment: Segment) -> RoleSet {
    guard segment.isMixed else { return RoleSet(segment.role) }
    if let joint = segment.joint {
      let before: RoleSet = start < joint ? RoleSet(segment.roleBeforeJoint ?? segment.role) : []
      return end > joint ? before.union(RoleSet(segment.role)) : before
    }
    guard let parts = segment.parts else { return RoleSet(segment.role) }
    return touched(start, end, parts).reduce(into: []) { $0.insert(RoleSet(self.parts[$1].role)) }
  }

  /// The role of the string in which a match is reported: of the first one of this message that it lies in.
  func role(_ start: Int, _ end: Int, in segment: Segment) -> Role {
    guard segment.isMixed, let parts = segment.parts else { return segment.role }
    return touched(start, end, parts).lazy.map { self.parts[$0] }.first { $0.source != nil }?.role ?? segment.role
  }

  /// The strings that a match lies in.
  func sources(_ start: Int, _ end: Int, in segment: Segment) -> [Source] {
    guard let parts = segment.parts else { return [segment.string] }
    let sources = self.parts[touched(start, end, parts)].compactMap(\.source)
    return sources.isEmpty ? [segment.string] : sources
  }

  private func touched(_ start: Int, _ end: Int, _ parts: Range<Int>) -> ClosedRange<Int> {
    part(at: start, in: parts)...part(at: max(start, end - 1), in: parts)
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

  /// Where what stands in earlier messages alone ends, in the bytes of a segment that begins with such. Nil: it does not.
  func earlierEnd(of segment: Segment) -> Int? {
    guard let parts = segment.parts, self.parts[parts.lowerBound].source == nil else { return nil }
    return self.parts[parts].prefix { $0.source == nil }.last?.range.upperBound
  }

  /// The beginning of a joined segment, as a batch of its own.
  func beginning(of segment: Segment, until end: Int) -> TextBatch {
    var (batch, alone) = (TextBatch(), segment)
    let shift = segment.start
    batch.bytes = bytes[shift..<end] + [Self.separator]
    for part in segment.parts.map({ self.parts[$0] }) ?? [] where part.range.lowerBound < end {
      let range = (part.range.lowerBound - shift)..<(part.range.upperBound - shift)
      batch.parts.append(Part(range: range, source: part.source, role: part.role))
    }
    (alone.start, alone.end, alone.parts) = (0, end - shift, batch.parts.indices)
    (alone.wholeStart, alone.wholeEnd, alone.passageEnd) = (0, end - shift, end - shift)
    batch.segments = [alone]
    return batch
  }

  /// Notes that the last text has a folded view.
  mutating func noteFolded() {
    if let last = segments.indices.last { segments[last].isFolded = true }
  }

  /// The roles and views that occur. Linear in the segments and parts.
  var kinds: TextKinds {
    var kinds = TextKinds()
    for segment in segments {
      kinds.insert(segment.role, segment.view)
      guard segment.isMixed else { continue }
      if let before = segment.roleBeforeJoint { kinds.insert(before, segment.view) }
      if let parts = segment.parts { for part in self.parts[parts] { kinds.insert(part.role, segment.view) } }
    }
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
    for index in segments.indices {
      if segments[index].role == old { segments[index].role = new }
      if segments[index].roleBeforeJoint == old { segments[index].roleBeforeJoint = new }
    }
  }
}
