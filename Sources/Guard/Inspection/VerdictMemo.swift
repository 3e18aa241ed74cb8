/// What validators and exclusions said of pieces of a text, so that a piece that is repeated is judged once.
///
/// Remembers the last of each of 256 kinds of piece, and none that is longer than 192 bytes. Compares whole pieces: no two
/// are ever taken for the same. Forgets everything between messages.
struct VerdictMemo {
  /// A match of a rule, with all the bytes that the judgement depends on.
  struct Piece {
    var rule: Int
    var evidence: UnsafeRawBufferPointer
    /// The match, in the evidence.
    var match: Range<Int>
  }

  private struct Entry {
    var message: UInt32 = 0
    var rule: Int32 = 0
    var hash: UInt64 = 0
    var length: UInt16 = 0
    var matchStart: UInt16 = 0
    var matchEnd: UInt16 = 0
    var isAccepted = false
  }

  private static let slots = 256
  private static let longest = 192

  /// Both are empty until something is noted.
  private var entries: [Entry] = []
  private var pieces: [UInt8] = []
  private var message: UInt32 = 0

  mutating func forget() {
    message &+= 1
    // Numbers begin again: what was noted under them is gone.
    if message == 0 { entries.removeAll() }
  }

  /// The verdict on the same piece, if it is remembered. Otherwise what `judge` says, remembered.
  mutating func verdict(on piece: Piece, judge: () -> Bool) -> Bool {
    guard piece.evidence.count <= Self.longest else { return judge() }
    let hash = Self.hash(piece)
    let slot = Int(truncatingIfNeeded: hash >> 32) & (Self.slots - 1)
    if !entries.isEmpty, isNoted(piece, hash, at: slot) { return entries[slot].isAccepted }
    let isAccepted = judge()
    note(piece, hash, at: slot, isAccepted)
    return isAccepted
  }

  private func isNoted(_ piece: Piece, _ hash: UInt64, at slot: Int) -> Bool {
    let entry = entries[slot]
    guard entry.hash == hash, entry.message == message, Int(entry.rule) == piece.rule,
      Int(entry.length) == piece.evidence.count, Int(entry.matchStart) == piece.match.lowerBound,
      Int(entry.matchEnd) == piece.match.upperBound
    else { return false }
    return pieces.withUnsafeBytes { known in
      let start = slot * Self.longest
      for index in 0..<piece.evidence.count where known[start + index] != piece.evidence[index] { return false }
      return true
    }
  }

  private mutating func note(_ piece: Piece, _ hash: UInt64, at slot: Int, _ isAccepted: Bool) {
    if entries.isEmpty {
      entries = Array(repeating: Entry(), count: Self.slots)
      pieces = Array(repeating: 0, count: Self.slots * Self.longest)
      // Zero stands for no message.
      if message == 0 { message = 1 }
    }
    entries[slot] = Entry(
      message: message, rule: Int32(truncatingIfNeeded: piece.rule), hash: hash,
      length: UInt16(truncatingIfNeeded: piece.evidence.count),
      matchStart: UInt16(truncatingIfNeeded: piece.match.lowerBound),
      matchEnd: UInt16(truncatingIfNeeded: piece.match.upperBound), isAccepted: isAccepted)
    pieces.withUnsafeMutableBytes { known in
      let start = slot * Self.longest
      for index in 0..<piece.evidence.count { known[start + index] = piece.evidence[index] }
    }
  }

  /// Eight bytes a step. Only to find the place: equality is decided by the bytes.
  private static func hash(_ piece: Piece) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: piece.rule) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(piece.evidence.count)
    var index = 0
    while index + 8 <= piece.evidence.count {
      mix(&hash, piece.evidence.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var rest: UInt64 = 0
    while index < piece.evidence.count {
      rest = rest << 8 | UInt64(piece.evidence[index])
      index += 1
    }
    mix(&hash, rest)
    return hash
  }

  @inline(__always)
  private static func mix(_ hash: inout UInt64, _ word: UInt64) {
    hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 29
  }
}
