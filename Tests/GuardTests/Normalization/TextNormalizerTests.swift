import Testing

@testable import Guard

private func folded(_ text: String) -> String? {
  var normalizer = TextNormalizer()
  var output: [UInt8] = []
  let summary = Array(text.utf8).withUnsafeBytes { normalizer.fold($0, into: &output) }
  return summary == nil ? nil : String(decoding: output, as: UTF8.self)
}

@Suite struct TextNormalizerTests {
  @Test("plain prose does not change")
  func plain() {
    #expect(folded("Please read the file and tell me what it says.") == nil)
  }

  @Test("other languages are not turned into Latin words")
  func languages() {
    for text in ["Прочитай файл и скажи, что в нём.", "请阅读文件。", "Διάβασε το αρχείο."] {
      #expect(folded(text).map { !$0.utf8.contains { (0x61...0x7A).contains($0) } } ?? true)
    }
  }

  @Test("zero-width characters, full-width letters and look-alikes in a mixed word are folded")
  func disguises() {
    #expect(folded("ig\u{200B}no\u{200B}re") == "ignore")
    #expect(folded("ｉｇｎｏｒｅ") == "ignore")
    #expect(folded("ign\u{043E}re") == "ignore")
  }
}
