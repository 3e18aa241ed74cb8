import JSONRPC
import Testing

/// The standard library repairs by the same recommendation and serves as the model.
@Suite struct UTF8RepairTests {
  private static func check(_ bytes: [UInt8]) {
    let model = Array(String(decoding: bytes, as: UTF8.self).utf8)
    bytes.withUnsafeBytes { raw in
      #expect(UTF8Repair.repaired(raw) == model, "\(bytes)")
      #expect(UTF8Repair.isValid(raw) == (model == bytes), "\(bytes)")
    }
  }

  @Test("every one and two bytes")
  func everyPair() {
    Self.check([])
    for first in UInt8.min...UInt8.max {
      Self.check([first])
      for second in UInt8.min...UInt8.max where first >= 0x80 || second >= 0x80 { Self.check([first, second]) }
    }
  }

  @Test("every lead with continuation bytes at the edges of their ranges")
  func edges() {
    let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF4, 0xFF]
    for lead in UInt8(0xC0)...0xFF {
      for second in edges {
        for third in edges {
          Self.check([lead, second, third])
          for fourth in edges { Self.check([lead, second, third, fourth]) }
        }
      }
    }
  }

  @Test("random bytes, at every place of a word", arguments: UInt64(1)...4)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces: [[UInt8]] =
      ["abcdefgh", "é", "€", "😀", "x", "\u{0}"].map { Array(($0 as String).utf8) }
      + [[0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF8], [0xFF]]
    for _ in 0..<2000 {
      Self.check((0..<random.below(12)).flatMap { _ in random.pick(pieces) })
      Self.check((0..<random.below(24)).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
  }

  @Test("the output is at most three times as long, and valid")
  func bound() {
    let worst = [UInt8](repeating: 0xFF, count: 1000)
    let repaired = worst.withUnsafeBytes { UTF8Repair.repaired($0) }
    #expect(repaired.count == 3000)
    #expect(repaired.withUnsafeBytes { UTF8Repair.isValid($0) })
  }
}
