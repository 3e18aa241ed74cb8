/// Frames that are nearly right: sound ones with bytes changed, cut, doubled or mixed.
struct FrameMutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// Never holds a line feed, which a decoder would have split at.
  mutating func next() -> [UInt8] {
    var bytes = Self.samples[below(Self.samples.count)]
    for _ in 0..<below(4) { mutate(&bytes) }
    return bytes.map { $0 == 0x0A ? 0x20 : $0 }
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let place = below(bytes.count)
    switch below(7) {
    case 0: bytes[place] = UInt8(truncatingIfNeeded: random())
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(Self.structure[below(Self.structure.count)], at: place)
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + below(20)))
    case 4:
      let other = Self.samples[below(Self.samples.count)]
      bytes = Array(bytes[..<place]) + Array(other[min(other.count, place)...])
    case 5: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + below(30))], at: place)
    default: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: place)
    }
  }

  private mutating func below(_ limit: Int) -> Int { Int(random() % UInt64(limit)) }

  /// xorshift64*.
  private mutating func random() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  private static let structure = Array("{}[]\",:0-\\u".utf8)
  private static let pieces = [
    "null", "{}", "[]", "\"\"", "\\ud800", "-1e9", ",\"id\":null", ",\"params\":[]", "\u{202E}",
  ].map { Array($0.utf8) }

  private static let samples = [
    #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#,
    #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}"#,
    #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"greeter","_meta":{"progressToken":"p"}}}"#,
    #"{"jsonrpc":"2.0","id":4,"method":"resources/read","params":{"uri":"test://1"}}"#,
    #"{"jsonrpc":"2.0","id":5,"method":"prompts/get","params":{"name":"greet","arguments":{"who":"x"}}}"#,
    #"{"jsonrpc":"2.0","id":"oktsec-1","result":{"action":"accept","content":{"name":"x"}}}"#,
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#,
    #"{"jsonrpc":"2.0","id":6,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}}}"#,
    #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"greeter","inputResponses":{"name":{"action":"accept"}},"requestState":"00","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}}}"#,
    #"{"jsonrpc":"2.0","id":8,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    #"[{"jsonrpc":"2.0","id":9,"method":"ping"},{"jsonrpc":"2.0","id":10,"method":"tools/list"}]"#,
    #"{"jsonrpc":"2.0","id":11,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"who","value":"a"}}}"#,
  ].map { Array($0.utf8) }
}
