/// One of the texts that a part of a pattern matches, with letters folded.
///
/// Where words are joined, white space is folded too, and a run of it is one byte: `spares` says how many more bytes it may have.
struct PlainText: Hashable {
  private(set) var bytes: [UInt8]
  private var spares: [UInt8]

  static let empty = PlainText(bytes: [], spares: [])

  private init(bytes: [UInt8], spares: [UInt8]) {
    (self.bytes, self.spares) = (bytes, spares)
  }

  init(_ byte: UInt8) { self.init(bytes: [byte], spares: [0]) }

  var isEmpty: Bool { bytes.isEmpty }

  /// By how much a text may be longer than the first bytes of this one.
  func spare(upTo end: Int) -> Int { spares[..<end].reduce(0) { $0 + Int($1) } }

  func joined(with other: PlainText, mergesWhiteSpace: Bool) -> PlainText {
    var (bytes, spares) = (self.bytes, self.spares)
    guard mergesWhiteSpace, bytes.last == 0x20, other.bytes.first == 0x20 else {
      return PlainText(bytes: bytes + other.bytes, spares: spares + other.spares)
    }
    let spare = Int(spares[spares.count - 1]) + Int(other.spares[0]) + 1
    spares[spares.count - 1] = UInt8(clamping: spare)
    bytes += other.bytes.dropFirst()
    return PlainText(bytes: bytes, spares: spares + other.spares.dropFirst())
  }

  /// Without repetitions, sorted; of texts that differ in the length of white space only the widest stays.
  static func merged(_ texts: [PlainText]) -> [PlainText] {
    var widest: [[UInt8]: [UInt8]] = [:]
    for text in texts {
      guard let known = widest[text.bytes] else {
        widest[text.bytes] = text.spares
        continue
      }
      widest[text.bytes] = zip(known, text.spares).map { max($0, $1) }
    }
    return widest.map { PlainText(bytes: $0.key, spares: $0.value) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}
