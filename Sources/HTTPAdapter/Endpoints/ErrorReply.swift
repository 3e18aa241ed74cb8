import JSONRPC

extension EndpointReply {
  /// `{"error": …}`, the body of every refusal that is about the request and not about a message.
  ///
  /// - Parameter message: our own words; no byte of the request.
  package static func error(_ status: Int, _ message: String, headers: HeaderList = HeaderList()) -> EndpointReply {
    var writer = JSONWriter()
    writer.object { $0.member("error", message) }
    return .json(status: status, writer.bytes, headers: headers)
  }

  /// Too much at once.
  package static func busy() -> EndpointReply {
    error(503, "too many requests at once; try again", headers: HeaderList([("Retry-After", "1")]))
  }
}
