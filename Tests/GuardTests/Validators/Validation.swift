import Testing

@testable import Guard

/// A validator's answer to a whole text as its match.
func accepts(_ name: String, _ text: String) throws -> Bool {
  let validator = try #require(Validators.named(name), "\(name)")
  return Array(text.utf8).withUnsafeBytes { validator.accepts($0, match: 0..<$0.count) }
}

/// A validator's answer when the expression matched only a part of the text.
func accepts(_ name: String, _ text: String, match part: String) throws -> Bool {
  let validator = try #require(Validators.named(name), "\(name)")
  // Byte for byte: parts of an emoji are no characters.
  let bytes = Array(text.utf8)
  let wanted = Array(part.utf8)
  let start = try #require((0...bytes.count - wanted.count).first { bytes[$0...].starts(with: wanted) })
  return bytes.withUnsafeBytes { validator.accepts($0, match: start..<start + wanted.count) }
}

/// Texts that a validator takes and texts that it does not. All values are made up, from documents of their issuers
/// or computed here.
struct ValidatorCases: Sendable, CustomTestStringConvertible {
  let name: String
  let accepted: [String]
  let refused: [String]

  var testDescription: String { name }
}

@Suite struct ValidatorTableTests {
  static let all = SecretCases.all + AddressCases.all + CharacterCases.all + MoneyCases.all + PeopleCases.all

  @Test("every validator takes the values and refuses the near misses", arguments: all)
  func table(cases: ValidatorCases) throws {
    for text in cases.accepted { #expect(try accepts(cases.name, text), "refused: \(text)") }
    for text in cases.refused { #expect(try !accepts(cases.name, text), "accepted: \(text)") }
  }

  @Test("no validator is without cases")
  func complete() {
    #expect(Self.all.map(\.name).sorted() == Validators.names)
    for cases in Self.all { #expect(cases.accepted.count >= 2 && cases.refused.count >= 3, "\(cases.name)") }
  }

  @Test("an empty text and an empty match prove nothing", arguments: Validators.names)
  func empty(name: String) throws {
    #expect(try !accepts(name, ""))
    #expect(try !accepts(name, "some text", match: ""))
  }

  @Test("any bytes and any range inside them get an answer, always the same one", arguments: Validators.names)
  func total(name: String) throws {
    let validator = try #require(Validators.named(name))
    let values = Self.all.first { $0.name == name }?.accepted ?? []
    var random = RandomText(seed: 41, pieces: RandomText.usual + values + ["://", "@", "[::1]", "BEGIN ", "eyJ"])
    for round in 0..<400 {
      let bytes = round % 2 == 0 ? random.bytes(random.below(300)) : Array(random.next(pieces: random.below(30)).utf8)
      bytes.withUnsafeBytes { text in
        for _ in 0..<4 {
          let start = random.below(text.count + 1)
          let match = start..<start + random.below(text.count - start + 1)
          let answer = validator.accepts(text, match: match)
          #expect(validator.accepts(text, match: match) == answer)
        }
      }
    }
  }
}
