/// A range of bytes and what takes its place.
struct TextEdit: Sendable, Equatable {
  var range: Range<Int>
  var replacement: [UInt8]

  init(_ range: Range<Int>, _ replacement: [UInt8]) {
    self.range = range
    self.replacement = replacement
  }

  init(at offset: Int, insert text: [UInt8]) { self.init(offset..<offset, text) }

  /// Applies edits that do not overlap, given in any order.
  ///
  /// - Returns: nil when they overlap or reach beyond the text.
  static func apply(_ edits: [TextEdit], to text: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count + edits.reduce(0) { $0 + $1.replacement.count })
    var end = 0
    let order = edits.indices.sorted { (edits[$0].range.lowerBound, $0) < (edits[$1].range.lowerBound, $1) }
    for edit in order.map({ edits[$0] }) {
      guard edit.range.lowerBound >= end, edit.range.upperBound <= text.count else { return nil }
      result += text[end..<edit.range.lowerBound]
      result += edit.replacement
      end = edit.range.upperBound
    }
    result += text[end...]
    return result
  }
}
