/// Rows under headings. On a terminal the columns are aligned and fit its width; elsewhere a row is a line of whole
/// values with tabs between them and there are no headings, for other programs to read.
struct Table {
  struct Column {
    var title: String
    var alignment = Alignment.left
    /// Columns of the terminal that it gives up first when room is short: those beyond this many. Nil: none.
    var preferred: Int?
    /// What it keeps when that was not enough. Nil: its full width.
    var minimum: Int?
    /// Continue on the next line instead of cutting.
    var wraps = false
  }

  enum Alignment { case left, right }

  /// A value, made safe for a terminal.
  struct Cell {
    /// The same in fewer words each time; the first one that fits is shown. The first is the whole value.
    fileprivate let forms: [String]
    /// What is shown when none fits: the head is cut, the tail stays.
    fileprivate let head: String
    fileprivate let tail: String
    fileprivate let tint: Style.Tint

    init(
      _ text: String, shorter: [String] = [], cut: (head: String, tail: String)? = nil, tint: Style.Tint = .none
    ) {
      forms = ([text] + shorter).map { TerminalText.line($0) }
      head = cut.map { TerminalText.line($0.head) } ?? forms[forms.count - 1]
      tail = cut.map { TerminalText.line($0.tail) } ?? ""
      self.tint = tint
    }

    fileprivate var whole: String { forms[0] }
    fileprivate var width: Int { DisplayWidth.of(whole) }
  }

  let columns: [Column]
  private(set) var rows: [[Cell]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [Cell]) { rows.append(row) }

  /// Writes headings and rows, or, where there is no terminal, the rows.
  func write(to output: ResultOutput) throws(CommandFailure) {
    guard !rows.isEmpty else { return }
    let layout = layout(for: output.terminal)
    if let heading = layout.heading { try output.line(heading) }
    for row in rows {
      for line in layout.lines(row) { try output.line(line) }
    }
  }

  /// Widths that suit the rows so far. Rows that come later may be shown in the same layout.
  func layout(for terminal: Terminal) -> Layout {
    guard terminal.isInteractive else { return Layout(columns: columns, widths: nil, style: .plain) }
    var widths = columns.indices.map { index in
      rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, index < $1.count ? $1[index].width : 0) }
    }
    fit(&widths, into: terminal.columns - Layout.gap.utf8.count * (columns.count - 1))
    return Layout(columns: columns, widths: widths, style: terminal.style)
  }

  private func fit(_ widths: inout [Int], into room: Int) {
    shrink(&widths, to: zip(columns, widths).map { $0.preferred ?? $1 }, room)
    shrink(&widths, to: zip(columns, widths).map { $0.minimum ?? $1 }, room)
  }

  /// Takes from the widest column that has something to give, until all fit or none has.
  private func shrink(_ widths: inout [Int], to least: [Int], _ room: Int) {
    while widths.reduce(0, +) > room {
      let widest = widths.indices.filter { widths[$0] > least[$0] }.max { widths[$0] < widths[$1] }
      guard let widest else { return }
      widths[widest] -= 1
    }
  }
}

extension Table {
  /// How rows are shown.
  struct Layout {
    fileprivate static let gap = "  "

    fileprivate let columns: [Column]
    /// Nil: values with tabs between them.
    fileprivate let widths: [Int]?
    fileprivate let style: Style

    fileprivate init(columns: [Column], widths: [Int]?, style: Style) {
      self.columns = columns
      self.widths = widths
      self.style = style
    }

    /// Nil when there are none.
    var heading: String? {
      guard widths != nil else { return nil }
      return lines(columns.map { Cell($0.title, tint: .dim) }).first
    }

    /// One row: several lines when a column wraps.
    func lines(_ row: [Cell]) -> [String] {
      guard let widths else { return [row.map(\.whole).joined(separator: "\t")] }
      let cells = columns.indices.map { index -> [String] in
        guard index < row.count else { return [""] }
        return pieces(of: row[index], width: widths[index], wraps: columns[index].wraps)
      }
      let height = cells.map(\.count).max() ?? 0
      return (0..<height).map { line in
        var text = ""
        var pending = 0
        for index in columns.indices {
          let piece = line < cells[index].count ? cells[index][line] : ""
          let padding = max(0, widths[index] - DisplayWidth.of(piece))
          if columns[index].alignment == .right { pending += padding }
          if !piece.isEmpty {
            text += String(repeating: " ", count: pending)
            text += style.apply(index < row.count ? row[index].tint : .none, to: piece)
            pending = 0
          }
          // Nothing behind the last value of a line.
          pending += columns[index].alignment == .left ? padding : 0
          pending += Self.gap.utf8.count
        }
        return text
      }
    }

    private func pieces(of cell: Cell, width: Int, wraps: Bool) -> [String] {
      if let form = cell.forms.first(where: { DisplayWidth.of($0) <= width }) { return [form] }
      if wraps { return TextWrap.lines(cell.whole, width: width) }
      return [TerminalText.cut(cell.head, width: max(1, width - DisplayWidth.of(cell.tail))) + cell.tail]
    }
  }
}
