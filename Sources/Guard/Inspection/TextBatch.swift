/// Texts of a message, joined for one scan, with a table that tells which bytes came from where.
///
/// The separator 0xFF occurs in no UTF-8 text and no pattern matches it, so that nothing is found across two texts.
struct TextBatch {
  static let separator: UInt8 = 0xFF

  private(set) var bytes: [UInt8] = []
  private(set) var segments: [Segment] = []
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
  }

  /// Appends a text written by `write`; an empty one leaves no trace.
  mutating func append(
    _ origin: Origin, view: View, source: Range<Int>? = nil, joint: Int? = nil, write: (inout [UInt8]) -> Void
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
        joint: joint.map { start + $0 }))
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

  /// Turns the role of what was appended since `first` into another.
  mutating func change(_ old: Role, to new: Role) {
    for index in segments.indices where segments[index].role == old { segments[index].role = new }
  }
}
