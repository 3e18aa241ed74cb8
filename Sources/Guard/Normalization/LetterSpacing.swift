/// Words with something between all their letters: `i g n o r e`, `i.g.n.o.r.e`, `i-g-n-o-r-e`.
///
/// A run is at least four single characters, most of them letters, with the same separator between them. A wider gap inside the run
/// ends a word. Unless the separator is a blank, one word must have four letters: `e.g. U.S.` is no run. Shorter runs join when
/// they follow a long one.
enum LetterSpacing {
  static func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    var index = 0
    var lastRunEnd = -10
    while index + 2 < text.count {
      guard startsRun(text, index) else {
        index += 1
        continue
      }
      let run = Run(text, from: index)
      let longest = run.separator == 0x20 ? run.letters : run.longestWord
      let isEnough = longest >= 4 || (run.letters >= 2 && index - lastRunEnd <= 3)
      guard isEnough, run.letters * 5 >= run.elements * 3 else {
        // Whatever starts inside this run is a part of it.
        index = max(run.end, index + 1)
        continue
      }
      summary.letterSpacedRuns.note(at: index)
      join(text, run, &buffer)
      lastRunEnd = run.end
      index = run.end
    }
  }

  /// A blank, tab, line feed or one of . - _ , | / * + ~ = : ; \
  @inline(__always)
  private static func isSeparator(_ byte: UInt8) -> Bool {
    ASCIISet(low: 0x2C00_FC01_0000_0600, high: 0x5000_0000_9000_0000).contains(byte)
  }

  /// A single character, with no other before it, and the separator of a run behind it.
  @inline(__always)
  private static func startsRun(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    guard isSeparator(text[index + 1]) else { return false }
    if index > 0, isWordByte(text[index - 1]) { return false }
    guard isElement(text[index]), isElement(text[index + 2]) else { return false }
    guard text[index].isASCIIAlphanumeric || text[index + 2].isASCIIAlphanumeric else { return false }
    return text[index + 1] != text[index]
  }

  private static func isElement(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

  private static func isWordByte(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || byte >= 0x80 }

  struct Run {
    let start: Int
    private(set) var end: Int
    let separator: UInt8
    private(set) var letters = 0
    private(set) var elements = 0
    /// Letters between two wider gaps, the most.
    private(set) var longestWord = 0

    init(_ text: UnsafeRawBufferPointer, from start: Int) {
      self.start = start
      separator = text[start + 1]
      end = start + 1
      var index = start
      var word = 0
      while index < text.count, isElement(text[index]), text[index] != separator || separator < 0x21 {
        // The last character of a run is followed by no further letter.
        let next = index + 1
        if next < text.count, isWordByte(text[next]), text[index].isASCIIAlphanumeric { break }
        elements += 1
        if text[index].isASCIILetter {
          letters += 1
          word += 1
          longestWord = max(longestWord, word)
        }
        end = next
        guard next < text.count, text[next] == separator else { break }
        index = next + 1
        var gap = 1
        while index < text.count, gap < 8, text[index] == separator || (separator != 0x20 && text[index] == 0x20) {
          index += 1
          gap += 1
        }
        if gap > 1 { word = 0 }
      }
    }
  }

  /// Writes the elements of a run without what stands between, one blank for a wider gap.
  private static func join(_ text: UnsafeRawBufferPointer, _ run: Run, _ buffer: inout FoldBuffer) {
    var index = run.start + 1
    while index < run.end {
      let gap = index
      while index < run.end, text[index] == run.separator || (run.separator != 0x20 && text[index] == 0x20) {
        index += 1
      }
      buffer.drop(gap..<index, of: text)
      if index - gap > 1 { buffer.put(0x20) }
      index += 1
    }
  }
}
