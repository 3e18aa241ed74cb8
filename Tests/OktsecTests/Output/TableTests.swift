import Testing

@testable import CLI

@Suite("Tables")
struct TableTests {
  private let screen = Terminal(isInteractive: true, columns: 40, style: .plain)

  private func lines(_ table: Table, _ terminal: Terminal) throws -> [String] {
    let output = ResultOutput(memoryFor: terminal)
    try table.write(to: output)
    return output.text.split(separator: "\n").map(String.init)
  }

  @Test("columns are aligned by display width and lines end at their last value")
  func alignment() throws {
    var table = Table([.init(title: "A"), .init(title: "N", alignment: .right), .init(title: "C")])
    table.add([.init("日本"), .init("7"), .init("x")])
    table.add([.init("a"), .init("123"), .init("")])
    #expect(try lines(table, screen) == ["A       N  C", "日本    7  x", "a     123"])
  }

  @Test("without a terminal a row is its whole values with tabs between them, without headings")
  func withoutTerminal() throws {
    var table = Table([.init(title: "A", minimum: 2), .init(title: "B")])
    let long = String(repeating: "w", count: 300)
    table.add([.init(long, shorter: ["w"]), .init("tab\there")])
    #expect(try lines(table, .none) == ["\(long)\ttab\\there"])
  }

  @Test("an empty table prints nothing at all")
  func empty() throws {
    #expect(try lines(Table([.init(title: "A")]), screen).isEmpty)
  }

  @Test("the widest column gives way, down to what it prefers, then to its minimum")
  func fitting() throws {
    var table = Table([
      .init(title: "KEEP"), .init(title: "FIRST", preferred: 10, minimum: 5), .init(title: "SECOND", minimum: 5),
    ])
    table.add([.init("0123456789"), .init(String(repeating: "f", count: 30)), .init("0123456789")])
    #expect(try lines(table, screen)[1] == "0123456789  fffffffffffffff…  0123456789")
    let narrow = Terminal(isInteractive: true, columns: 30, style: .plain)
    #expect(try lines(table, narrow)[1] == "0123456789  fffffff…  0123456…" || lines(table, narrow)[1].count == 30)
  }

  @Test("a shorter form is taken before anything is cut, and a tail survives the cut")
  func forms() throws {
    var table = Table([.init(title: "A", minimum: 8)])
    table.add([.init(String(repeating: "x", count: 60), shorter: ["short"])])
    table.add([.init("y", shorter: [], cut: nil)])
    #expect(try lines(table, screen)[1] == "short")

    var cut = Table([.init(title: "A", minimum: 8), .init(title: "B")])
    cut.add([
      .init("one,two,three,four,five", cut: ("PROMPT_INJECTION", " +4")), .init(String(repeating: "b", count: 28)),
    ])
    #expect(try lines(cut, screen)[1].hasPrefix("PROMPT… +4  bbb"))
  }

  @Test("a column that wraps goes on below itself")
  func wrapping() throws {
    var table = Table([.init(title: "ID"), .init(title: "NAME", preferred: 12, minimum: 12, wraps: true)])
    table.add([.init(String(repeating: "i", count: 24)), .init("several words in a name")])
    let shown = try lines(table, screen)
    #expect(shown.count == 3)
    #expect(shown[2] == String(repeating: " ", count: 26) + "in a name")
    #expect(shown.allSatisfy { DisplayWidth.of($0) <= 40 })
  }

  @Test("colour stands around values, never around padding, and only where it is wanted")
  func colour() throws {
    var table = Table([.init(title: "A"), .init(title: "B")])
    table.add([.init("x", tint: .red), .init("yy")])
    table.add([.init("long"), .init("yy")])
    let coloured = Terminal(isInteractive: true, columns: 40, style: .coloured)
    #expect(try lines(table, coloured)[1] == "\u{1B}[31mx\u{1B}[0m     yy")
    #expect(try !lines(table, screen).joined().contains("\u{1B}"))
    #expect(try !lines(table, .none).joined().contains("\u{1B}"))
  }

  @Test("prose is broken at spaces, words that are too long where they must be")
  func prose() {
    #expect(TextWrap.lines("one two three", width: 7) == ["one two", "three"])
    #expect(TextWrap.lines("abcdefghij k", width: 4) == ["abcd", "efgh", "ij k"])
    #expect(TextWrap.lines("日本語日", width: 5) == ["日本", "語日"])
    #expect(TextWrap.lines("  ", width: 5) == [])
  }
}
