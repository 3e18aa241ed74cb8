import Testing
import YAML

@Suite("Nearest words")
struct NearestWordTests {
  private let known = ["IAP-001", "IAP-002", "CRED_001", "PROMPT_INJECTION_001", "logs", "rules"]

  @Test("finds typing errors, whatever the case and the dashes")
  func typingErrors() {
    #expect(NearestWord.candidates(for: "iap_001", among: known).first == "IAP-001")
    #expect(NearestWord.candidates(for: "lgos", among: known) == ["logs"])
    #expect(NearestWord.hint(for: "rule", among: known) == "did you mean rules?")
    #expect(NearestWord.hint(for: "prompt_inj", among: known) == "did you mean PROMPT_INJECTION_001?")
  }

  @Test("suggests nothing when nothing is near")
  func nothingNear() {
    #expect(NearestWord.hint(for: "elephant", among: known) == nil)
    #expect(NearestWord.hint(for: "", among: known) == nil)
    #expect(NearestWord.candidates(for: String(repeating: "x", count: 100_000), among: known).isEmpty)
  }
}
