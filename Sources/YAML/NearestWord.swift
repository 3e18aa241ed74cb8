/// Finds what somebody may have meant: a member of a file above all, a command or a name as well.
package enum NearestWord {
  /// The known words nearest to `word`, best first: those that differ in few places, or begin with it. Case does not
  /// count, and `-` equals `_`.
  package static func candidates(for word: String, among known: some Sequence<String>, limit: Int = 3) -> [String] {
    let wanted = Array(folded(word).prefix(64))
    guard !wanted.isEmpty else { return [] }
    let allowed = max(1, wanted.count / 3)
    var found: [(word: String, distance: Int)] = []
    for candidate in known {
      let bytes = folded(candidate)
      if wanted.count >= 3, bytes.starts(with: wanted) {
        found.append((candidate, 0))
      } else if abs(bytes.count - wanted.count) <= allowed {
        let distance = distance(wanted, bytes)
        if distance <= allowed { found.append((candidate, distance)) }
      }
    }
    return found.sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }.prefix(limit).map(\.word)
  }

  /// "did you mean a, b or c?", or nil when nothing is near.
  package static func hint(for word: String, among known: some Sequence<String>) -> String? {
    let words = candidates(for: word, among: known)
    guard let last = words.last else { return nil }
    return words.count == 1
      ? "did you mean \(last)?" : "did you mean \(words.dropLast().joined(separator: ", ")) or \(last)?"
  }

  private static func folded(_ word: String) -> [UInt8] {
    word.utf8.map { byte in
      if byte == UInt8(ascii: "_") { return UInt8(ascii: "-") }
      return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
  }

  /// Insertions, deletions, replacements and swaps of neighbours ("optimal string alignment").
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 0..<left.count {
      var current = [i + 1]
      current.reserveCapacity(right.count + 1)
      for j in 0..<right.count {
        var cost = min(last[j + 1] + 1, current[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
