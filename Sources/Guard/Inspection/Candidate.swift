/// A match of a rule that passed its filters, exclusions and validators; not yet weighed.
struct Candidate {
  var rule: Int
  var segment: Int
  /// Bytes of the batch.
  var start: Int
  var end: Int
  /// A checksum, or an expression that is structural proof.
  var isProven: Bool
  /// It was found in its own text already; here it only bears out another.
  var isWitness = false
  /// Found by an expression for folded views, in a part of the text that folding left alone.
  var isUnchanged = false

  func overlaps(_ other: Candidate) -> Bool { start < other.end && other.start < end }
}
