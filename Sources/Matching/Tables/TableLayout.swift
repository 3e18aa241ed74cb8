/// The shape of compiled tables: a header, a directory, and flat sections of little-endian integers, each aligned to 8 bytes.
/// There are no pointers in it, so it can lie in read-only data of the executable and be used in place.
enum TableLayout {
  /// "OKMT" in memory order.
  static let magic: UInt32 = 0x544D_4B4F
  /// Changes with every change of layout or meaning.
  static let version: UInt32 = 2
  static let alignment = 8
}

/// The sections, in the order of the directory.
enum TableSection: Int, CaseIterable {
  /// UInt8 × 256: byte to literal-scan symbol.
  case symbolMap
  /// UInt32: `AhoCorasick.entries`.
  case literalEntries
  /// UInt32 × 4096: `AhoCorasick.pairs`.
  case literalPairs
  /// UInt16 per literal entry: which list of sets a state reports.
  case reportOfState
  /// UInt32 × (lists + 1): where in `reports` a list begins.
  case reportIndex
  /// UInt16: set numbers.
  case reports
  /// UInt32 × (sets + 1): where in `rarestPatterns` the patterns begin of which a set is the rarest.
  case rarestIndex
  /// UInt16: pattern numbers.
  case rarestPatterns
  /// The same for the patterns that require several sets of words, by the rarest of those.
  case wordIndex
  case wordPatterns
  /// UInt16: the sets that a pattern requires, those of words first.
  case requirements
  /// `PatternRecord`.
  case patterns
  /// UInt16: patterns that require no literal set.
  case unkeyedPatterns
  /// `ProgramRecord`; a program is used only by later ones and by patterns.
  case programs
  /// `OperationRecord`.
  case operations
  /// UInt32: the programs of choices.
  case branches
  /// `WindowRecord`.
  case windows
  /// `ByteSetRecord`.
  case byteSets
  /// `SegmentRecord`.
  case segments
  /// UInt8 × 256 each.
  case classMaps
  /// UInt16: `kindOffsets` of all segments.
  case kindOffsets
  /// UInt32: `entries` of all segments.
  case entries
  /// UInt32: `defaults` of all segments.
  case defaults
}

struct TableHeader {
  var magic: UInt32
  var version: UInt32
  /// Of everything, header included.
  var byteCount: UInt32
  /// Bytes by which blocks of a long text overlap.
  var overlap: UInt32
}

struct TableDirectoryEntry {
  var offset: UInt32
  /// In elements of the section.
  var count: UInt32
}

struct PatternRecord {
  /// The program that decides whether the pattern matches.
  var search: UInt32
  /// The program that matches the whole pattern, from start to end.
  var span: UInt32
  /// See `SearchForm.leadingExtra`; `unbounded` for none.
  var leadingExtra: UInt32
  /// In `requirements`.
  var firstRequirement: UInt32
  /// How many literal sets of words must be present.
  var wordSets: UInt32
  /// How many of phrases besides. They reach over white space, and so over the end of a text: what is spread over several texts
  /// has its words only.
  var phraseSets: UInt32
}

struct ProgramRecord {
  var firstOperation: UInt32
  var operationCount: UInt32
}

struct OperationRecord {
  enum Kind {
    /// a: segment.
    static let segment: UInt32 = 0
    /// a: byte set, b: minimum, c: maximum or `unbounded`.
    static let gap: UInt32 = 1
    /// a: first branch, b: branch count.
    static let choice: UInt32 = 2
  }

  var kind: UInt32
  var a: UInt32
  var b: UInt32
  var c: UInt32
  var minimumLength: UInt32
  var maximumLength: UInt32
  var firstWindow: UInt32
  var windowCount: UInt32
}

/// A literal set that an operation requires: it begins between `minimum` and `maximum` bytes before the end of the literal.
struct WindowRecord {
  var set: UInt32
  var minimum: UInt32
  var maximum: UInt32
}

/// A set of bytes, one bit per value.
struct ByteSetRecord {
  var words: (UInt64, UInt64, UInt64, UInt64)
}

/// See `SegmentDFA`.
struct SegmentRecord {
  /// In `entries`.
  var firstEntry: UInt32
  var entryCount: UInt32
  /// In `defaults`.
  var firstDefault: UInt32
  var defaultCount: UInt32
  /// In `classMaps`, in maps.
  var classMap: UInt32
  /// In `kindOffsets`, one per column.
  var firstKindOffset: UInt32
  var columns: UInt32
}

/// Stands for "no bound" wherever a record holds a length.
let unbounded = UInt32.max
