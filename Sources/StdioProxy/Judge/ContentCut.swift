import Guard
import JSONRPC

/// Works out how a message is made harmless: entries of a list are withheld, instructions are cut, other offending strings
/// are replaced by a marker.
struct ContentCut {
  let content: UnsafeRawBufferPointer
  let message: Message
  let exchange: Exchange
  let inspection: Inspection

  /// Stands where a string was.
  private static let marker = "[removed by oktsec]"

  private var isList: Bool {
    exchange.kind == .response && exchange.method.hasSuffix("/list") && message.result != nil
      && !inspection.facts.entries.isEmpty
  }

  struct Outcome {
    var rewrite = FrameRewrite()
    /// Names of the list entries that were cut.
    var withheld: [String] = []
  }

  /// - Parameters:
  ///   - offends: whether strings that call for more than a flag are to be removed.
  ///   - isListed: whether an entry of this name may be shown at all.
  func outcome(offends: Bool, isListed: (String) -> Bool) -> Outcome {
    var outcome = Outcome()
    var removed: Set<Int> = []
    if isList {
      for (index, entry) in inspection.facts.entries.enumerated() {
        let isPoisoned = offends && inspection.entryVerdicts[index, default: .clean] > .flag
        guard isPoisoned || !isListed(entry.name) else { continue }
        removed.insert(index)
        outcome.withheld.append(entry.name)
      }
      if !removed.isEmpty {
        cutEntries(removed, &outcome.rewrite)
        expire(&outcome.rewrite)
      }
    }
    if offends { neutralise(except: removed, &outcome.rewrite) }
    return outcome
  }

  // MARK: Lists

  /// Cuts runs of neighbouring entries, each with the comma that would be left over.
  private func cutEntries(_ removed: Set<Int>, _ rewrite: inout FrameRewrite) {
    let entries = inspection.facts.entries
    var first = 0
    while first < entries.count {
      guard removed.contains(first) else {
        first += 1
        continue
      }
      var last = first
      while last + 1 < entries.count, removed.contains(last + 1), areNeighbours(entries[last], entries[last + 1]) {
        last += 1
      }
      rewrite.cut(withComma(entries[first].range.lowerBound..<entries[last].range.upperBound))
      first = last + 1
    }
  }

  /// Whether only a comma stands between two entries: they belong to the same list.
  private func areNeighbours(_ left: MessageFacts.Entry, _ right: MessageFacts.Entry) -> Bool {
    guard left.range.upperBound <= right.range.lowerBound else { return false }
    return content[left.range.upperBound..<right.range.lowerBound].allSatisfy { isSpace($0) || $0 == Self.comma }
  }

  /// A list that was cut must not be cached (revision 2026-07-28, `ttlMs`).
  private func expire(_ rewrite: inout FrameRewrite) {
    guard exchange.isModern, let result = message.result else { return }
    if let timeToLive = inspection.facts.timeToLive {
      rewrite.replace(timeToLive, with: Array("0".utf8))
    } else {
      let inside = result.lowerBound + 1
      rewrite.replace(inside..<inside, with: Array("\"ttlMs\":0,".utf8))
    }
  }

  // MARK: Strings

  private func neutralise(except removed: Set<Int>, _ rewrite: inout FrameRewrite) {
    var cutsInstructions = false
    var names = 0
    for offence in inspection.offending {
      if let entry = offence.entry, removed.contains(entry) { continue }
      if let instructions = inspection.facts.instructions, instructions.contains(offence.literal.lowerBound) {
        if !cutsInstructions { rewrite.cut(withComma(instructions)) }
        cutsInstructions = true
        continue
      }
      var writer = JSONWriter()
      if offence.isName {
        // Two members must not end up with one name.
        names += 1
        writer.string("\(Self.marker) \(names)")
      } else {
        writer.string(Self.marker)
      }
      rewrite.replace((offence.literal.lowerBound - 1)..<(offence.literal.upperBound + 1), with: writer.bytes)
    }
  }

  // MARK: Commas

  private static let comma = UInt8(ascii: ",")

  /// The range with the comma behind it or, for the last of several, the one before it.
  private func withComma(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end < message.range.upperBound, isSpace(content[end]) { end += 1 }
    if end < message.range.upperBound, content[end] == Self.comma {
      end += 1
      while end < message.range.upperBound, isSpace(content[end]) { end += 1 }
      return range.lowerBound..<end
    }
    var start = range.lowerBound
    while start > message.range.lowerBound, isSpace(content[start - 1]) { start -= 1 }
    if start > message.range.lowerBound, content[start - 1] == Self.comma { return (start - 1)..<range.upperBound }
    return range
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
