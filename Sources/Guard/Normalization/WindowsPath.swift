/// Absolute Windows paths, whose backslashes begin names and no escapes.
enum WindowsPath {
  /// The end of the path whose first backslash stands at `index`: behind a drive letter and colon, or the first of two
  /// behind a blank or quotation mark. `index` if there is none. Looks at no more than 260 bytes, the longest path.
  static func end(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
    guard isDrive(text, index) || isShare(text, index) else { return index }
    var end = index
    while end < text.count, end - index < 260, isPart(text[end]) { end += 1 }
    return end
  }

  private static func isDrive(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    guard index >= 2, text[index - 1] == UInt8(ascii: ":"), text[index - 2].isASCIILetter else { return false }
    return index < 3 || !text[index - 3].isASCIIAlphanumeric
  }

  private static func isShare(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    guard index + 2 < text.count, text[index + 1] == UInt8(ascii: "\\"), text[index + 2].isASCIIAlphanumeric else {
      return false
    }
    return index == 0 || text[index - 1].isASCIISpace || text[index - 1] == UInt8(ascii: "'")
      || text[index - 1] == UInt8(ascii: "\"")
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "$"),
      UInt8(ascii: "%"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "~"), 0x80...:
      true
    default: byte.isASCIIAlphanumeric
    }
  }
}
