/// A name and what there is to say about it, on as many lines as it takes.
enum FactLines {
  static func write(_ facts: [(name: String, value: String)], to output: ResultOutput) throws(CommandFailure) {
    let indentation = (facts.map { DisplayWidth.of($0.name) }.max() ?? 0) + 2
    for (name, value) in facts {
      let text = TerminalText.line(value)
      let width = output.terminal.isInteractive ? output.terminal.columns - indentation : .max
      let lines = text.isEmpty ? [""] : TextWrap.lines(text, width: width)
      for (place, line) in lines.enumerated() {
        let head = place == 0 ? name : ""
        try output.line(head + String(repeating: " ", count: indentation - DisplayWidth.of(head)) + line)
      }
    }
  }
}
