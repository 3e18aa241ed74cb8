import Audit
import CLI
import Dashboard
import HTTPAdapter

/// Mounts the dashboard: the site knows no HTTP library, and the server no pages.
struct DashboardEndpoint: Endpoint {
  private let site: DashboardSite

  init(_ site: DashboardSite) { self.site = site }

  /// The site says itself which methods a path takes, and has its own access code instead of the API key.
  var route: Route {
    Route(
      "/dashboard/**", name: "dashboard", methods: [], access: .open, maximumBody: PageRequest.maximumBody,
      endpoint: self)
  }

  func answer(_ request: EndpointRequest) async -> EndpointReply {
    let target = request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
    let reply = await site.answer(
      PageRequest(
        method: request.method, target: target, headers: request.headers.fields, body: request.body,
        peer: request.peer.address, peerIsLoopback: request.peer.isLoopback, isSecure: request.isSecure,
        now: Timestamp.now))
    let body: EndpointReply.Body =
      switch reply.body {
      case .bytes(let bytes): .bytes(bytes)
      case .stream(let chunks): .stream(chunks)
      }
    return EndpointReply(status: reply.status, headers: HeaderList(reply.headers), body: body)
  }
}
