/// Member names that a protocol gives a meaning, with a look-up by simple case folding.
///
/// A peer that folds case (servers written in Go do, by Unicode simple folding) reads `"Method"` or `"paramſ"` as the
/// real thing while others ignore it. Such a name is a defect wherever the protocol defines the object it is in.
package struct ReservedNames: Sendable {
  private let exact: Set<[UInt8]>
  private let folded: Set<[UInt8]>
  private let longest: Int

  package init(_ names: [String]) {
    exact = Set(names.map { Array($0.utf8) })
    folded = Set(names.map { Self.fold(Array($0.utf8)) })
    longest = names.map(\.utf8.count).max() ?? 0
  }

  /// Whether a name is no reserved one but equals one after folding.
  package func isDisguised(_ name: JSONString, in text: UnsafeRawBufferPointer) -> Bool {
    // U+212A takes three bytes for one letter, an escape six.
    guard name.end - name.start <= longest * 6 else { return false }
    var bytes: [UInt8] = []
    name.decode(from: text, into: &bytes)
    guard bytes.count <= longest * 3 else { return false }
    let form = Self.fold(bytes)
    guard folded.contains(form) else { return false }
    return !exact.contains(bytes)
  }

  /// Unicode simple case folding as far as it leads to ASCII: A–Z, U+017F (long s) and U+212A (Kelvin sign).
  private static func fold(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0xC5, index + 1 < bytes.count, bytes[index + 1] == 0xBF {
        output.append(UInt8(ascii: "s"))
        index += 2
      } else if byte == 0xE2, index + 2 < bytes.count, bytes[index + 1] == 0x84, bytes[index + 2] == 0xAA {
        output.append(UInt8(ascii: "k"))
        index += 3
      } else {
        output.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        index += 1
      }
    }
    return output
  }
}
