import JSONRPC

/// What a scan of these bytes says.
func scan(_ bytes: [UInt8], maximumDepth: Int = 512) -> Result<JSONObservations, JSONSyntaxError> {
  bytes.withUnsafeBytes { raw in
    var scanner = JSONScanner(maximumDepth: maximumDepth)
    var sink = DiscardingSink()
    do throws(JSONSyntaxError) { return .success(try scanner.scan(raw, sink: &sink)) } catch { return .failure(error) }
  }
}

func scan(_ text: String, maximumDepth: Int = 512) -> Result<JSONObservations, JSONSyntaxError> {
  scan(Array(text.utf8), maximumDepth: maximumDepth)
}

func accepts(_ text: String) -> Bool {
  if case .success = scan(text) { true } else { false }
}

/// The error of a scan that has to fail, or nil when it succeeds.
func failure(_ text: String, maximumDepth: Int = 512) -> JSONSyntaxError? {
  if case .failure(let error) = scan(text, maximumDepth: maximumDepth) { error } else { nil }
}

func hasDuplicate(_ text: String) throws -> Bool { try scan(text).get().duplicateMember }

func events(of bytes: [UInt8]) throws -> [RecordingSink.Event] {
  try bytes.withUnsafeBytes { raw in
    var scanner = JSONScanner()
    var sink = RecordingSink()
    _ = try scanner.scan(raw, sink: &sink)
    return sink.events
  }
}

func decode(_ bytes: [UInt8]) throws -> Payload {
  try bytes.withUnsafeBytes { raw in
    var decoder = MessageDecoder()
    return try decoder.decode(raw)
  }
}

func decode(_ text: String) throws -> Payload { try decode(Array(text.utf8)) }

/// The text of a range of the message's frame.
func slice(_ text: String, _ range: Range<Int>?) -> String? {
  range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
}
