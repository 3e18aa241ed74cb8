/// Why a set of patterns was refused.
package struct PatternSetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Index of the pattern at fault; nil when it is the set as a whole.
  package let pattern: Int?
  package let refusal: PatternRefusal

  package var description: String {
    if let pattern { "pattern \(pattern) \(refusal)" } else { "the pattern set \(refusal)" }
  }
}

/// Patterns compiled into tables. Immutable, so any number of threads may scan with it, each with its own `Scanner`.
///
/// Limits per pattern: 1 KB of expression, 2 000 automaton instructions, repeat counts to 1 000, 512 states for a part that
/// cannot be divided; it must not match the empty text.
package final class PatternSet: Sendable {
  /// Texts of more than 64 KB are scanned in blocks, each with this much of the next one at most. A match that is longer may be
  /// cut off or missed when it crosses the end of a block.
  package static let longestWindow = 4096

  // Points to memory that nobody writes to after `init`: the set's own, or the caller's static data.
  nonisolated(unsafe) let tables: Tables
  private nonisolated(unsafe) let owned: UnsafeMutableRawBufferPointer?

  /// Compiles patterns: about a millisecond for each.
  /// - Throws: the first pattern that exceeds a limit, and which one.
  package init(_ patterns: [Pattern]) throws(PatternSetError) {
    let bytes = try SetCompiler.compile(patterns)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    memory.copyBytes(from: bytes)
    do {
      tables = try TableReader.read(UnsafeRawBufferPointer(memory))
    } catch {
      memory.deallocate()
      throw PatternSetError(pattern: nil, refusal: .tablesTooLarge)
    }
    owned = memory
  }

  /// Uses tables in place, after checking them completely, unless they are trusted.
  /// - Parameters:
  ///   - tables: what `encodedTables` returned, aligned to 8 bytes; must stay readable and unchanged as long as the set lives.
  ///   - isTrusted: the bytes are part of the executable and were checked completely when it was built and tested. Only the
  ///     header and the bounds of the sections are looked at then, so that pages which no text needs are never read.
  package init(tables bytes: UnsafeRawBufferPointer, isTrusted: Bool = false) throws(TableError) {
    tables = try TableReader.read(bytes, isTrusted: isTrusted)
    owned = nil
  }

  deinit { owned?.deallocate() }

  /// The tables as bytes. The same patterns give the same bytes, on every little-endian machine.
  package func encodedTables() -> [UInt8] { Array(tables.bytes) }

  package var patternCount: Int { tables.patterns.count }
}
