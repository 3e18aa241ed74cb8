import JSONRPC

/// Reads JSON with comments and trailing commas: what is not JSON is blanked out, byte for byte, and the strict scanner reads
/// the rest, so that every offset is one of the file.
enum JSONCReader {
  static func read(_ text: [UInt8], filter: SettingsFilter? = nil) throws(SettingsProblem) -> SettingsNode {
    let plain = try JSONCMask.masked(text)
    let result = plain.withUnsafeBytes { plain -> Result<SettingsNode, JSONSyntaxError> in
      var scanner = JSONScanner(maximumDepth: maximumDepth)
      var builder = TreeBuilder(text: plain, filter: filter)
      do throws(JSONSyntaxError) {
        _ = try scanner.scan(plain, sink: &builder)
      } catch {
        return .failure(error)
      }
      return .success(builder.root)
    }
    switch result {
    case .success(let root): return root
    case .failure(let error): throw SettingsProblem(error.kind.rawValue, at: error.offset, in: text)
    }
  }

  private static let maximumDepth = 512
}

/// Puts the scanner's events together. Depth costs heap, not stack.
private struct TreeBuilder: JSONSink {
  let text: UnsafeRawBufferPointer
  let filter: SettingsFilter?
  var root = SettingsNode(value: .null, start: 0)

  private struct Container {
    let isTable: Bool
    let start: Int
    let state: SettingsFilter.State?
    var elements: [SettingsNode] = []
    var members: [SettingsMember] = []
    var names: Set<[UInt8]> = []
    var duplicates: [(name: String, offset: Int)] = []
    var name: JSONString?
    var nameText = ""
  }

  private var open: [Container] = []
  /// Containers that are open inside a part that nobody wants, and where that part begins.
  private var skippedDepth = 0
  private var skippedStart = 0

  init(text: UnsafeRawBufferPointer, filter: SettingsFilter?) {
    self.text = text
    self.filter = filter
  }

  mutating func beginObject(at offset: Int) { begin(isTable: true, offset) }
  mutating func beginArray(at offset: Int) { begin(isTable: false, offset) }
  mutating func endObject(at end: Int) { close(end) }
  mutating func endArray(at end: Int) { close(end) }

  mutating func memberName(_ name: JSONString) {
    guard skippedDepth == 0, let last = open.indices.last else { return }
    open[last].name = name
    open[last].nameText = name.value(in: text)
    if !open[last].names.insert(Array(open[last].nameText.utf8)).inserted {
      open[last].duplicates.append((open[last].nameText, name.start - 1))
    }
  }

  mutating func string(_ value: JSONString) {
    guard skippedDepth == 0 else { return }
    let range = (value.start - 1)..<(value.end + 1)
    add(isWanted ? .text(value.value(in: text)) : .skipped, range)
  }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    guard skippedDepth == 0 else { return }
    add(kind == .null ? .null : .literal(String(decoding: text[range], as: UTF8.self)), range)
  }

  private mutating func begin(isTable: Bool, _ offset: Int) {
    if skippedDepth > 0 || !isWanted {
      if skippedDepth == 0 { skippedStart = offset }
      skippedDepth += 1
      return
    }
    open.append(Container(isTable: isTable, start: offset, state: state))
  }

  private mutating func close(_ end: Int) {
    if skippedDepth > 0 {
      skippedDepth -= 1
      if skippedDepth == 0 { add(.skipped, skippedStart..<end) }
      return
    }
    guard let container = open.popLast() else { return }
    let value: SettingsNode.Value = container.isTable ? .table(container.members) : .list(container.elements)
    add(value, container.start..<end, duplicates: container.duplicates)
  }

  private mutating func add(
    _ value: SettingsNode.Value, _ range: Range<Int>, duplicates: [(name: String, offset: Int)] = []
  ) {
    let node = SettingsNode(value: value, start: range.lowerBound, end: range.upperBound, duplicates: duplicates)
    guard let last = open.indices.last else {
      root = node
      return
    }
    guard open[last].isTable else {
      open[last].elements.append(node)
      return
    }
    guard let name = open[last].name else { return }
    let nameRange = (name.start - 1)..<(name.end + 1)
    open[last].members.append(
      SettingsMember(name: open[last].nameText, nameRange: nameRange, keyStart: nameRange.lowerBound, value: node))
  }

  /// What the filter says about the value that comes next.
  private var state: SettingsFilter.State? {
    guard let filter else { return nil }
    guard let container = open.last else { return filter.top }
    guard let state = container.state else { return nil }
    return container.isTable ? SettingsFilter.member(container.nameText, of: state) : state
  }

  private var isWanted: Bool { state?.isWanted ?? true }
}
