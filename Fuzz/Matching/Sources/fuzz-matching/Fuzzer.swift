import CRE2
import Glibc

@testable import Matching

/// One run: patterns, texts, and what came out.
struct Fuzzer {
  private var generator: RandomPatterns
  private let expressions: [String]
  private(set) var pairs = 0
  private(set) var matches = 0
  private(set) var refused = 0
  private(set) var differences = 0
  /// Scans that used up their budget, and said so: what they found is not compared.
  private(set) var exhausted = 0

  private static let limit = 64

  init(_ options: FuzzOptions) {
    generator = RandomPatterns(seed: options.seed)
    expressions = options.patternFile.map(Self.lines) ?? []
  }

  private static func lines(of file: String) -> [String] {
    guard let stream = fopen(file, "r") else { return [] }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A few patterns together on many texts.
  mutating func round() {
    var patterns: [Pattern] = []
    var sources: [String] = []
    var references: [OpaquePointer] = []
    defer { references.forEach(cre2_free) }
    while patterns.count < 6 {
      let source = expressions.isEmpty ? generator.expression() : generator.random.pick(expressions)
      guard let pattern = try? Pattern(source), (try? PatternSet([pattern])) != nil else {
        refused += 1
        continue
      }
      guard let reference = source.withCString({ cre2_new($0, source.utf8.count) }) else {
        // Latin-1 mode knows no code points above 0xFF.
        if source.utf8.allSatisfy({ $0 < 0x80 }), !source.contains("\\x{") { report(source, [], "RE2 refuses it") }
        refused += 1
        continue
      }
      patterns.append(pattern)
      sources.append(source)
      references.append(reference)
    }
    guard let set = try? PatternSet(patterns) else { return }
    let scanner = Scanner(set)
    for _ in 0..<12 {
      let text = makeText(patterns)
      compare(scanner, text, sources, references)
    }
    // Short blocks: the same matches, as long as none is longer than the overlap.
    if patterns.allSatisfy({ ($0.maximumLength ?? .max) <= PatternSet.longestWindow }) {
      let blocks = Scanner(set, blockLength: Int.random(in: 16...300, using: &generator.random))
      for _ in 0..<4 {
        let text = makeText(patterns)
        compare(blocks, text, sources, references)
      }
    }
  }

  private mutating func makeText(_ patterns: [Pattern]) -> [UInt8] {
    let length = generator.random.pick([4, 16, 50, 200, 255, 256, 257, 700, 3000])
    var text: [UInt8] = []
    while text.count < length {
      let node = generator.random.pick(patterns).node
      text += generator.text(for: node, length: min(length, 60))
    }
    return Array(text.prefix(length))
  }

  private mutating func compare(
    _ scanner: Scanner, _ text: [UInt8], _ sources: [String], _ references: [OpaquePointer]
  ) {
    var found: [PatternMatch] = []
    let outcome = text.withUnsafeBytes { scanner.scan($0, matchesPerPattern: Self.limit, into: &found) }
    if outcome.exhausted {
      exhausted += 1
      return
    }
    for (index, reference) in references.enumerated() {
      let expected = Self.expected(reference, text, index)
      let own = found.filter { $0.pattern == index }
      pairs += 1
      matches += own.count
      if own != expected {
        report(
          sources[index], text, "found \(own.map { ($0.start, $0.end) }), RE2 \(expected.map { ($0.start, $0.end) })")
      }
    }
  }

  /// RE2 on every text between separators.
  private static func expected(_ reference: OpaquePointer, _ text: [UInt8], _ index: Int) -> [PatternMatch] {
    var result: [PatternMatch] = []
    for piece in text.split(separator: Separator.byte, omittingEmptySubsequences: true) {
      piece.withUnsafeBytes { bytes in
        let characters = bytes.bindMemory(to: CChar.self)
        var (from, start, end) = (0, 0, 0)
        while from <= bytes.count, result.count < limit,
          cre2_next(reference, characters.baseAddress, bytes.count, from, &start, &end) != 0
        {
          result.append(
            PatternMatch(pattern: index, start: piece.startIndex + start, end: piece.startIndex + end))
          from = end
        }
      }
    }
    return result
  }

  private mutating func report(_ source: String, _ text: [UInt8], _ what: String) {
    differences += 1
    print("pattern \(source)\ntext \(text)\n\(what)\n")
  }
}
