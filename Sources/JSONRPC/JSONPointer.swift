/// Tells where in a JSON text a byte stands, as a JSON pointer (RFC 6901).
package enum JSONPointer {
  /// The pointer of the value or member name that holds the byte at `offset`; empty for the whole text.
  ///
  /// The text must be valid JSON. Linear in the text; meant for findings, which are rare. A pointer longer than
  /// 512 bytes is cut and ends in `…`.
  package static func locating(_ offset: Int, in text: UnsafeRawBufferPointer, maximumDepth: Int = 512) -> String {
    locating([offset], in: text, maximumDepth: maximumDepth)[0]
  }

  /// The same for many offsets in one pass; the answers are in the order of the offsets.
  package static func locating(
    _ offsets: [Int], in text: UnsafeRawBufferPointer, maximumDepth: Int = 512
  ) -> [String] {
    var scanner = JSONScanner(maximumDepth: maximumDepth)
    let order = offsets.indices.sorted { offsets[$0] < offsets[$1] }
    var sink = PointerSink(text: text, targets: order.map { offsets[$0] })
    _ = try? scanner.scan(text, sink: &sink)
    var pointers = Array(repeating: "", count: offsets.count)
    for (index, pointer) in zip(order, sink.found) { pointers[index] = pointer }
    return pointers
  }

  static let maximumLength = 512
}

private struct PointerSink: JSONSink {
  let text: UnsafeRawBufferPointer
  /// Ascending.
  let targets: [Int]
  /// The pointers of the first targets; the other targets lie further on.
  var found: [String] = []

  private enum Step {
    case name(JSONString?)
    case index(Int)
  }
  private var path: [Step] = []

  init(text: UnsafeRawBufferPointer, targets: [Int]) {
    self.text = text
    self.targets = targets
  }

  mutating func beginObject(at offset: Int) {
    enterValue()
    path.append(.name(nil))
  }

  mutating func beginArray(at offset: Int) {
    enterValue()
    path.append(.index(-1))
  }

  mutating func endObject(at end: Int) { path.removeLast() }
  mutating func endArray(at end: Int) { path.removeLast() }

  mutating func memberName(_ name: JSONString) {
    if case .name = path.last { path[path.count - 1] = .name(name) }
    note(name)
  }

  mutating func string(_ value: JSONString) {
    enterValue()
    note(value)
  }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    enterValue()
    note(range)
  }

  private mutating func enterValue() {
    if case .index(let index) = path.last { path[path.count - 1] = .index(index + 1) }
  }

  private mutating func note(_ string: JSONString) {
    note((string.start - 1)..<(string.end + 1))
  }

  /// Values come in the order in which they stand, so that one look at the next targets is enough.
  private mutating func note(_ range: Range<Int>) {
    while found.count < targets.count, targets[found.count] < range.upperBound {
      found.append(range.contains(targets[found.count]) ? pointer : "")
    }
  }

  private var pointer: String {
    var output = ""
    for step in path {
      switch step {
      case .name(let name):
        output += "/"
        for scalar in (name?.value(in: text) ?? "").unicodeScalars {
          switch scalar {
          case "~": output += "~0"
          case "/": output += "~1"
          default: output.unicodeScalars.append(scalar)
          }
          if output.utf8.count > JSONPointer.maximumLength { return cut(output) }
        }
      case .index(let index): output += "/\(index)"
      }
      if output.utf8.count > JSONPointer.maximumLength { return cut(output) }
    }
    return output
  }

  /// By scalars: finding the last character of a hostile string can take time linear in its length.
  private func cut(_ long: String) -> String {
    var output = long
    while output.utf8.count > JSONPointer.maximumLength { output.unicodeScalars.removeLast() }
    return output + "…"
  }
}
