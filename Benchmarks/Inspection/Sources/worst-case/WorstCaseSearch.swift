import Guard

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What it costs to inspect a piece of text, repeated to the size of the search.
struct Cost {
  let piece: [UInt8]
  /// Processor time per MB.
  let milliseconds: Double
  let isExhausted: Bool

  /// One line for people; a long piece is cut.
  var line: String {
    let shown = String(decoding: piece.prefix(160), as: UTF8.self).split(whereSeparator: \.isNewline)
    return "  \(Int(milliseconds)) ms\(isExhausted ? ", budget used up" : ""): \(shown.joined(separator: " "))"
  }
}

/// Measures pieces of text and climbs to dearer ones.
struct WorstCaseSearch {
  private let inspector: Inspector
  private let size: Int
  private var state: UInt64

  init(_ rules: RuleSet, size: Int, seed: UInt64) {
    inspector = Inspector(rules: rules)
    self.size = size
    state = seed
  }

  /// The cost of each piece, the dearest first.
  func costs(of pieces: [[UInt8]]) -> [Cost] {
    pieces.map(cost).sorted { $0.milliseconds > $1.milliseconds }
  }

  /// Changes a mixture at random places and keeps what costs more.
  mutating func climb(from start: [UInt8], with pieces: [[UInt8]], steps: Int) -> Cost {
    var mixture = [start]
    var best = cost(start)
    for _ in 0..<steps where !pieces.isEmpty {
      var next = mixture
      for _ in 0...random(below: 3) {
        if next.count > 1, random(below: 3) == 0 {
          next.remove(at: random(below: next.count))
        } else {
          next.insert(pieces[random(below: pieces.count)], at: random(below: next.count + 1))
        }
      }
      let tried = cost(Array(next.joined()))
      if tried.milliseconds > best.milliseconds { (mixture, best) = (next, tried) }
    }
    return best
  }

  /// The better of two runs.
  private func cost(_ piece: [UInt8]) -> Cost {
    var text: [UInt8] = []
    text.reserveCapacity(size + piece.count)
    while text.count < size, !piece.isEmpty { text.append(contentsOf: piece) }
    var fewest = Double.infinity
    var isExhausted = false
    for _ in 0..<2 {
      let begin = Self.processorTime()
      let inspection = text.withUnsafeBytes { inspector.inspect(text: $0, role: .toolResult) }
      fewest = min(fewest, Double(Self.processorTime() - begin))
      isExhausted = inspection.isExhausted
    }
    return Cost(piece: piece, milliseconds: fewest / Double(max(1, text.count)), isExhausted: isExhausted)
  }

  private mutating func random(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }

  /// Nanoseconds that this thread has run.
  private static func processorTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Pieces of text that the rules know.
enum RuleTexts {
  static func examples(_ rules: RuleSet) -> [[UInt8]] {
    rules.definitions.flatMap { $0.matches.map { Array($0.text.utf8) + [0x20] } }
  }

  /// The distinct words of the examples, in the order of their bytes.
  static func words(_ rules: RuleSet) -> [[UInt8]] {
    var words: Set<String> = []
    for rule in rules.definitions {
      for example in rule.matches {
        for word in example.text.split(separator: " ") where word.utf8.count < 24 { words.insert(String(word)) }
      }
    }
    return words.sorted().map { Array($0.utf8) + [0x20] }
  }
}
