import Testing

@testable import Guard

/// Verdicts are remembered by the bytes that a validator says they depend on.
@Suite struct EvidenceTests {
  private static let pieces: [String] = [
    "http://", "https:///", "x:", "://", "/", "\\", "127.0.0.1", "0x7f", "017700000001", "169.254.169.254", "[::1]",
    "[",
    "]", "localhost", ".nip.io", "@", ":80", "%31", " ", "\"", ",", "a", "metadata", ".google.internal", "\u{FF0E}",
    "#",
    "key=", "AKIAW7HC5YD3GS6RJ2QE", "4111 1111 1111 1111", "4111", "p\u{0430}y", "Zr2Lm9Xw4Tb8Nv1K", "xxxx", "example",
    "-", ".", "0",
  ]

  @Test(arguments: [
    "disguised_address", "metadata_address", "private_address", "entropy", "not_placeholder", "aws_key_id",
    "github_crc32", "luhn", "mixed_script",
  ])
  func theEvidenceAloneGivesTheSameAnswer(_ name: String) throws {
    let validator = try #require(Validators.named(name))
    var random = SystemRandomNumberGenerator()
    var accepted = 0
    for _ in 0..<20_000 {
      let text = Array((0..<Int.random(in: 1...12, using: &random)).flatMap { _ in Array(Self.piece(&random).utf8) })
      let start = Int.random(in: 0..<text.count, using: &random)
      let match = start..<Int.random(in: start...text.count, using: &random)
      try text.withUnsafeBytes { text in
        let evidence = try #require(validator.evidence(text, match: match))
        #expect(evidence.lowerBound <= match.lowerBound && evidence.upperBound >= match.upperBound)
        let isAccepted = validator.accepts(text, match: match)
        let inEvidence = (match.lowerBound - evidence.lowerBound)..<(match.upperBound - evidence.lowerBound)
        #expect(
          validator.accepts(UnsafeRawBufferPointer(rebasing: text[evidence]), match: inEvidence) == isAccepted,
          "\(String(decoding: text, as: UTF8.self)) \(match)")
        if isAccepted { accepted += 1 }
      }
    }
    // Few random texts hold a token that is right throughout.
    #expect(accepted > (name == "github_crc32" ? -1 : 50))
  }

  private static func piece(_ random: inout SystemRandomNumberGenerator) -> String {
    pieces.randomElement(using: &random) ?? ""
  }

  @Test func onlyTheSamePieceOfTheSameRuleIsRemembered() {
    var memo = VerdictMemo()
    var asked = 0
    func verdict(_ rule: Int, _ evidence: String, _ match: Range<Int>, _ answer: Bool) -> Bool {
      Array(evidence.utf8).withUnsafeBytes { bytes in
        memo.verdict(on: VerdictMemo.Piece(rule: rule, evidence: bytes, match: match)) {
          asked += 1
          return answer
        }
      }
    }
    #expect(verdict(1, "http://host", 0..<7, true))
    #expect(verdict(1, "http://host", 0..<7, false))
    #expect(asked == 1)
    #expect(!verdict(2, "http://host", 0..<7, false))
    #expect(!verdict(1, "http://hosT", 0..<7, false))
    #expect(!verdict(1, "http://host", 0..<8, false))
    #expect(!verdict(1, "http://host", 1..<7, false))
    #expect(asked == 5)
    memo.forget()
    #expect(!verdict(1, "http://host", 0..<7, false))
    let long = String(repeating: "a", count: 400)
    #expect(verdict(1, long, 0..<7, true))
    #expect(!verdict(1, long, 0..<7, false))
  }
}
