import Foundation
import Testing

@testable import CLI

@Suite("Text of others on a terminal")
struct TerminalTextTests {
  @Test("ordinary text of many scripts passes as it is")
  func ordinaryText() {
    for text in ["plain", "naïve café", "日本語のテキスト", "Привет, мир", "שלום", "हिन्दी", "a\u{301}b", "❤️ ok 👍🏽", "x\u{A0}y"] {
      #expect(TerminalText.line(text) == text)
    }
  }

  @Test("control characters are written out, one line stays one line")
  func controlCharacters() {
    #expect(TerminalText.line("a\nb\r\tc") == "a\\nb\\r\\tc")
    #expect(TerminalText.line("\u{1B}[31mred\u{7}") == "<U+001B>[31mred<U+0007>")
    #expect(TerminalText.line("\u{9B}2J\u{7F}") == "<U+009B>2J<U+007F>")
    #expect(TerminalText.line("a\u{2028}b\u{85}") == "a<U+2028>b<U+0085>")
  }

  @Test("direction controls and invisible characters are named, runs are counted")
  func invisibleCharacters() {
    #expect(TerminalText.line("pay\u{202E}exe.fdp") == "pay<U+202E>exe.fdp")
    #expect(TerminalText.line("a\u{200B}\u{200B}\u{200B}b\u{2060}") == "a<U+200B x3>b<U+2060>")
    #expect(TerminalText.line("\u{FEFF}\u{AD}\u{3164}\u{2800}\u{E000}") == "<U+FEFF><U+00AD><U+3164><U+2800><U+E000>")
  }

  @Test("a message in tag characters is shown as what it says")
  func tagCharacters() {
    let hidden = String(
      String.UnicodeScalarView("leak it".unicodeScalars.compactMap { Unicode.Scalar(0xE0000 + $0.value) }))
    #expect(TerminalText.line("hi\u{E0001}\(hidden)\u{E007F}!") == "hi<tags:leak it>!")
  }

  @Test("a variation selector passes once behind an emoji and nowhere else")
  func variationSelectors() {
    #expect(TerminalText.line("❤\u{FE0F}") == "❤\u{FE0F}")
    #expect(TerminalText.line("a\u{FE0F}") == "a<U+FE0F>")
    #expect(TerminalText.line("👍\u{FE0F}\u{FE0F}") == "👍\u{FE0F}<U+FE0F>")
    #expect(TerminalText.line("👍\u{E0100}\u{FE01}") == "👍<U+E0100><U+FE01>")
    #expect(TerminalText.line("👩\u{200D}💻") == "👩<U+200D>💻")
  }

  @Test("marks piled on one character are written out")
  func combiningMarks() {
    let pile = "e" + String(repeating: "\u{301}", count: 6)
    #expect(TerminalText.line(pile) == "e\u{301}\u{301}\u{301}<U+0301 x3>")
    #expect(TerminalText.line("\u{301}x") == "<U+0301>x")
  }

  @Test("what is too wide is cut by columns and marked")
  func cutting() {
    #expect(TerminalText.line("abcdef", width: 6) == "abcdef")
    #expect(TerminalText.line("abcdefg", width: 6) == "abcde…")
    #expect(TerminalText.line("日本語日本語", width: 7) == "日本語…")
    #expect(TerminalText.line("日本語日本語", width: 6) == "日本…")
    #expect(TerminalText.line("abc\u{200B}", width: 6) == "abc<U…")
    #expect(TerminalText.line("abc", width: 0) == "")
  }

  @Test("no scalar gets through that moves the cursor or cannot be seen, in any width")
  func everyScalar() {
    for value in (UInt32(0)...0x10FFFF).lazy.filter({ $0 < 0x3000 || $0 % 13 == 0 || $0 >= 0xE0000 }) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for shown in TerminalText.line("a\(scalar)b").unicodeScalars {
        let category = shown.properties.generalCategory
        let isSafe = ![.control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator]
          .contains(category)
        #expect(isSafe && !shown.properties.isDefaultIgnorableCodePoint, "U+\(String(value, radix: 16))")
      }
    }
  }

  @Test("random text never exceeds its width")
  func randomTexts() {
    var random = SystemRandomNumberGenerator()
    let pool = Array("ab \n\u{1B}\u{200B}\u{301}日👍\u{FE0F}\u{E0041}\u{202E}é❤".unicodeScalars)
    for _ in 0..<2000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        text.append(pool[Int.random(in: 0..<pool.count, using: &random)])
      }
      let width = Int.random(in: 1...24, using: &random)
      let line = TerminalText.line(String(text), width: width)
      #expect(DisplayWidth.of(line) <= width, "\(line.unicodeScalars.map { String($0.value, radix: 16) })")
    }
  }

  @Test("JSON for a terminal keeps its meaning and hides nothing")
  func json() throws {
    let text = "{\"a\":\"x\u{202E}\u{9B}\u{E0041}é👍\"}\n"
    let safe = TerminalText.json(text)
    #expect(safe == "{\"a\":\"x\\u202e\\u009b\\udb40\\udc41é👍\"}\n")
    let before = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
    let after = try JSONSerialization.jsonObject(with: Data(safe.utf8)) as? [String: String]
    #expect(before == after)
  }

  @Test("a diagnostic is one line whatever its parts hold")
  func diagnostics() {
    #expect(Diagnostics.text("error", "no \u{1B}[2J\nfile") == "oktsec: error: no <U+001B>[2J\\nfile")
  }

  @Test("on a terminal it ends its lines between words, with the label coloured; elsewhere it is one line")
  func wrappedDiagnostics() {
    let message = "the program is in a folder that may not last"
    var screen = Terminal(isInteractive: true, columns: 40, style: .plain)
    let printed = Diagnostics.printed("hint", message, .cyan, on: screen)
    #expect(printed == "oktsec: hint: the program is in a folder\nthat may not last\n")
    screen.style = .coloured
    let label = screen.style.apply(.cyan, to: "hint:")
    #expect(Diagnostics.printed("hint", "short", .cyan, on: screen) == "oktsec: \(label) short\n")
    #expect(Diagnostics.printed("hint", message, .cyan, on: .none) == "oktsec: hint: \(message)\n")
  }
}

@Suite("Display width")
struct DisplayWidthTests {
  @Test("narrow, wide and combining characters")
  func widths() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("é") == 1)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("한") == 2)
    #expect(DisplayWidth.of("ｆｕｌｌ") == 8)
    #expect(DisplayWidth.of("👍") == 2)
    #expect(DisplayWidth.of("❤") == 1)
    #expect(DisplayWidth.of("❤\u{FE0F}") == 2)
    #expect(DisplayWidth.of("→…µ") == 3)
  }
}
