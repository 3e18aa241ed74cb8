import JSONRPC
import Testing

/// The scanner against two independent readers, on valid, damaged and hand-picked texts. Each test has its list of
/// known differences; whatever is not on it fails.
@Suite struct ForeignReaderAgreementTests {
  @Test("Foundation reads the same, up to the known differences", arguments: UInt64(1)...4)
  func foundation(seed: UInt64) {
    var counts: [FoundationReader.Difference: Int] = [:]
    var (accepted, refused) = (0, 0)
    for text in Self.texts(seed: seed, count: 3000) {
      switch FoundationReader.compare(text) {
      case .bothAcceptTheSameValue: accepted += 1
      case .bothRefuse: refused += 1
      case .known(let difference): counts[difference, default: 0] += 1
      case .unexplained(let reason):
        Issue.record("\(reason): \(String(reflecting: String(decoding: text, as: UTF8.self)))")
      }
    }
    #expect(accepted > 1000 && refused > 500, "the texts are neither all valid nor all damaged")
    #expect(counts[.trailingComma] ?? 0 > 0 && counts[.unpairedSurrogate] ?? 0 > 0)
  }

  @Test("each known difference to Foundation exists")
  func everyFoundationDifference() {
    let examples: [(FoundationReader.Difference, [UInt8])] = [
      (.trailingComma, Array("[1,]".utf8)),
      (.trailingComma, Array("[{\"a\":[1 , ],}]".utf8)),
      (.byteOrderMark, Array("\u{FEFF}[1]".utf8)),
      (.otherEncoding, [0x31, 0x00, 0x32, 0x00]),
      (.unpairedSurrogate, Array("\"\\ud800\"".utf8)),
      (.numberOutOfRange, Array("1e400".utf8)),
      (.duplicateMember, Array("{\"a\":1,\"a\":2}".utf8)),
      (.markInString, Array("\"\u{FEFF}a\"".utf8)),
      (.canonicallyEqualNames, Array("{\"é\":1,\"e\\u0301\":2}".utf8)),
    ]
    #expect(Set(examples.map(\.0)) == Set(FoundationReader.Difference.allCases))
    for (difference, text) in examples {
      #expect(FoundationReader.compare(text) == .known(difference), "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test(
    "Python reads the same, up to NaN and Infinity",
    .enabled(if: PythonReader.isAvailable, "skipped: no python3 on the path, 12,000 texts not compared"))
  func python() throws {
    let texts = (UInt64(11)...14).flatMap { Self.texts(seed: $0, count: 3000) }
    var (accepted, refused, constants) = (0, 0, 0)
    for (text, theirs) in zip(texts, try PythonReader.run(texts)) {
      switch (tokenText(text), theirs) {
      case (nil, .refused): refused += 1
      case (nil, .constant): constants += 1
      case (let ours?, .value(let theirs)) where ours == theirs: accepted += 1
      default: Issue.record("\(theirs): \(String(reflecting: String(decoding: text, as: UTF8.self)))")
      }
    }
    #expect(accepted > 4000 && refused > 2000 && constants > 0)
  }

  /// A third valid, two thirds damaged in one to three places.
  private static func texts(seed: UInt64, count: Int) -> [[UInt8]] {
    var generator = JSONGenerator(seed: seed)
    return (0..<count).map { index in
      let value = generator.value()
      let text = generator.spell(value)
      return index % 3 == 0 ? text : ByteMutator.mutated(text, using: &generator.random)
    }
  }
}
