import Guard
import JSONRPC

/// Scans lines on one thread.
final class LineWorker {
  /// What to scan next, in order.
  var portions: [[InputLine]] = []
  /// Lines that could not be scanned so far.
  private(set) var failures = 0

  private let inspector: Inspector
  private let effects: FindingEffects
  private let defaultRole: Role
  /// One per portion.
  private var answers: [[UInt8]] = []

  init(policy: TextPolicy, defaultRole: Role) {
    inspector = Inspector(rules: policy.rules)
    effects = policy.effects
    self.defaultRole = defaultRole
  }

  func work() {
    for portion in portions {
      var answer: [UInt8] = []
      for line in portion {
        answer.append(contentsOf: self.answer(line))
        answer.append(UInt8(ascii: "\n"))
      }
      answers.append(answer)
    }
    portions.removeAll()
  }

  /// The answers to a portion; nil when there was no such portion.
  func takeAnswer(_ portion: Int) -> [UInt8]? {
    answers.indices.contains(portion) ? answers[portion] : nil
  }

  func removeAnswers() { answers.removeAll() }

  /// One line of JSON, without a terminator.
  func answer(_ line: InputLine) -> [UInt8] {
    var writer = JSONWriter()
    switch line {
    case .tooLong: fail(.null, "longer than \(LineScan.maximumLine >> 20) MiB", &writer)
    case .frame(let frame):
      let parsed = frame.withContent { content in
        UTF8Repair.isValid(content)
          ? Self.parse(content) : UTF8Repair.repaired(content).withUnsafeBytes { Self.parse($0) }
      }
      switch parsed {
      case .failure(let error): fail(.null, Self.words(error), &writer)
      case .success(let value): scan(value, &writer)
      }
    }
    return writer.bytes
  }

  private func scan(_ value: JSONValue, _ writer: inout JSONWriter) {
    guard case .object = value else { return fail(.null, "not an object", &writer) }
    let id = value["id"] ?? .null
    guard let text = value["text"] else { return fail(id, "text is missing", &writer) }
    guard var text = text.string else { return fail(id, "text is not a string", &writer) }
    var role = defaultRole
    switch value["role"] {
    case nil, .null: break
    case .string(let name):
      guard let named = Role(name: name) else { return fail(id, "unknown role", &writer) }
      role = named
    default: return fail(id, "role is not a string", &writer)
    }
    let inspection = text.withUTF8 { inspector.inspect(text: UnsafeRawBufferPointer($0), role: role, effects: effects) }
    writer.object { writer in
      writer.name("id")
      id.write(into: &writer)
      writer.member("verdict", inspection.verdict.name)
      writer.name("findings")
      writer.array { writer in
        for finding in inspection.findings {
          writer.element()
          writer.object { ScanJSON.members(finding, to: &$0) }
        }
      }
      if inspection.droppedFindings > 0 { writer.member("dropped_findings", inspection.droppedFindings) }
    }
  }

  private func fail(_ id: JSONValue, _ reason: String, _ writer: inout JSONWriter) {
    failures += 1
    writer.object { writer in
      writer.name("id")
      id.write(into: &writer)
      writer.member("error", reason)
    }
  }

  private static func parse(_ content: UnsafeRawBufferPointer) -> Result<JSONValue, JSONValueError> {
    do throws(JSONValueError) { return .success(try JSONValue(parsing: content)) } catch { return .failure(error) }
  }

  private static func words(_ error: JSONValueError) -> String {
    switch error {
    case .syntax(let error): "not JSON: \(error.kind.rawValue) at offset \(error.offset)"
    case .invalidUTF8: "not UTF-8"
    case .duplicateMember: "a member stands twice"
    }
  }
}
