/// Character codes as a list of numbers: `105, 103, 110`, `0x69,0x67`, `69 67 6e`, `01101001 01100111`, `151 147`.
struct NumberList {
  let start: Int
  private(set) var end: Int
  private var items: [Item] = []

  private struct Item {
    let range: Range<Int>
    let isPrefixed: Bool
  }

  /// The first character of a number that is not inside a word.
  static func startsItem(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    text[index].hexValue != nil && (index == 0 || !text[index - 1].isASCIIAlphanumeric)
  }

  init(_ text: UnsafeRawBufferPointer, from start: Int) {
    self.start = start
    end = start
    var index = start
    while index < text.count {
      var first = index
      let isPrefixed = hasBytes("0x", in: text, at: index) || hasBytes("0X", in: text, at: index)
      if isPrefixed { first += 2 }
      var last = first
      while last < text.count, text[last].hexValue != nil, last - first < 9 { last += 1 }
      guard last > first, last - first < 9, last == text.count || !text[last].isASCIIAlphanumeric else { break }
      items.append(Item(range: first..<last, isPrefixed: isPrefixed))
      end = last
      index = last
      var blanks = 0
      while index < text.count, blanks < 4, Self.isSeparator(text[index]) {
        index += 1
        blanks += 1
      }
      if blanks == 0 { break }
    }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "-"): true
    default: false
    }
  }

  var isCandidate: Bool { items.count >= 7 }

  static func decode(_ text: UnsafeRawBufferPointer, _ blocks: [DecodeGate.Block], _ deliver: Deliver) {
    var index = 0
    for block in blocks where block.reasons.contains(.list) {
      var position = max(index, block.range.lowerBound)
      while position > index, mayBelong(text[position - 1]) { position -= 1 }
      while position < block.range.upperBound {
        guard startsItem(text, position) else {
          position += 1
          continue
        }
        let list = NumberList(text, from: position)
        if list.isCandidate, let decoded = list.decoded(text) { deliver(list.start..<list.end, .numbers, decoded) }
        position = max(list.end, position + 1)
      }
      index = max(index, position)
    }
  }

  private static func mayBelong(_ byte: UInt8) -> Bool {
    byte.hexValue != nil || byte | 0x20 == UInt8(ascii: "x") || isSeparator(byte)
  }

  private func decoded(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    let lengths = items.map { $0.range.count }
    let radices: [UInt32]
    if items.allSatisfy(\.isPrefixed) {
      radices = [16]
    } else if lengths.allSatisfy({ $0 == 8 || $0 == 7 }) {
      radices = [2]
    } else if lengths.allSatisfy({ $0 == 2 }) {
      radices = [16, 10]
    } else {
      radices = [10, 8]
    }
    for radix in radices {
      let values = items.compactMap { Self.value(text, $0.range, radix) }
      guard values.count == items.count else { continue }
      var bytes: [UInt8] = []
      for value in values { bytes.append(scalar: value) }
      if Plausibility.printablePrefix(bytes) == bytes.count, Self.isText(bytes[...]) { return bytes }
    }
    return nil
  }

  /// Lists of small numbers are common; what they give by chance are signs and digits, not words.
  private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
    let words = bytes.count { $0.isASCIILetter || $0 == 0x20 }
    let capitals = bytes.count { $0.isASCIIUpper }
    let mostlyOneCase = capitals * 3 <= words || capitals * 10 >= words * 8
    return words * 4 >= bytes.count * 3 && mostlyOneCase && Plausibility.isText(bytes)
  }

  private static func value(_ text: UnsafeRawBufferPointer, _ range: Range<Int>, _ radix: UInt32) -> UInt32? {
    var value: UInt32 = 0
    for index in range {
      guard let digit = text[index].hexValue, digit < radix else { return nil }
      value = value &* radix &+ UInt32(digit)
    }
    return value < 0x7F && value >= 0x20 || value == 0x0A || value == 0x0D || value == 0x09 ? value : nil
  }
}
