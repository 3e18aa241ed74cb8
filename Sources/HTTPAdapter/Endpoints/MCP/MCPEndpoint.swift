/// `POST /mcp`. GET and DELETE are for sessions and streams that this server does not offer: 405.
package struct MCPEndpoint: Endpoint {
  private let service: MCPService

  package init(_ service: MCPService) { self.service = service }

  package static let maximumBody = MCPService.maximumBody

  package func answer(_ request: EndpointRequest) async -> EndpointReply {
    guard Self.accepts(request.headers.all("Accept")) else {
      return .error(406, "Accept must include application/json and text/event-stream")
    }
    return await service.answer(request)
  }

  /// Both forms, since the server chooses; a client that says nothing takes anything.
  static func accepts(_ values: [String]) -> Bool {
    guard !values.isEmpty else { return true }
    let types = values.joined(separator: ",").lowercased().split(separator: ",").map { entry in
      entry.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
    }
    func takes(_ type: String, _ family: String) -> Bool {
      types.contains { $0 == type || $0 == family || $0 == "*/*" }
    }
    return takes("application/json", "application/*") && takes("text/event-stream", "text/*")
  }
}
