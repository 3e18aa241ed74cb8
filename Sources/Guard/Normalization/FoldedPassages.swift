/// The folded view of a text, without what is far from any change: there the text itself says the same.
///
/// A passage has 1 KiB of unchanged text on either side of a change, more than any rule looks at around a match.
struct FoldedPassages {
  struct Passage {
    /// In `bytes`.
    var folded: Range<Int>
    /// In the text.
    var source: Range<Int>
  }

  private(set) var bytes: [UInt8] = []
  private(set) var passages: [Passage] = []

  private var regions = FoldRegions()
  private var normalizer = TextNormalizer()
  private var output: [UInt8] = []
  /// The text has been copied up to here, in the passage that is open.
  private var copied = 0
  private var isOpen = false

  static let context = 1024

  /// Folds a text. No passages: the text is its own folded view. Linear; see `TextNormalizer`.
  mutating func fold(_ text: UnsafeRawBufferPointer) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
    passages.removeAll(keepingCapacity: true)
    isOpen = false
    copied = 0
    regions.find(in: text)
    for region in regions.regions {
      let source = UnsafeRawBufferPointer(rebasing: text[region])
      output.removeAll(keepingCapacity: output.capacity <= 1 << 20)
      guard normalizer.fold(source, into: &output) != nil else { continue }
      output.withUnsafeBytes { add(text, region, source, $0) }
    }
    close(text)
  }

  /// Adds a folded region, less what it has in common with its source at both ends.
  private mutating func add(
    _ text: UnsafeRawBufferPointer, _ region: Range<Int>, _ source: UnsafeRawBufferPointer,
    _ folded: UnsafeRawBufferPointer
  ) {
    let common = min(source.count, folded.count)
    var head = 0
    while head < common, source[head] == folded[head] { head += 1 }
    var tail = 0
    while tail < common - head, source[source.count - 1 - tail] == folded[folded.count - 1 - tail] { tail += 1 }
    let first = region.lowerBound + head
    if isOpen, first - copied > 2 * Self.context { close(text) }
    if !isOpen {
      isOpen = true
      copied = TextCut.before(text, max(copied, first - Self.context))
      passages.append(Passage(folded: bytes.count..<bytes.count, source: copied..<copied))
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[copied..<first]))
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: folded[head..<(folded.count - tail)]))
    copied = region.upperBound - tail
  }

  private mutating func close(_ text: UnsafeRawBufferPointer) {
    guard isOpen, let last = passages.indices.last else { return }
    isOpen = false
    let end = TextCut.after(text, min(text.count, copied + Self.context))
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[copied..<end]))
    passages[last].folded = passages[last].folded.lowerBound..<bytes.count
    passages[last].source = passages[last].source.lowerBound..<end
    // What follows may be context of the next passage too.
  }
}
