import Testing

@testable import Guard

@Suite struct FoldPropertyTests {
  @Test("folding valid UTF-8 gives valid UTF-8, no longer than the text, and every byte maps back into it")
  func property() {
    let pool: [Unicode.Scalar] = [
      "a", "1", "e", " ", " ", "<", ">", "*", "_", "/", "\\", "-", ".", "\u{200B}", "\u{202E}", "\u{301}", "\u{E0041}",
      "\u{FF49}", "\u{0430}", "\u{1D41A}", "\u{24D0}", "\u{1B}", "[", "m", "\u{00E9}", "\u{4E2D}", "\u{1F600}",
      "\u{200D}", "\u{FFFD}", "\n", "\"", "@", "$", "0", "\u{0399}", "\u{00AD}", "\u{2066}",
    ]
    var random = Seeded(state: 7)
    var normalizer = TextNormalizer()
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        text.unicodeScalars.append(pool.randomElement(using: &random) ?? "a")
      }
      var output: [UInt8] = []
      let bytes = Array(text.utf8)
      let summary = bytes.withUnsafeBytes { normalizer.fold($0, into: &output) }
      let scalars = text.unicodeScalars.map(\.value)
      #expect(String(validating: output, as: UTF8.self) != nil, "\(scalars) → \(output)")
      #expect(output.count <= bytes.count, "\(scalars)")
      if summary == nil { #expect(output.isEmpty) }
      for offset in output.indices {
        let source = normalizer.sourceOffset(of: offset)
        #expect(source >= 0 && source <= bytes.count)
      }
    }
  }
}

private struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
