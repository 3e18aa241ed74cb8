/// Look-alike letters of other scripts, in words that mix scripts.
///
/// A word of Latin letters and look-alikes only is written in Latin. On a line that is Latin for the most part and
/// has such a word, words made of look-alikes alone follow; single letters too, between single Latin letters and no others
/// (`р a s s`). Nothing else changes: Russian, Greek and Armenian stay as they are.
struct HomoglyphFolding {
  private struct Word {
    let range: Range<Int>
    let isMixed: Bool
  }

  /// The candidates of the current line.
  private var words: [Word] = []
  private var latinWords = 0
  private var foreignWords = 0
  private var singleLatinLetters = 0

  mutating func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    beginLine()
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == 0x0A {
        endLine(text, &buffer, &summary)
        index += 1
      } else if byte.isASCIILetter || byte >= 0x80 {
        index = word(text, from: index)
      } else {
        index += 1
      }
    }
    endLine(text, &buffer, &summary)
  }

  /// Reads one word, notes it, returns its end.
  private mutating func word(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    var letters = LetterCount()
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        guard byte.isASCIIAlphanumeric else { break }
        if byte.isASCIILetter { letters.latin += 1 }
        index += 1
        continue
      }
      let scalar = DecodedScalar(text, at: index)
      let kind = ScalarClass.of(scalar.value).kind
      guard letters.add(kind) else { break }
      index += scalar.length
    }
    guard index > start else { return start + DecodedScalar(text, at: start).length }
    if letters.latin == 1 && letters.foreign == 0 { singleLatinLetters += 1 }
    if letters.isMixed {
      words.append(Word(range: start..<index, isMixed: true))
      latinWords += 1
    } else if letters.isTwinsOnly {
      words.append(Word(range: start..<index, isMixed: false))
    } else if letters.latin > 0 && letters.foreign == 0 {
      latinWords += 1
    } else {
      foreignWords += 1
    }
    return index
  }

  private struct LetterCount {
    var latin = 0
    var cyrillicTwins = 0
    var cousins = 0
    var greekTwins = 0
    var otherTwins = 0
    var others = 0

    var foreign: Int { twins + cousins + others }
    private var twins: Int { cyrillicTwins + greekTwins + otherTwins }

    /// False: the scalar is no part of a word.
    mutating func add(_ kind: ScalarClass.Kind) -> Bool {
      switch kind {
      case .cyrillicTwin: cyrillicTwins += 1
      case .cyrillicCousin: cousins += 1
      case .greekTwin: greekTwins += 1
      case .otherTwin: otherTwins += 1
      case .styled, .accented: latin += 1
      case .cyrillic, .greek, .hebrew, .arabic, .joining: others += 1
      case .combining: break
      default: return false
      }
      return true
    }

    var isMixed: Bool {
      guard twins + cousins > 0, others == 0 else { return false }
      let scripts = [latin, cyrillicTwins + cousins, greekTwins, otherTwins].count { $0 > 0 }
      guard scripts > 1 else { return false }
      // "cистема" is a Russian word with a slip of the keyboard.
      if cousins > 0 && latin < twins + cousins { return false }
      // µm, Δt, λx: a Greek letter in a formula.
      return greekTwins == 0 || latin + twins + cousins > 2
    }

    var isTwinsOnly: Bool { latin == 0 && twins > 0 && cousins == 0 && others == 0 }
  }

  private mutating func endLine(
    _ text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary
  ) {
    let hasMixed = words.contains { $0.isMixed }
    let isSpaced = singleLatinLetters >= 4 && foreignWords == 0 && !words.isEmpty
    if hasMixed || isSpaced {
      for word in words where word.isMixed || latinWords > foreignWords {
        if word.isMixed || isSpaced { summary.homoglyphWords.note(at: word.range.lowerBound) }
        rewrite(word.range, text, &buffer)
      }
    }
    beginLine()
  }

  private mutating func beginLine() {
    words.removeAll(keepingCapacity: true)
    latinWords = 0
    foreignWords = 0
    singleLatinLetters = 0
  }

  private func rewrite(_ range: Range<Int>, _ text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer) {
    var index = range.lowerBound
    while index < range.upperBound {
      let scalar = DecodedScalar(text, at: index)
      let kind = ScalarClass.of(scalar.value)
      if kind.ascii != 0 {
        buffer.drop(index..<index + scalar.length, of: text)
        buffer.put(kind.ascii)
      } else if kind.kind == .combining {
        buffer.drop(index..<index + scalar.length, of: text)
      }
      index += scalar.length
    }
  }
}
