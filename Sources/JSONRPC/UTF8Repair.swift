/// Checks that bytes are UTF-8 (RFC 3629), and repairs what is not.
package enum UTF8Repair {
  /// Whether the bytes are valid UTF-8. Linear; ASCII passes eight bytes at a time.
  package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    firstInvalid(bytes, from: 0) == nil
  }

  /// Replaces every maximal subpart of an ill-formed sequence by U+FFFD, as the Unicode standard (section 3.9)
  /// recommends and as the readers of the usual MCP peers do.
  ///
  /// The output is at most three times as long as the input.
  package static func repaired(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + 16)
    var index = 0
    while let invalid = firstInvalid(bytes, from: index) {
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[index..<invalid]))
      output.append(contentsOf: [0xEF, 0xBF, 0xBD])
      index = invalid + maximalSubpart(bytes, at: invalid)
    }
    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[index...]))
    return output
  }

  // MARK: Private

  /// Offset of the first byte that does not begin or continue a well-formed sequence.
  private static func firstInvalid(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start
    let count = bytes.count
    while index < count {
      while index + 8 <= count,
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
      }
      guard index < count else { return nil }
      if bytes[index] < 0x80 {
        index += 1
        continue
      }
      let (length, isComplete) = sequence(bytes, at: index)
      guard isComplete else { return index }
      index += length
    }
    return nil
  }

  private static func maximalSubpart(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
    max(1, sequence(bytes, at: index).length)
  }

  /// How many bytes from `index` belong to one sequence, and whether that sequence is whole.
  /// Table 3-7 of the Unicode standard.
  private static func sequence(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (length: Int, isComplete: Bool) {
    let needed: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[index] {
    case 0xC2...0xDF: needed = 2
    case 0xE0: (needed, second) = (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: needed = 3
    case 0xED: (needed, second) = (3, 0x80...0x9F)
    case 0xF0: (needed, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: needed = 4
    case 0xF4: (needed, second) = (4, 0x80...0x8F)
    default: return (1, false)
    }
    var length = 1
    while length < needed {
      let allowed = length == 1 ? second : 0x80...0xBF
      guard index + length < bytes.count, allowed.contains(bytes[index + length]) else { return (length, false) }
      length += 1
    }
    return (length, true)
  }
}
