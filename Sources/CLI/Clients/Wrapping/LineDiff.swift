/// A change of a settings file as a unified diff for people: few lines, and no secrets. Not for `patch`.
struct LineDiff {
  let document: SettingsDocument
  let edits: [TextEdit]

  var lines: [String] {
    let masks = SecretPlaces(document: document).edits
    let visibleMasks = masks.filter { mask in !edits.contains { Self.overlaps($0.range, mask.range) } }
    var output: [String] = []
    var shift = 0
    for region in regions {
      let old = Self.lines(applied(masks, to: region))
      let new = Self.lines(applied(edits + visibleMasks, to: region))
      let first = line(of: region.lowerBound)
      output.append("@@ -\(first),\(old.count) +\(first + shift),\(new.count) @@")
      output += Self.merged(old, new)
      shift += new.count - old.count
    }
    let mask = ArgumentMask()
    return output.map { mask.anywhere($0) }
  }

  // MARK: Regions

  /// Ranges of whole lines, or of whole entries where lines are very long.
  private var regions: [Range<Int>] {
    let layout = TextLayout(text: document.text)
    var regions: [Range<Int>] = []
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      var start = layout.lineStart(of: edit.range.lowerBound)
      var end = lineEnd(from: edit.range.upperBound)
      if let entry = entryRange(around: edit.range) {
        // A line before and behind, as far as it belongs to the same server.
        if start > entry.lowerBound {
          start = max(layout.lineStart(of: start - 1), layout.lineStart(of: entry.lowerBound))
        }
        if end < entry.upperBound { end = lineEnd(from: min(end + 1, document.text.count)) }
        if end - start > Self.maximumLength { (start, end) = (entry.lowerBound, entry.upperBound) }
      }
      if let last = regions.last, start <= last.upperBound {
        regions[regions.count - 1] = last.lowerBound..<max(last.upperBound, end)
      } else {
        regions.append(start..<end)
      }
    }
    return regions
  }

  private static let maximumLength = 2000

  /// The end of the line that holds `offset`, without its line end.
  private func lineEnd(from offset: Int) -> Int {
    document.text[offset...].firstIndex(of: 0x0A) ?? document.text.count
  }

  private func entryRange(around range: Range<Int>) -> Range<Int>? {
    document.entries.lazy.compactMap(\.node.range).first { $0.contains(range.lowerBound) }
  }

  private func line(of offset: Int) -> Int { document.text[..<offset].count { $0 == 0x0A } + 1 }

  private func applied(_ edits: [TextEdit], to region: Range<Int>) -> [UInt8] {
    let inside = edits.filter { region.lowerBound <= $0.range.lowerBound && $0.range.upperBound <= region.upperBound }
    let moved = inside.map { edit in
      TextEdit(
        (edit.range.lowerBound - region.lowerBound)..<(edit.range.upperBound - region.lowerBound), edit.replacement)
    }
    let text = Array(document.text[region])
    return TextEdit.apply(moved, to: text) ?? text
  }

  private static func lines(_ text: [UInt8]) -> [String] {
    text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
  }

  /// Both as one list of lines, each with its sign: the fewest changes. A region that is too long for that is shown as
  /// taken away and put back whole.
  private static func merged(_ old: [String], _ new: [String]) -> [String] {
    guard old.count * new.count <= 1 << 18 else { return old.map { "-" + $0 } + new.map { "+" + $0 } }
    // How many lines the rests have in common.
    var common = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
    for i in old.indices.reversed() {
      for j in new.indices.reversed() {
        common[i][j] = old[i] == new[j] ? common[i + 1][j + 1] + 1 : max(common[i + 1][j], common[i][j + 1])
      }
    }
    var output: [String] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, old[i] == new[j] {
        output.append(" " + old[i])
        (i, j) = (i + 1, j + 1)
      } else if i < old.count, j == new.count || common[i + 1][j] >= common[i][j + 1] {
        output.append("-" + old[i])
        i += 1
      } else {
        output.append("+" + new[j])
        j += 1
      }
    }
    return output
  }

  private static func overlaps(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    left.lowerBound < right.upperBound && right.lowerBound < left.upperBound
  }
}

/// Where secrets may stand in the entries of servers.
struct SecretPlaces {
  let document: SettingsDocument

  /// Edits that hide them.
  var edits: [TextEdit] {
    var edits: [TextEdit] = []
    for entry in document.entries {
      var arguments: Set<Int> = []
      if let process = entry.process {
        let shown = ArgumentMask().shown(process.words.map { $0.text ?? "" }).words
        for (word, text) in zip(process.words, shown) {
          arguments.insert(word.start)
          if let range = word.range, text != word.text { edits.append(TextEdit(range, hidden(text))) }
        }
      }
      hide(entry.node, name: "", except: arguments, &edits)
    }
    return edits
  }

  /// Every other text but those of members that never hold one.
  private func hide(_ node: SettingsNode, name: String, except: Set<Int>, _ edits: inout [TextEdit]) {
    switch node.value {
    case .text(let text):
      guard !except.contains(node.start), !text.isEmpty, !Self.harmless.contains(name), let range = node.range else {
        return
      }
      edits.append(TextEdit(range, hidden(ArgumentMask.hidden)))
    case .list(let elements): for element in elements { hide(element, name: name, except: except, &edits) }
    case .table(let members): for member in members { hide(member.value, name: member.name, except: except, &edits) }
    case .literal, .null, .skipped: break
    }
  }

  private func hidden(_ text: String) -> [UInt8] { TextLiteral.write(text, as: document.dialect.format) }

  private static let harmless: Set = [
    "command", "cmd", "args", "type", "transport", "name", "cwd", "working_directory", "description", "source",
    "envFile",
    "tools", "autoApprove", "alwaysAllow", "enabled_tools", "disabled_tools", "includeTools", "excludeTools",
    "disabledTools",
    "path", "env_vars", "env_keys", "display_name", "bundled",
  ]
}
