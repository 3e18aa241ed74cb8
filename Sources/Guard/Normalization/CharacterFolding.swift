/// Folds single characters: drops invisible ones, decodes hidden messages, brings letters to ASCII, takes marks off.
///
/// Letters of other scripts stay; `HomoglyphFolding` judges them by the word.
struct CharacterFolding {
  static func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    var pass = CharacterFolding(text)
    pass.run(until: text.count, &buffer, &summary)
  }

  /// The same on a piece of a text, where only what stands in `range` is counted.
  static func apply(
    to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary,
    counting range: Range<Int>
  ) {
    var pass = CharacterFolding(text)
    var ignored = FoldSummary()
    pass.run(until: range.lowerBound, &buffer, &ignored)
    pass.run(until: range.upperBound, &buffer, &summary)
  }

  private let text: UnsafeRawBufferPointer
  private var index = 0
  /// The last visible scalar: its kind, and the ASCII character that the view has for it, or 0.
  private var previous = ScalarClass.Kind.other
  private var previousASCII: UInt8 = 0
  private var marksOnBase = 0
  private var invisibleRun = 0
  /// Where the last right-to-left letter stood; far away at the start.
  private var lastRightToLeft = Int.min / 2

  private init(_ text: UnsafeRawBufferPointer) { self.text = text }

  private mutating func run(until end: Int, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    while index < end {
      skipPlainText(until: end)
      guard index < end else { return }
      let byte = text[index]
      if byte < 0x80 {
        if byte >= 0x20 && byte != 0x7F || byte &- 9 < 5 {
          visible(.ascii, ascii: byte, length: 1)
        } else if byte == 0x1B {
          escapeSequence(introducer: 1, &buffer, &summary)
        } else {
          remove(1, &buffer)
          summary.controls.note(at: index - 1)
        }
      } else {
        let scalar = DecodedScalar(text, at: index)
        fold(scalar, ScalarClass.of(scalar.value), &buffer, &summary)
      }
    }
  }

  /// Passes over ASCII without control characters, eight bytes a step.
  @inline(__always)
  private mutating func skipPlainText(until end: Int) {
    guard let base = text.baseAddress else { return }
    let high: UInt64 = 0x8080_8080_8080_8080
    let start = index
    while index + 8 <= end {
      let word = (base + index).loadUnaligned(as: UInt64.self)
      // A byte below 0x20 borrows into its high bit; bytes of 0x7F are rare and handled one by one.
      let below = (word &- 0x2020_2020_2020_2020) & ~word
      let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
      let isDelete = (delete &- 0x0101_0101_0101_0101) & ~delete
      if (word | below | isDelete) & high != 0 { break }
      index += 8
    }
    if index > start {
      let last = text[index - 1]
      visible(.ascii, ascii: last, length: 0)
    }
  }

  private mutating func fold(
    _ scalar: DecodedScalar, _ kind: ScalarClass, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary
  ) {
    switch kind.kind {
    case .styled:
      if isLoneEmojiLetter(scalar) { return visible(.emoji, ascii: 0, length: scalar.length) }
      summary.styledLetters.note(at: index)
      replace(scalar.length, with: kind.ascii, kind.kind, &buffer)
    case .accented:
      summary.accentedLetters.note(at: index)
      replace(scalar.length, with: kind.ascii, kind.kind, &buffer)
    case .fullWidthPunctuation:
      guard foldsPunctuation(scalar) else { return visible(.other, ascii: 0, length: scalar.length) }
      summary.styledLetters.note(at: index)
      replace(scalar.length, with: kind.ascii, .styled, &buffer)
    case .regionalIndicator:
      // Two in a row are a flag; one alone is a letter in a box.
      let next = classOfScalar(at: index + scalar.length)
      if next.kind == .regionalIndicator { return visible(.emoji, ascii: 0, length: scalar.length * 2) }
      summary.styledLetters.note(at: index)
      replace(scalar.length, with: kind.ascii, .styled, &buffer)
    case .invisible, .joiner, .directionMark, .bidiControl:
      invisible(scalar, kind.kind, &buffer, &summary)
    case .variationSelector:
      variationSelectors(&buffer, &summary)
    case .tag:
      tagCharacters(&buffer, &summary)
    case .space:
      let nextIsLatin = isLatinOrASCII(classOfScalar(at: index + scalar.length).kind)
      guard isLatinOrASCII(previous) || nextIsLatin else {
        return visible(.space, ascii: 0, length: scalar.length)
      }
      summary.exoticSpaces.note(at: index)
      replace(scalar.length, with: 0x20, .ascii, &buffer)
    case .lineSeparator:
      summary.exoticSpaces.note(at: index)
      replace(scalar.length, with: 0x0A, .ascii, &buffer)
    case .combining:
      combiningMark(scalar, &buffer, &summary)
    case .control:
      if scalar.value == 0x9B { return escapeSequence(introducer: 2, &buffer, &summary) }
      summary.controls.note(at: index)
      remove(scalar.length, &buffer)
    case .hebrew, .arabic:
      lastRightToLeft = index
      visible(kind.kind, ascii: 0, length: scalar.length)
    default:
      visible(kind.kind, ascii: 0, length: scalar.length)
    }
  }

  // MARK: Letters and marks

  /// 🅰 🅱 🅾 🅿 Ⓜ are emoji when they stand alone.
  private func isLoneEmojiLetter(_ scalar: DecodedScalar) -> Bool {
    guard scalar.value == 0x24C2 || (0x1F170...0x1F189).contains(scalar.value) else { return false }
    let next = classOfScalar(at: index + scalar.length).kind
    return previous != .styled && next != .styled && !previousASCII.isASCIILetter
  }

  /// Full-width punctuation is ordinary between ideographs; between Latin letters it is a disguise.
  private func foldsPunctuation(_ scalar: DecodedScalar) -> Bool {
    let next = classOfScalar(at: index + scalar.length)
    if previous == .styled || next.kind == .styled { return true }
    // These have no place in Chinese or Japanese sentences.
    if isTechnical(scalar.value) && (previousASCII > 0x20 || previousASCII == 0 && next.kind == .ascii) { return true }
    if isTechnical(scalarValue(at: index + scalar.length)) { return true }
    let nextByte = index + scalar.length < text.count ? text[index + scalar.length] : 0
    let nextIsPart = nextByte.isASCIIAlphanumeric || nextByte == 0x2F || next.kind == .fullWidthPunctuation
    return previousASCII.isASCIIAlphanumeric && nextIsPart
  }

  /// Full-width ＃ ＄ ％ ＆ ＊ ＋ ． ／ ＜ ＝ ＞ ＠ ＼ ＾ ＿ ｀ ｛ ｜ ｝.
  private func isTechnical(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xFF03...0xFF06, 0xFF0A...0xFF0B, 0xFF0E...0xFF0F, 0xFF1C...0xFF1E, 0xFF20, 0xFF3C, 0xFF3E...0xFF40,
      0xFF5B...0xFF5D:
      true
    default: false
    }
  }

  private mutating func combiningMark(
    _ scalar: DecodedScalar, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary
  ) {
    marksOnBase += 1
    // A digit in a keycap emoji.
    if scalar.value == 0x20E3 { return keepMark(scalar) }
    if marksOnBase == 3 { summary.combiningStacks.note(at: index) }
    let isOverlay = (0x0332...0x0338).contains(scalar.value) || (0x20D0...0x20F0).contains(scalar.value)
    switch previous {
    case .ascii, .styled, .accented:
      if isOverlay || marksOnBase > 2 {
        summary.combiningMarks.note(at: index)
      } else {
        summary.accentedLetters.note(at: index)
      }
    default:
      // Й, ё, ά written as letter and mark, Hebrew points on the same base: not ours to take off.
      if !isOverlay && marksOnBase < 3 { return keepMark(scalar) }
      summary.combiningMarks.note(at: index)
    }
    remove(scalar.length, &buffer)
  }

  private mutating func keepMark(_ scalar: DecodedScalar) {
    invisibleRun = 0
    index += scalar.length
  }

  // MARK: What one does not see

  private mutating func invisible(
    _ scalar: DecodedScalar, _ kind: ScalarClass.Kind, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary
  ) {
    let next = classOfScalar(at: index + scalar.length).kind
    if belongs(scalar, kind, next: next) {
      index += scalar.length
      return
    }
    switch kind {
    case .bidiControl:
      if !isNearRightToLeft(next) {
        summary.bidiControls.note(at: index)
        if scalar.value == 0x202D || scalar.value == 0x202E { summary.bidiOverrides.note(at: index) }
      }
    case .directionMark:
      summary.directionMarks.note(at: index)
    default:
      if scalar.value == 0xAD { summary.softHyphens.note(at: index) } else { summary.invisible.note(at: index) }
    }
    invisibleRun += 1
    summary.longestInvisibleRun = max(summary.longestInvisibleRun, invisibleRun)
    let run = invisibleRun
    remove(scalar.length, &buffer)
    invisibleRun = run
  }

  private func belongs(_ scalar: DecodedScalar, _ kind: ScalarClass.Kind, next: ScalarClass.Kind) -> Bool {
    switch (kind, scalar.value) {
    case (.invisible, 0xFEFF):
      // A byte order mark.
      return index == 0
    case (.invisible, 0x200B), (.invisible, 0x2060):
      return previous == .unspaced || (previous == .ideograph && next == .ideograph)
    case (.invisible, 0x180E), (.invisible, 0x17B4), (.invisible, 0x17B5):
      return previous == .joining || previous == .unspaced
    case (.invisible, 0x1160), (.invisible, 0x115F), (.invisible, 0x3164):
      return previous == .ideograph
    case (.joiner, _):
      if previous == .arabic || previous == .joining || previous == .unspaced { return true }
      return scalar.value == 0x200D && previous == .emoji && next == .emoji
    case (.directionMark, _):
      // Between Latin letters it has no work to do, whatever else is on the line.
      return isNearRightToLeft(next) && !(previousASCII.isASCIILetter && next == .ascii)
    default:
      return false
    }
  }

  private func isNearRightToLeft(_ next: ScalarClass.Kind) -> Bool {
    next == .hebrew || next == .arabic || index - lastRightToLeft < 80
  }

  /// A selector after an emoji or ideograph picks its form. Three or more in a row carry bytes: the selectors 1 to 256
  /// stand for 0 to 255.
  private mutating func variationSelectors(_ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    let start = index
    var end = index
    var count = 0
    while end < text.count, text[end] >= 0x80 {
      let scalar = DecodedScalar(text, at: end)
      guard ScalarClass.of(scalar.value).kind == .variationSelector else { break }
      end += scalar.length
      count += 1
    }
    if count < 3 {
      let isKeycap = hasBytes("\u{20E3}", in: text, at: end)
      let belongs = count == 1 && (!isLatinOrASCII(previous) || isKeycap)
      if belongs || previous == .joining {
        index = end
        return
      }
      summary.invisible.note(at: start, count: count)
      summary.longestInvisibleRun = max(summary.longestInvisibleRun, invisibleRun + count)
      return remove(end - start, &buffer)
    }
    summary.selectorRuns.note(at: start, count: count)
    buffer.drop(start..<start, of: text)
    buffer.put(0x0A)
    while index < end {
      let scalar = DecodedScalar(text, at: index)
      // U+FE00 is 0, U+E0100 is 16.
      let value = scalar.value < 0xFE10 ? scalar.value &- 0xFE00 : scalar.value &- 0xE0100 &+ 16
      buffer.drop(index..<index + scalar.length, of: text)
      if value < 0x7F, value >= 0x20 { buffer.put(UInt8(value)) }
      index += scalar.length
    }
    visible(.ascii, ascii: 0x0A, length: 0)
  }

  /// U+E0020–E007E are ASCII that nobody sees. The view has them as a line of its own.
  private mutating func tagCharacters(_ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    let start = index
    if let flag = TagSequence.flagLength(text, at: index) {
      index += flag
      return
    }
    var count = 0
    while index + 4 <= text.count, text[index] == 0xF3, text[index + 1] == 0xA0, text[index + 2] & 0xFE == 0x80 {
      let ascii = (text[index + 2] & 1) << 6 | text[index + 3] & 0x3F
      buffer.drop(index..<index + 4, of: text)
      if count == 0 { buffer.put(0x0A) }
      if ascii >= 0x20 && ascii < 0x7F { buffer.put(ascii) }
      count += 1
      index += 4
    }
    if count == 0 { return visible(.other, ascii: 0, length: DecodedScalar(text, at: index).length) }
    summary.tagCharacters.note(at: start, count: count)
    visible(.ascii, ascii: 0x0A, length: 0)
  }

  // MARK: Terminal escape sequences

  private mutating func escapeSequence(
    introducer: Int, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary
  ) {
    let sequence = EscapeSequence(text, at: index, introducer: introducer)
    summary.escapeSequences.note(at: index)
    if sequence.conceals { summary.concealments.note(at: index) }
    let end = index + sequence.length
    buffer.drop(index..<end, of: text)
    // A colour in the middle of a word leaves the word whole; two texts that only the sequence divided stay two.
    let next = end < text.count ? text[end] : 0
    if sequence.movesCursor || (previousASCII.isASCIILower && next.isASCIIUpper) { buffer.put(0x20) }
    index = end
    invisibleRun = 0
  }

  // MARK: Steps

  @inline(__always)
  private mutating func visible(_ kind: ScalarClass.Kind, ascii: UInt8, length: Int) {
    previous = kind
    previousASCII = ascii
    marksOnBase = 0
    invisibleRun = 0
    index += length
  }

  private mutating func replace(_ length: Int, with ascii: UInt8, _ kind: ScalarClass.Kind, _ buffer: inout FoldBuffer)
  {
    buffer.drop(index..<index + length, of: text)
    buffer.put(ascii)
    visible(kind, ascii: ascii, length: length)
  }

  private mutating func remove(_ length: Int, _ buffer: inout FoldBuffer) {
    buffer.drop(index..<index + length, of: text)
    index += length
    invisibleRun = 0
  }

  private func isLatinOrASCII(_ kind: ScalarClass.Kind) -> Bool {
    kind == .ascii || kind == .styled || kind == .accented
  }

  private func scalarValue(at position: Int) -> UInt32 {
    position < text.count ? DecodedScalar(text, at: position).value : 0
  }

  private func classOfScalar(at position: Int) -> ScalarClass {
    position < text.count ? ScalarClass.of(scalarValue(at: position)) : ScalarClass(.other)
  }
}
