/// Makes the folded view of a text: what a person or a model reads behind the disguise of its characters.
///
/// Passes, in order: text in right-to-left overrides turned round; invisible characters, marks, escape sequences and letter
/// shapes; look-alike letters of other scripts in mixed words; markup inside words; letter-spacing; leetspeak; wide
/// gaps. Each is one forward scan in linear time and runs only where `FoldGate` says that it may find something. The output is
/// never longer than the input. The value keeps its working memory between texts: one per thread.
package struct TextNormalizer {
  private var buffer = FoldBuffer()
  private var current: [UInt8] = []
  private var maps: [OffsetMap] = []
  private var leetspeak = Leetspeak()
  private var homoglyphs = HomoglyphFolding()

  package init() {}

  /// A fast gate, about 2 GB/s: false means that folding cannot change the text.
  package static func mayChange(_ text: UnsafeRawBufferPointer) -> Bool { !FoldGate.reasons(text).isEmpty }

  /// Appends the folded text to `output`.
  ///
  /// - Returns: what was seen, or nil, and nothing appended, if the text is its own folded view.
  /// - Complexity: linear in the length of the text. Appends at most `text.count` bytes.
  package mutating func fold(_ text: UnsafeRawBufferPointer, into output: inout [UInt8]) -> FoldSummary? {
    maps.removeAll(keepingCapacity: true)
    var summary = FoldSummary()
    var reasons = FoldGate.reasons(text)
    if reasons.isEmpty { return nil }

    for pass in Pass.allCases where reasons.contains(pass.reason) {
      // Offsets in the summary are offsets of the original text.
      var seen = FoldSummary()
      let changed: Bool
      if maps.isEmpty {
        changed = run(pass, on: text, &seen)
      } else {
        let source = current
        changed = source.withUnsafeBytes { run(pass, on: $0, &seen) }
      }
      summary.add(seen) { sourceOffset(of: $0) }
      guard changed else { continue }
      maps.append(buffer.map)
      buffer.exchange(&current)
      reasons = current.withUnsafeBytes { FoldGate.reasons($0) }
      if pass == .whiteSpace { break }
    }

    guard !maps.isEmpty else { return nil }
    output.append(contentsOf: current)
    releaseLargeMemory()
    return summary
  }

  /// Where in the last folded text a byte of its view comes from. O(passes × log edits). Right to the letter, except inside
  /// text that was turned round, where it is right to the passage.
  package func sourceOffset(of outputOffset: Int) -> Int {
    var offset = outputOffset
    for map in maps.reversed() { offset = map.input(of: offset) }
    return offset
  }

  private enum Pass: CaseIterable {
    case bidi, characters, homoglyphs, splitWords, letterSpacing, leetspeak, whiteSpace

    var reason: FoldGate.Reasons {
      switch self {
      case .bidi, .homoglyphs: .nonASCII
      case .characters: [.nonASCII]
      case .splitWords: .markup
      case .letterSpacing: .spacing
      case .leetspeak: .leet
      case .whiteSpace: .gap
      }
    }
  }

  private mutating func run(_ pass: Pass, on text: UnsafeRawBufferPointer, _ summary: inout FoldSummary) -> Bool {
    buffer.begin()
    switch pass {
    case .bidi: BidiReversal.apply(to: text, &buffer)
    case .characters: CharacterFolding.apply(to: text, &buffer, &summary)
    case .homoglyphs: homoglyphs.apply(to: text, &buffer, &summary)
    case .splitWords: SplitWords.apply(to: text, &buffer, &summary)
    case .letterSpacing: LetterSpacing.apply(to: text, &buffer, &summary)
    case .leetspeak: leetspeak.apply(to: text, &buffer, &summary)
    case .whiteSpace: WideGaps.apply(to: text, &buffer, &summary)
    }
    buffer.finish(text)
    return buffer.isChanged
  }

  /// One long text must not hold its memory for the rest of the session.
  private mutating func releaseLargeMemory() {
    let limit = 1 << 20
    if current.capacity > limit { current = [] }
    if buffer.bytes.capacity > limit { buffer = FoldBuffer() }
  }
}

extension FoldSummary {
  /// Adds the counts of a later pass, whose offsets are translated.
  fileprivate mutating func add(_ other: FoldSummary, translate: (Int) -> Int) {
    func merge(_ sighting: inout Sighting, _ more: Sighting) {
      if more.count > 0 { sighting.note(at: translate(more.first), count: more.count) }
    }
    // One by one: key paths cost more than the passes.
    merge(&invisible, other.invisible)
    merge(&softHyphens, other.softHyphens)
    merge(&directionMarks, other.directionMarks)
    merge(&bidiControls, other.bidiControls)
    merge(&bidiOverrides, other.bidiOverrides)
    merge(&tagCharacters, other.tagCharacters)
    merge(&selectorRuns, other.selectorRuns)
    merge(&homoglyphWords, other.homoglyphWords)
    merge(&styledLetters, other.styledLetters)
    merge(&accentedLetters, other.accentedLetters)
    merge(&combiningMarks, other.combiningMarks)
    merge(&combiningStacks, other.combiningStacks)
    merge(&exoticSpaces, other.exoticSpaces)
    merge(&controls, other.controls)
    merge(&escapeSequences, other.escapeSequences)
    merge(&concealments, other.concealments)
    merge(&splitWords, other.splitWords)
    merge(&letterSpacedRuns, other.letterSpacedRuns)
    merge(&leetWords, other.leetWords)
    merge(&wideGaps, other.wideGaps)
    longestInvisibleRun = max(longestInvisibleRun, other.longestInvisibleRun)
  }
}
