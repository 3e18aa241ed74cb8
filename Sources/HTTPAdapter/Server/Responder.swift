import HTTPTypes
import Hummingbird
import NIOCore
import Threads

/// Where a request came from.
struct ConnectionContext: InitializableFromSource {
  let peer: Peer

  init(source: ApplicationRequestContextSource) {
    peer = Peer(address: source.channel.remoteAddress?.ipAddress ?? "")
  }
}

/// Turns requests of the HTTP library into ours, and answers back. The gate and the routes are asked in between.
struct Responder: HTTPResponder {
  typealias Context = ConnectionContext

  let gate: Current<Gate>
  let routes: RouteTable
  let metrics: Metrics
  let clock: ServiceClock
  let isSecure: Bool
  let log: ServerLog

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    metrics.begin()
    let started = clock.steady()
    let headers = Self.headers(of: request)
    let id = RequestName.choose(headers["X-Request-ID"], at: clock.now())
    let (endpoint, reply) = await answer(request, headers, id, context.peer)
    let duration = clock.steady() - started
    metrics.end(endpoint, status: reply.status, duration: duration)
    log.note(
      reply.status >= 500 ? .warning : .debug,
      "\(Self.method(of: request)) \(endpoint) \(reply.status) \(duration) us from \(context.peer.address) request \(id)"
    )
    return Self.response(reply, id: id, isHead: request.method == .head)
  }

  /// - Returns: with the name of the route, for metrics.
  private func answer(
    _ request: Request, _ headers: HeaderList, _ id: String, _ peer: Peer
  ) async -> (endpoint: String, reply: EndpointReply) {
    let target = request.head.path ?? ""
    let path = String(target.prefix { $0 != "?" && $0 != "#" })
    let match = routes.match(method: request.method.rawValue, path: path)
    var access = Route.Access.key
    var name = "none"
    if case .found(let route, _) = match { (access, name) = (route.access, route.name) }
    // A second Host field stays among the headers.
    let authority = headers.contains("Host") ? nil : request.head.authority
    if let refusal = gate.value.refusal(authority: authority, headers: headers, access: access) {
      return (name, refusal)
    }
    switch match {
    case .unknownPath: return (name, .error(404, "there is nothing at this path"))
    case .wrongMethod(let allowed):
      let list = allowed.joined(separator: ", ")
      return (name, .error(405, "this path takes \(list)", headers: HeaderList([("Allow", list)])))
    case .found(let route, let parameters):
      var ours = EndpointRequest(
        method: request.method.rawValue, path: path, query: Self.query(of: target), headers: headers, peer: peer,
        isSecure: isSecure, id: id)
      ours.parameters = parameters
      // The library keeps it apart from the others.
      if let authority { ours.headers.append("Host", authority) }
      if request.method == .get || request.method == .head {
        return (name, await route.endpoint.answer(ours))
      }
      if let refusal = Self.refusal(of: headers, route) { return (name, refusal) }
      switch await Self.body(of: request, headers, upTo: route.maximumBody) {
      case .whole(let bytes): ours.body = bytes
      case .tooLong: return (name, .error(413, "the body is longer than \(route.maximumBody) bytes"))
      case .broken: return (name, .error(400, "the body ended early"))
      }
      return (name, await route.endpoint.answer(ours))
    }
  }

  private static func refusal(of headers: HeaderList, _ route: Route) -> EndpointReply? {
    guard !route.mediaTypes.isEmpty else { return nil }
    guard MediaType.isOneOf(route.mediaTypes, headers["Content-Type"]) else {
      return .error(415, "Content-Type must be \(route.mediaTypes.joined(separator: " or "))")
    }
    guard !headers.contains("Content-Encoding") else { return .error(415, "the body must not be encoded") }
    return nil
  }

  private enum Body {
    case whole([UInt8])
    case tooLong
    case broken
  }

  /// At most one chunk more than the limit is ever held.
  private static func body(of request: Request, _ headers: HeaderList, upTo limit: Int) async -> Body {
    if let length = headers["Content-Length"].flatMap({ Int($0) }), length > limit { return .tooLong }
    var bytes: [UInt8] = []
    do {
      for try await chunk in request.body {
        guard bytes.count + chunk.readableBytes <= limit else { return .tooLong }
        chunk.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
      }
    } catch {
      return .broken
    }
    return .whole(bytes)
  }

  private static func headers(of request: Request) -> HeaderList {
    HeaderList(request.headers.map { ($0.name.rawName, $0.value) })
  }

  private static func query(of target: String) -> String {
    guard let mark = target.firstIndex(of: "?") else { return "" }
    return String(target[target.index(after: mark)...].prefix { $0 != "#" })
  }

  /// For logs: a method is whatever a client writes.
  private static func method(of request: Request) -> String {
    let known: [HTTPRequest.Method] = [.get, .head, .post, .delete, .put, .patch, .options]
    return known.contains(request.method) ? request.method.rawValue : "OTHER"
  }

  private static func response(_ reply: EndpointReply, id: String, isHead: Bool) -> Response {
    var fields = HTTPFields()
    for (name, value) in reply.headers.fields {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    if let name = HTTPField.Name("X-Request-ID") { fields[name] = id }
    if fields[.xContentTypeOptions] == nil { fields[.xContentTypeOptions] = "nosniff" }
    let body: ResponseBody
    switch reply.body {
    case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .stream(let chunks):
      body = ResponseBody { writer in
        for await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
        try await writer.finish(nil)
      }
    }
    let response = Response(status: HTTPResponse.Status(code: reply.status), headers: fields, body: body)
    return isHead ? response.createHeadResponse() : response
  }
}
