import JSONRPC

/// Makes random JSON-RPC objects: members of the envelope and others, in any order and spelling, mostly valid.
struct MessageGenerator {
  var json: JSONGenerator

  init(seed: UInt64) {
    json = JSONGenerator(seed: seed)
    json.maximumDepth = 3
  }

  /// An object as a value; its member names are distinct.
  mutating func message() -> JSONValue {
    var members: [(name: String, value: JSONValue)] = []
    if !json.random.oneIn(8) { members.append(("jsonrpc", .string("2.0"))) }
    if !json.random.oneIn(4) { members.append(("id", identifier())) }
    if !json.random.oneIn(3) { members.append(("method", json.random.oneIn(8) ? json.value() : .string("tools/call"))) }
    if json.random.oneIn(2) { members.append(("params", nested())) }
    if json.random.oneIn(4) { members.append(("result", nested())) }
    if json.random.oneIn(6) { members.append(("error", nested())) }
    if json.random.oneIn(6) { members.append(("extension", json.value())) }
    members.shuffle(using: &json.random)
    return .object(members)
  }

  mutating func text() -> [UInt8] {
    let message = message()
    return json.spell(message)
  }

  private mutating func identifier() -> JSONValue {
    switch json.random.below(8) {
    case 0: .null
    case 1: json.value()
    case 2: .number(json.number())
    case 3, 4: .string(json.string())
    case 5: .string(json.random.pick(["id", "method", "", "1", "\"id\":2", String(repeating: "x", count: 1025)]))
    default: .number(String(json.random.below(1000)))
    }
  }

  /// A value that holds decoys of the envelope's names one level down.
  private mutating func nested() -> JSONValue {
    guard json.random.oneIn(2) else { return json.value() }
    return .object([
      ("id", .number("666")), ("method", .string("id")), ("text", .string("{\"id\":667,\"method\":1}")),
      ("deeper", .array([.object([("id", .string("668"))]), json.value()])),
    ])
  }
}
