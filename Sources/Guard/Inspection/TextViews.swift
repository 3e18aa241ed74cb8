/// Adds the folded and the decoded forms of a text to a batch, where they differ from it.
///
/// Decoding goes two levels deep. All decoded forms of one text together are at most eight times as long as the text; a batch
/// in which more was needed says so.
struct TextViews {
  private var normalizer = TextNormalizer()
  private var scratch: [UInt8] = []

  private static let maximumDepth = 2
  private static let decodedPerByte = 8
  private static let slack = 1024

  mutating func append(to batch: inout TextBatch, of range: Range<Int>, origin: TextBatch.Origin) {
    guard !range.isEmpty else { return }
    let (mayFold, mayDecode) = batch.bytes.withUnsafeBytes { bytes in
      let text = UnsafeRawBufferPointer(rebasing: bytes[range])
      return (TextNormalizer.mayChange(text), EncodedPayload.mayContain(text))
    }
    guard mayFold || mayDecode else { return }
    // Appending may move the batch's storage: work on a copy.
    scratch.removeAll(keepingCapacity: scratch.capacity <= 1 << 20)
    scratch.append(contentsOf: batch.bytes[range])
    let text = scratch
    if mayFold { fold(text, view: .folded, source: nil, origin, &batch) }
    if mayDecode {
      var budget = text.count * Self.decodedPerByte + Self.slack
      decode(text, source: nil, depth: 1, &budget, origin, &batch)
      if budget <= 0 { batch.isCut = true }
    }
  }

  private mutating func fold(
    _ text: [UInt8], view: View, source: Range<Int>?, _ origin: TextBatch.Origin, _ batch: inout TextBatch
  ) {
    batch.append(origin, view: view, source: source ?? 0..<text.count) { output in
      text.withUnsafeBytes { _ = normalizer.fold($0, into: &output) }
    }
  }

  private mutating func decode(
    _ text: [UInt8], source: Range<Int>?, depth: Int, _ budget: inout Int, _ origin: TextBatch.Origin,
    _ batch: inout TextBatch
  ) {
    var found: [(Range<Int>, [UInt8])] = []
    text.withUnsafeBytes { bytes in
      EncodedPayload.decode(bytes, budget: &budget) { range, _, decoded in found.append((range, decoded)) }
    }
    for (range, decoded) in found {
      let place = source ?? range
      batch.append(origin, view: .decoded, source: place) { $0.append(contentsOf: decoded) }
      let (mayFold, mayDecode) = decoded.withUnsafeBytes {
        (TextNormalizer.mayChange($0), EncodedPayload.mayContain($0))
      }
      if mayFold { fold(decoded, view: .decoded, source: place, origin, &batch) }
      if mayDecode && depth < Self.maximumDepth {
        decode(decoded, source: place, depth: depth + 1, &budget, origin, &batch)
      }
    }
  }
}
