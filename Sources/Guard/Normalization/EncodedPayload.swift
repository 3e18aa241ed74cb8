/// Encoded text inside a text, decoded one level.
package struct EncodedPayload {
  /// A fast gate, about 2 GB/s: false means that `decode` would emit nothing.
  package static func mayContain(_ text: UnsafeRawBufferPointer) -> Bool { !DecodeGate.blocks(text).isEmpty }

  /// Calls `emit` for every piece of text that was encoded in `text`: where it stood, how it was encoded, what it says.
  ///
  /// Base64, base32, hexadecimal (also of gzip and zlib streams) and number lists are emitted when what comes out reads like text, and each for itself.
  /// In-place encodings (percent, character references, backslash escapes, quoted-printable) are emitted decoded in
  /// their context: the whole text up to 4 KiB, else passages with 512 bytes around. Rot13 and reversal of the whole text are
  /// tried when it has a marker word. What is emitted is valid UTF-8 and may hold control characters that were escaped.
  ///
  /// - Parameter budget: the number of bytes that may be emitted, reduced by what was. It is 0 afterwards when it ran out and
  ///   something may be missing. A budget of 4 × `text.count` never runs out, unless a compressed text is in it.
  /// - Complexity: linear.
  package static func decode(
    _ text: UnsafeRawBufferPointer, budget: inout Int,
    emit: (_ source: Range<Int>, _ encoding: EncodingKind, _ decoded: [UInt8]) -> Void
  ) {
    guard budget > 0 else { return }
    let blocks = DecodeGate.blocks(text)
    if blocks.isEmpty { return }
    let reasons = blocks.reduce(into: DecodeGate.Reasons()) { $0.formUnion($1.reasons) }
    var remaining = budget
    func deliver(_ source: Range<Int>, _ encoding: EncodingKind, _ decoded: [UInt8]) {
      guard remaining > 0 else { return }
      var decoded = decoded
      if decoded.count > remaining {
        var end = remaining
        while end > 0, decoded[end] & 0xC0 == 0x80 { end -= 1 }
        decoded.removeSubrange(end...)
        remaining = 0
      } else {
        remaining -= decoded.count
      }
      if !decoded.isEmpty { emit(source, encoding, decoded) }
    }
    if reasons.contains(.run) { EncodedRun.decode(text, blocks, deliver) }
    if reasons.contains(.list) { NumberList.decode(text, blocks, deliver) }
    if reasons.contains(.inPlace) { InPlaceDecoding.decode(text, deliver) }
    if reasons.contains(.rotated) { RotatedText.decode(text, blocks, deliver) }
    budget = remaining
  }
}

typealias Deliver = (_ source: Range<Int>, _ encoding: EncodingKind, _ decoded: [UInt8]) -> Void
