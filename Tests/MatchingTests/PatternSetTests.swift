import Testing

@testable import Matching

@Suite("Pattern set and its tables")
struct PatternSetTests {
  private static let expressions = [
    "(?i)ignore\\s+(?:all|any)\\s+rules", "key[^\\n]{0,20}value", "\\b\\d{3}-\\d{2}-\\d{4}\\b", "(?:ab.{0,9}c|d){1,3}e",
    "[а-я]{3,}ключ",
  ]
  private static let text = Array("IGNORE all rules; key is a value 123-45-6789 ab12cde мойключ".utf8)

  @discardableResult
  private func aligned<Result>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 64)
    defer { memory.deallocate() }
    memory.copyBytes(from: bytes)
    return try body(UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]))
  }

  @Test("the same patterns give the same tables")
  func deterministic() throws {
    let patterns = try Self.expressions.map { try Pattern($0) }
    #expect(try PatternSet(patterns).encodedTables() == PatternSet(patterns).encodedTables())
  }

  @Test("tables read in place find what the compiled set finds")
  func roundTrip() throws {
    let compiled = try PatternSet(Self.expressions.map { try Pattern($0) })
    let expected = EquivalenceTests.scan(compiled, Self.text)
    #expect(Set(expected.map(\.pattern)).count == Self.expressions.count)
    try aligned(compiled.encodedTables()) { bytes in
      let read = try PatternSet(tables: bytes)
      #expect(read.patternCount == Self.expressions.count)
      #expect(read.encodedTables() == compiled.encodedTables())
      #expect(EquivalenceTests.scan(read, Self.text) == expected)
    }
  }

  @Test("truncated, misaligned and foreign bytes are refused")
  func foreignBytes() throws {
    let tables = try PatternSet([Pattern("abcd")]).encodedTables()
    for length in [0, 1, 23, 24, 100, tables.count - 1] {
      aligned(Array(tables.prefix(length))) { bytes in
        #expect(throws: TableError.truncated) { try PatternSet(tables: bytes) }
      }
    }
    aligned([0] + tables) { bytes in
      #expect(throws: TableError.misaligned) { try PatternSet(tables: UnsafeRawBufferPointer(rebasing: bytes[1...])) }
    }
    var other = tables
    other[4] = 99
    aligned(other) { bytes in #expect(throws: TableError.otherVersion(99)) { try PatternSet(tables: bytes) } }
    other[0] = 0
    aligned(other) { bytes in #expect(throws: TableError.notTables) { try PatternSet(tables: bytes) } }
  }

  @Test("damaged tables are refused or scan within bounds", arguments: 0..<4)
  func damagedTables(seed: UInt64) throws {
    let tables = try PatternSet(Self.expressions.map { try Pattern($0) }).encodedTables()
    var random = SeededGenerator(seed: seed)
    var refused = 0
    for _ in 0..<400 {
      var damaged = tables
      // Most of the bytes are transitions; aim at the directory and the records too.
      let reach = random.chance(50) ? tables.count : 400
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 24..<reach, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      aligned(damaged) { bytes in
        guard let set = try? PatternSet(tables: bytes) else {
          refused += 1
          return
        }
        var matches: [PatternMatch] = []
        _ = Self.text.withUnsafeBytes { Scanner(set).scan($0, matchesPerPattern: 3, into: &matches) }
        #expect(matches.allSatisfy { $0.end <= Self.text.count })
      }
    }
    #expect(refused > 100)
  }

  @Test(
    "refuses what no scan could bound, and says which pattern",
    arguments: [
      ("a*", PatternRefusal.matchesEmpty), ("\\b", .matchesEmpty), ("^$", .matchesEmpty), ("", .matchesEmpty),
      ("(?:abc){1000}", .tooLarge(limit: 2000)), ("x(?:a.{0,30}b)*y", .tooManyStates(limit: 512)),
    ])
  func refusals(expression: String, refusal: PatternRefusal) throws {
    let patterns = [try Pattern("fine"), try Pattern(expression)]
    #expect(throws: PatternSetError(pattern: 1, refusal: refusal)) { try PatternSet(patterns) }
  }

  @Test("an empty set scans and finds nothing")
  func emptySet() throws {
    #expect(EquivalenceTests.scan(try PatternSet([]), Self.text).isEmpty)
  }
}
