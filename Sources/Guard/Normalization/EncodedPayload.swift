/// Finds and decodes what is written in another form inside a text: percent encoding, `\x` and `\u` escapes, base64
/// (standard and url-safe) and hexadecimal. One level; the caller goes deeper.
///
/// Only output that reads like text is handed out, so that prose, digests and images give nothing. Linear.
package struct EncodedPayload {
  package enum Kind: Sendable, Equatable {
    case escapes, base64, hexadecimal
  }

  /// Shortest run of base64 or hexadecimal digits that is tried.
  package static let shortestRun = 16

  /// False means that `decode` would find nothing.
  package static func mayContain(_ text: UnsafeRawBufferPointer) -> Bool {
    var run = 0
    for byte in text {
      if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") { return true }
      run = isBase64(byte) ? run + 1 : 0
      if run >= shortestRun { return true }
    }
    return false
  }

  /// Calls `emit` for every form found, with the bytes of `text` it came from.
  ///
  /// - Parameter budget: bytes that may still be handed out; a form that does not fit is left out.
  package static func decode(
    _ text: UnsafeRawBufferPointer, budget: inout Int,
    emit: (_ source: Range<Int>, _ kind: Kind, _ decoded: [UInt8]) -> Void
  ) {
    if let decoded = unescaped(text), decoded.count <= budget {
      budget -= decoded.count
      emit(0..<text.count, .escapes, decoded)
    }
    var index = 0
    while index < text.count {
      guard isBase64(text[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < text.count && isBase64(text[index]) { index += 1 }
      guard index - start >= shortestRun else { continue }
      let run = UnsafeRawBufferPointer(rebasing: text[start..<index])
      for (kind, decoded) in [(Kind.hexadecimal, hexadecimal(run)), (.base64, base64(run))] {
        guard let decoded, isText(decoded), decoded.count <= budget else { continue }
        budget -= decoded.count
        emit(start..<index, kind, decoded)
        break
      }
    }
  }

  // MARK: Forms

  private static func unescaped(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var output: [UInt8] = []
    var changed = false
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "%"), let byte = hexByte(text, at: index + 1) {
        output.append(byte)
        index += 3
        changed = true
      } else if text[index] == UInt8(ascii: "\\"), index + 1 < text.count, text[index + 1] == UInt8(ascii: "x"),
        let byte = hexByte(text, at: index + 2)
      {
        output.append(byte)
        index += 4
        changed = true
      } else if text[index] == UInt8(ascii: "\\"), index + 1 < text.count, text[index + 1] == UInt8(ascii: "u"),
        let high = hexByte(text, at: index + 2), let low = hexByte(text, at: index + 4)
      {
        let scalar = Unicode.Scalar(UInt32(high) << 8 | UInt32(low)) ?? "\u{FFFD}"
        output.append(contentsOf: String(scalar).utf8)
        index += 6
        changed = true
      } else {
        output.append(text[index])
        index += 1
      }
    }
    return changed ? Array(String(decoding: output, as: UTF8.self).utf8.prefix(text.count)) : nil
  }

  private static func hexadecimal(_ run: UnsafeRawBufferPointer) -> [UInt8]? {
    guard run.count % 2 == 0 else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(run.count / 2)
    for index in stride(from: 0, to: run.count, by: 2) {
      guard let byte = hexByte(run, at: index) else { return nil }
      output.append(byte)
    }
    return output
  }

  /// RFC 4648 sections 4 and 5, without padding; a last lone digit is ignored.
  private static func base64(_ run: UnsafeRawBufferPointer) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(run.count / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    for byte in run {
      bits = bits << 6 | sextet(byte)
      count += 6
      if count >= 8 {
        count -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return output
  }

  private static func sextet(_ byte: UInt8) -> UInt32 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    default: 63
    }
  }

  // MARK: Bytes

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func hexByte(_ text: UnsafeRawBufferPointer, at index: Int) -> UInt8? {
    guard index + 1 < text.count, let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
    return high << 4 | low
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// At least 8 bytes, and nearly all of them printable ASCII.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8 else { return false }
    let printable = bytes.count { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D }
    return printable * 100 >= bytes.count * 97
  }
}
