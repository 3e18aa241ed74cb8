import Testing

@testable import HTTPAdapter

@Suite struct RouteTests {
  private struct Silent: Endpoint {
    func answer(_ request: EndpointRequest) async -> EndpointReply { EndpointReply(status: 200) }
  }

  private let table = RouteTable([
    Route("/v1/message", name: "message", methods: ["POST"], endpoint: Silent()),
    Route("/v1/inbox/{agent}", name: "inbox", methods: ["GET"], endpoint: Silent()),
    Route("/v1/inbox/{agent}/{id}", name: "item", methods: ["DELETE"], endpoint: Silent()),
    Route("/dashboard/**", name: "pages", methods: [], endpoint: Silent()),
  ])

  private func found(_ method: String, _ path: String) -> String {
    switch table.match(method: method, path: path) {
    case .found(let route, let parameters): "\(route.name) \(parameters.joined(separator: ","))"
    case .wrongMethod(let allowed): "405 \(allowed.joined(separator: ","))"
    case .unknownPath: "404"
    }
  }

  @Test("paths match whole, segment by segment, and as they are written")
  func paths() {
    #expect(found("POST", "/v1/message") == "message ")
    #expect(found("GET", "/v1/inbox/ana") == "inbox ana")
    #expect(found("HEAD", "/v1/inbox/ana") == "inbox ana")
    #expect(found("DELETE", "/v1/inbox/ana/m-1") == "item ana,m-1")
    #expect(found("PUT", "/dashboard") == "pages ")
    #expect(found("GET", "/dashboard/a/b") == "pages ")
    for path in [
      "/", "", "/v1", "/v1/message/", "/v1//message", "/V1/message", "/v1/inbox/", "/v1/inbox/a/b/c", "/dashboards",
    ] {
      #expect(found("GET", path) == "404", "\(path)")
    }
  }

  @Test("a wrong method names those that the path takes")
  func methods() {
    #expect(found("GET", "/v1/message") == "405 POST")
    #expect(found("POST", "/v1/inbox/ana") == "405 GET,HEAD")
  }
}
