/// Adds the folded and the decoded forms of a text to a batch, where they differ from it.
///
/// Decoding goes two levels deep. All decoded forms of one text together are at most eight times as long as the text; a batch
/// in which more was needed says so.
struct TextViews {
  private var folded = FoldedPassages()

  private static let maximumDepth = 2
  private static let decodedPerByte = 8
  private static let slack = 1024

  /// - Parameter range: the text, in the batch.
  mutating func append(to batch: inout TextBatch, of range: Range<Int>, origin: TextBatch.Origin) {
    guard !range.isEmpty else { return }
    var budget = range.count * Self.decodedPerByte + Self.slack
    let found = batch.bytes.withUnsafeBytes { bytes in
      let text = UnsafeRawBufferPointer(rebasing: bytes[range])
      folded.fold(text)
      return decode(text, &budget)
    }
    if !folded.passages.isEmpty { batch.noteFolded() }
    appendFolded(view: .folded, source: 0..<range.count, of: range, origin, &batch)
    append(found, source: nil, depth: 1, &budget, origin, &batch)
    if budget <= 0 { batch.isCut = true }
  }

  /// - Parameters:
  ///   - source: what the passages are said to come from.
  ///   - whole: the text of which they are a view, in the batch.
  private func appendFolded(
    view: View, source: Range<Int>, of whole: Range<Int>, _ origin: TextBatch.Origin, _ batch: inout TextBatch
  ) {
    for passage in folded.passages {
      let place = TextBatch.Passage(whole: whole, source: passage.source)
      batch.append(origin, view: view, source: source, passage: place) { bytes in
        folded.bytes.withUnsafeBytes { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[passage.folded])) }
      }
    }
  }

  private typealias Decoded = (source: Range<Int>, text: [UInt8])

  private func decode(_ text: UnsafeRawBufferPointer, _ budget: inout Int) -> [Decoded] {
    var found: [Decoded] = []
    EncodedPayload.decode(text, budget: &budget) { range, _, decoded in found.append((range, decoded)) }
    return found
  }

  private mutating func append(
    _ found: [Decoded], source: Range<Int>?, depth: Int, _ budget: inout Int, _ origin: TextBatch.Origin,
    _ batch: inout TextBatch
  ) {
    for (range, decoded) in found {
      let place = source ?? range
      let start = batch.bytes.count
      batch.append(origin, view: .decoded, source: place) { $0.append(contentsOf: decoded) }
      decoded.withUnsafeBytes { folded.fold($0) }
      appendFolded(view: .decoded, source: place, of: start..<(start + decoded.count), origin, &batch)
      if depth < Self.maximumDepth {
        let deeper = decoded.withUnsafeBytes { decode($0, &budget) }
        append(deeper, source: place, depth: depth + 1, &budget, origin, &batch)
      }
    }
  }
}
