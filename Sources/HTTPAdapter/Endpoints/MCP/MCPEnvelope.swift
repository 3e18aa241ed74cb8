import JSONRPC

/// What the HTTP headers of an MCP request repeat of its body. Taken out of one scan; builds no tree.
struct MCPEnvelope: JSONSink {
  private(set) var method: String?
  private(set) var hasID = false
  private(set) var isArray = false
  /// `params._meta["io.modelcontextprotocol/protocolVersion"]`.
  private(set) var version: String?
  /// `params.name` and `params.uri`.
  private(set) var name: String?
  private(set) var uri: String?
  private(set) var hasModernMeta = false

  private let text: UnsafeRawBufferPointer
  /// Names of the members that are open; at most three are kept, deeper ones mean nothing here.
  private var path: [String] = []
  private var depth = 0

  /// - Returns: nil when the body is no JSON object or array, or holds a member name twice.
  init?(_ body: UnsafeRawBufferPointer, maximumDepth: Int) {
    guard UTF8Repair.isValid(body) else { return nil }
    text = body
    var scanner = JSONScanner(maximumDepth: maximumDepth)
    guard let seen = try? scanner.scan(body, sink: &self), !seen.duplicateMember else { return nil }
  }

  mutating func beginObject(at offset: Int) { depth += 1 }
  mutating func endObject(at end: Int) { leave() }
  mutating func beginArray(at offset: Int) {
    if depth == 0 { isArray = true }
    depth += 1
  }
  mutating func endArray(at end: Int) { leave() }

  mutating func memberName(_ name: JSONString) {
    guard !isArray, depth <= 3, path.count >= depth - 1 else { return }
    path.removeSubrange((depth - 1)...)
    // A name longer than those that are looked for cannot be one of them.
    path.append(name.range.count <= 256 ? name.value(in: text) : "")
    if depth == 3, path[0] == "params", path[1] == "_meta", Self.modernKeys.contains(path[2]) { hasModernMeta = true }
    if depth == 1, path[0] == "id" { hasID = true }
  }

  mutating func string(_ value: JSONString) {
    guard !isArray, path.count == depth else { return }
    switch path {
    case ["method"]: method = value.value(in: text)
    case ["params", "name"]: name = value.value(in: text)
    case ["params", "uri"]: uri = value.value(in: text)
    case ["params", "_meta", Self.versionKey]: version = value.value(in: text)
    default: break
    }
  }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {}

  static let versionKey = "io.modelcontextprotocol/protocolVersion"
  private static let modernKeys = [versionKey, "io.modelcontextprotocol/clientCapabilities"]

  private mutating func leave() {
    depth -= 1
    if path.count > depth { path.removeSubrange(depth...) }
  }
}
