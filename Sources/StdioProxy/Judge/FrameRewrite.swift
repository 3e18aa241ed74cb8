/// Cuts and replacements in a frame's content. Whatever no edit touches stays byte for byte.
struct FrameRewrite {
  private struct Edit {
    var range: Range<Int>
    var replacement: [UInt8]
  }

  private var edits: [Edit] = []

  var isEmpty: Bool { edits.isEmpty }

  mutating func replace(_ range: Range<Int>, with replacement: [UInt8]) {
    edits.append(Edit(range: range, replacement: replacement))
  }

  mutating func cut(_ range: Range<Int>) { replace(range, with: []) }

  /// The edited bytes of `part`. Where edits overlap, the one that begins first wins, of those the longest; an edit that reaches
  /// beyond the part is not applied.
  func applied(to content: UnsafeRawBufferPointer, part: Range<Int>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(part.count)
    var index = part.lowerBound
    let ordered = edits.sorted {
      ($0.range.lowerBound, -$0.range.upperBound) < ($1.range.lowerBound, -$1.range.upperBound)
    }
    for edit in ordered where edit.range.lowerBound >= index && edit.range.upperBound <= part.upperBound {
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: content[index..<edit.range.lowerBound]))
      output.append(contentsOf: edit.replacement)
      index = edit.range.upperBound
    }
    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: content[index..<part.upperBound]))
    return output
  }
}
