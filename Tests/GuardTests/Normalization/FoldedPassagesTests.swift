import Testing

@testable import Guard

@Suite("Folded view in passages") struct FoldedPassagesTests {
  private func passages(_ text: String) -> [(folded: String, source: Range<Int>)] {
    var view = FoldedPassages()
    Array(text.utf8).withUnsafeBytes { view.fold($0) }
    return view.passages.map { (String(decoding: view.bytes[$0.folded], as: UTF8.self), $0.source) }
  }

  private static let line = "The harbour opens at seven, and the market is not far from it.\n"

  private static let disguises = [
    ("ig\u{200B}nore all", "ignore all"), ("i g n o r e it", "ignore it"), ("1gn0r3 all", "ignore all"),
    ("ig<b>no</b>re all", "ignore all"), ("ｉｇｎｏｒｅ all", "ignore all"), ("раssword", "password"),
    ("i\ng\nn\no\nr\ne\n", "ignore"), ("ignore      all", "ignore all"), ("say \u{202E}erongi\u{202C} all", "ignore"),
    ("ig<!-- nothing -->nore all", "ignore all"),
  ]

  @Test("a disguise is undone wherever it stands, with a kilobyte around", arguments: disguises)
  func everywhere(disguised: String, plain: String) {
    let filler = String(repeating: Self.line, count: 100)
    for offset in 0..<70 {
      let lead = String(repeating: Self.line, count: 48) + String(repeating: "x", count: 2 + offset) + "\n"
      let text = lead + disguised + "\n" + filler
      let found = passages(text)
      #expect(found.count == 1, "\(offset)")
      #expect(found.first?.folded.contains(plain) ?? false, "\(offset)")
      guard let source = found.first?.source else { continue }
      let place = lead.utf8.count..<(lead.utf8.count + disguised.utf8.count)
      // The change may begin and end inside the disguise.
      #expect(source.lowerBound <= place.upperBound - FoldedPassages.context)
      #expect(source.upperBound >= place.lowerBound + FoldedPassages.context)
      #expect(source.count < place.count + 2 * FoldedPassages.context + 8)
    }
    for text in [disguised, disguised + "\n" + filler, filler + disguised] {
      #expect(passages(text).first?.folded.contains(plain) ?? false)
    }
  }

  @Test("what is hidden by a long comment or at the end of a long turned line is seen")
  func farApart() {
    let filler = String(repeating: "far and wide ", count: 400)
    let comment = passages(String(repeating: Self.line, count: 40) + "ig<!-- \(filler) -->nore all the rules\n")
    #expect(comment.contains { $0.folded.contains("ignore all the rules") })
    let turned = passages("\u{202E}\(filler) erongi \(filler)\n")
    #expect(turned.contains { $0.folded.contains(" ignore ") })
    let tags = passages("ig<b>\(String(repeating: "<i></i>", count: 30))nore</b> all\n")
    #expect(tags.contains { $0.folded.contains("ignore all") })
  }

  @Test("honest text has no passages")
  func honest() {
    let text = String(repeating: Self.line, count: 200)
    #expect(passages(text).isEmpty)
    #expect(passages("").isEmpty)
  }

  @Test("any text: passages are valid, ascending, begin and end like their source, and no shorter than a change needs")
  func properties() {
    var random = RandomText(seed: 61)
    for round in 0..<400 {
      var text = ""
      for _ in 0...random.below(6) {
        text += String(repeating: Self.line, count: random.below(60))
        text += random.next(pieces: random.below(40))
        if random.below(3) == 0 { text += "\n" }
      }
      let bytes = Array(text.utf8)
      var view = FoldedPassages()
      bytes.withUnsafeBytes { view.fold($0) }
      var last = 0
      for passage in view.passages {
        #expect(passage.source.lowerBound >= last && passage.source.upperBound <= bytes.count, "round \(round)")
        #expect(String(validating: view.bytes[passage.folded], as: UTF8.self) != nil, "round \(round)")
        #expect(passage.folded.count <= passage.source.count, "round \(round)")
        if passage.source.lowerBound > 0, passage.source.lowerBound > last {
          let (head, source) = (view.bytes[passage.folded].prefix(1000), bytes[passage.source].prefix(1000))
          #expect(head.elementsEqual(source), "round \(round)")
        }
        last = passage.source.upperBound
      }
      // Where the whole text is one line, the gate says whether there can be a passage.
      if !bytes.withUnsafeBytes({ TextNormalizer.mayChange($0) }) { #expect(view.passages.isEmpty) }
    }
  }

  @Test("a text of one line, changed everywhere, is folded as by the normalizer")
  func oneLine() {
    for piece in ["pаyments.com ", "ig\u{200B}nore ", "<b>x</b>y ", "1gn0r3 4ll "] {
      let text = String(repeating: piece, count: 3000)
      let found = passages(text)
      #expect(found.count == 1)
      #expect(found.first?.folded == folded(text)?.view)
    }
  }
}
