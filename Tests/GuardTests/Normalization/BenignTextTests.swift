import Testing

@testable import Guard

@Suite("Honest text stays as it is") struct BenignTextTests {
  @Test(
    "is its own view",
    arguments: [
      "The quick brown fox jumps over the lazy dog. It isn't tired; \"why\" (it said) would it be?",
      "def main():\n    return [x for x in items if x]\n\n\nclass A: pass",
      "See sha256, utf8, base64 and python3 in version 2.0, or v1beta1 (2nd edition) on port 8080.",
      "- one\n- two\n  - three\n\n| a table | of two |\n|---|---|\n",
      "**Bold** and *thin* and `code` and [a link](https://example.org/a_b?c=d&e=f).",
      "mail bob@example.org or @bob; if (!done) { $name = 3; }",
      "Мы рассмотрели заявку. SQL-запрос выполнен, а API вернул ответ в формате JSON.",
      "Ο υπουργός μίλησε για την οικονομία στο ΔΝΤ και την ΕΕ.",
      "Їжак і ґава. Наш сайт, њива, Ќирил.",
      "שלום עולם, זה משפט רגיל עם API באמצע.",
      "می‌خواهم کتاب‌هایم را ببینم.",
      "क्‍षत्रिय और ज्ञान; हिन्दी में लिखा गया।",
      "ประเทศไทย\u{200B}มี\u{200B}อาหารอร่อย",
      "我们使用这个接口，然后返回结果。（完）",
      "これはペンです。全角の「かぎ括弧」。",
      "한국어 문장입니다.",
      "👨‍👩‍👧‍👦 👍🏽 ❤️ 🏳️‍🌈 1️⃣ #️⃣ 🇩🇪🇫🇷 ©️ ✔️ 🅰 Ⓜ️",
      "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} won, 🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} lost",
      "µm, Δt, λx, 5 Ω, α-β",
      "\u{FEFF}text behind a byte order mark",
      "e.g. U.S. and i.e., x y z, a b c; A/B tests; 1 2 3 4 5 6",
      "P.S. see fig. 3, i.e. vol. II p. 5, c.f. A.D. 70, B.C. E.U.",
      "пункты а, б и с; a b c",
      "if ($user) { print $name; } # costs $5, €7",
      "**Note**: see <b>this</b> and <a href='x'>that</a>, <i>etc.</i>",
      "葛\u{E0100}城 is written with an ideographic variant",
    ])
  func unchanged(text: String) {
    let result = folded(text)
    #expect(result == nil, "\(result?.view ?? "")")
  }

  @Test("accents are ordinary: only they are reported")
  func accents() throws {
    let result = try #require(folded("Le système a déjà répondu à l’élève : « très bien »."))
    #expect(result.summary.onlyAccents)
    #expect(result.view.hasPrefix("Le systeme a deja repondu a l’eleve"))
    let disguised = try #require(folded("Le syst\u{200B}ème"))
    #expect(!disguised.summary.onlyAccents)
  }

  @Test("right-to-left text with its marks leaves no sighting")
  func directionMarks() {
    let text = "המחיר הוא 5\u{200F} שקלים \u{202B}(כולל מע״מ)\u{202C}"
    let summary = folded(text)?.summary ?? FoldSummary()
    #expect(summary.directionMarks.count == 0)
    #expect(summary.bidiControls.count == 0)
  }

  @Test("Russian with one Latin letter, and words of twins beside Russian, are not Latin words")
  func russianSlips() {
    #expect(folded("Эта cистема не работает, а также ухо.") == nil)
    #expect(folded("Он сел на самолёт. Тор, кот, ром.") == nil)
  }

  @Test("a decomposed й or ά keeps its mark")
  func decomposed() {
    #expect(folded("Чита\u{438}\u{306}те ка\u{301}ртa".replacing("a", with: "а")) == nil)
  }
}
