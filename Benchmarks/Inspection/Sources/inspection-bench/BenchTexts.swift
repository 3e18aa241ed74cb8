import Guard
import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A kind of text, repeated to any size.
struct Text {
  let name: String
  private let bytes: [UInt8]

  init(name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Up to 16 answers of a tool, each with another passage of about `size` bytes.
  func frames(of size: Int) -> [[UInt8]] {
    let count = size > 100_000 ? 2 : 16
    return (0..<count).map { number in
      var place = bytes.isEmpty ? 0 : number * 7919 % bytes.count
      // A passage begins where a character begins.
      while place < bytes.count, bytes[place] & 0xC0 == 0x80 { place += 1 }
      var passage: [UInt8] = []
      passage.reserveCapacity(size)
      while passage.count < size, !bytes.isEmpty {
        if place == bytes.count { place = 0 }
        let end = min(bytes.count, place + size - passage.count)
        passage.append(contentsOf: bytes[place..<end])
        place = end
      }
      var writer = JSONWriter()
      writer.raw(#"{"jsonrpc":"2.0","id":\#(number),"result":{"content":[{"type":"text","text":"#)
      writer.string(String(decoding: passage, as: UTF8.self))
      writer.raw("}]}}")
      return writer.bytes
    }
  }
}

enum BenchTexts {
  private static let vocabulary = """
    the of and to in for on with is at by from this that report order table water winter garden station number market river
    letter window paper engine kitchen street morning travel copper signal meeting account harbour planet bottle village summer forest
    please check when every small large before after between under above result value entry update change
    """.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }

  /// Ordinary words in no order: the texts of `relay.py`.
  static func words(count: Int) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var text: [UInt8] = []
    while text.count < count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text.append(contentsOf: vocabulary[Int(state >> 33) % vocabulary.count])
      text.append(0x20)
    }
    return text
  }

  /// Every text that a rule must find, one after the other.
  static func attacks(of rules: RuleSet) -> [UInt8] {
    rules.definitions.flatMap { rule in rule.matches.flatMap { Array($0.text.utf8) + [0x0A] } }
  }

  static func files(_ paths: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for path in paths {
      guard let file = fopen(path, "r") else { continue }
      defer { fclose(file) }
      var block = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = fread(&block, 1, block.count, file)
        if count == 0 { break }
        bytes.append(contentsOf: block[..<count])
      }
    }
    return bytes.withUnsafeBytes { UTF8Repair.repaired($0) }
  }
}
