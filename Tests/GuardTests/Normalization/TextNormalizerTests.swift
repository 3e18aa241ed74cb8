import Testing

@testable import Guard

@Suite struct TextNormalizerTests {
  @Test("offsets of the view lead back to the text")
  func sourceOffsets() {
    var normalizer = TextNormalizer()
    var output: [UInt8] = []
    let text = Array("ab\u{200B}cd ｅｆ **x**y p4ssw0rd".utf8)
    _ = text.withUnsafeBytes { normalizer.fold($0, into: &output) }
    #expect(String(decoding: output, as: UTF8.self) == "abcd ef **xy password")
    #expect(normalizer.sourceOffset(of: 0) == 0)
    #expect(normalizer.sourceOffset(of: 2) == 2 || normalizer.sourceOffset(of: 2) == 5)
    #expect(normalizer.sourceOffset(of: 3) == 6)
    #expect(normalizer.sourceOffset(of: 5) == 8)
    #expect(normalizer.sourceOffset(of: 6) == 11)
    #expect(normalizer.sourceOffset(of: 13) == text.count - 8)
    #expect(normalizer.sourceOffset(of: output.count) == text.count)
  }

  @Test("any text: no longer than before, offsets in range and rising, valid UTF-8 stays valid")
  func properties() {
    var random = RandomText(seed: 3)
    var normalizer = TextNormalizer()
    for round in 0..<3000 {
      let text = random.next(pieces: 1 + random.below(60))
      let bytes = Array(text.utf8)
      var output: [UInt8] = [7]
      guard bytes.withUnsafeBytes({ normalizer.fold($0, into: &output) }) != nil else {
        #expect(output == [7])
        continue
      }
      output.removeFirst()
      #expect(output.count <= bytes.count, "round \(round)")
      #expect(String(validating: output, as: UTF8.self) != nil, "round \(round): \(text.debugDescription)")
      var before = 0
      for offset in 0...output.count {
        let source = normalizer.sourceOffset(of: offset)
        #expect(source >= before && source <= bytes.count, "round \(round)")
        before = source
      }
    }
  }

  @Test("any bytes are survived")
  func anyBytes() {
    var random = RandomText(seed: 5)
    var normalizer = TextNormalizer()
    for length in 0..<600 {
      let bytes = random.bytes(length)
      var output: [UInt8] = []
      _ = bytes.withUnsafeBytes { normalizer.fold($0, into: &output) }
      #expect(output.count <= length)
    }
  }

  @Test("what the gate lets by, no pass would change")
  func gate() {
    var random = RandomText(seed: 11, pieces: RandomText.usual + [String](repeating: "word ", count: 400))
    var leetspeak = Leetspeak()
    var passes = 0
    for round in 0..<4000 {
      let bytes = Array(random.next(pieces: 1 + random.below(40)).utf8)
      bytes.withUnsafeBytes { text in
        let reasons = FoldGate.reasons(text)
        func check(_ reason: FoldGate.Reasons, _ pass: (inout FoldBuffer, inout FoldSummary) -> Void) {
          guard !reasons.contains(reason) else { return }
          var buffer = FoldBuffer()
          var summary = FoldSummary()
          pass(&buffer, &summary)
          passes += 1
          #expect(
            !buffer.isChanged, "round \(round), reason \(reason.rawValue): \(String(decoding: bytes, as: UTF8.self))")
        }
        check(.nonASCII) { CharacterFolding.apply(to: text, &$0, &$1) }
        check(.markup) { SplitWords.apply(to: text, &$0, &$1) }
        check(.spacing) { LetterSpacing.apply(to: text, &$0, &$1) }
        check(.leet) { leetspeak.apply(to: text, &$0, &$1) }
        check(.gap) { WideGaps.apply(to: text, &$0, &$1) }
      }
    }
    #expect(passes > 4000)
  }

  @Test("the gate sees a sign at every place of a text of any length")
  func gatePlaces() {
    for length in [1, 5, 15, 16, 17, 19, 20, 21, 511, 512, 515, 516, 517, 600, 1100] {
      for place in 0..<length {
        var bytes = [UInt8](repeating: UInt8(ascii: "-"), count: length)
        bytes[place] = 0x1B
        #expect(bytes.withUnsafeBytes { TextNormalizer.mayChange($0) }, "\(place) of \(length)")
      }
    }
  }

  @Test("a fold that changes nothing appends nothing")
  func nothing() {
    #expect(folded("plain words, nothing else") == nil)
    #expect(folded("") == nil)
  }

  @Test("the longest run of invisible characters is counted")
  func runs() {
    let summary = folded("a\u{200B}\u{200B}\u{2060}b\u{200B}c")?.summary
    #expect(summary?.longestInvisibleRun == 3)
    #expect(summary?.invisible == .init(count: 4, first: 1))
  }

  @Test("combining marks: stacks are told from accents")
  func stacks() {
    #expect(folded("e\u{301}")?.summary.combiningStacks.count == 0)
    #expect(folded("e\u{301}\u{302}\u{303}\u{304}x")?.summary.combiningStacks == .init(count: 1, first: 5))
  }
}
