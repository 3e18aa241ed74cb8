import Testing

@testable import HTTPAdapter

/// Names that stand for what the test says.
struct FixedResolver: HostResolver {
  let names: [String: [String]]

  func addresses(of host: String) async -> [NetworkAddress] {
    if let address = NetworkAddress(host) { return [address] }
    return (names[host] ?? []).compactMap { NetworkAddress($0) }
  }
}

@Suite struct OutboundClientTests {
  private func client(_ names: [String: [String]] = [:], milliseconds: Int = 10_000) -> OutboundClient {
    OutboundClient(
      resolver: FixedResolver(names: names), totalMilliseconds: milliseconds, connectMilliseconds: 10_000)
  }

  private func post(
    _ client: OutboundClient, _ url: String, allowsPrivate: Bool = true
  ) async throws -> OutboundClient.Outcome {
    await client.post(
      try #require(TargetURL(url)), headers: [("X-Test", "1")], body: Array("{}".utf8), allowsPrivate: allowsPrivate)
  }

  @Test("the connection goes to the address that was looked at, with the name of the URL")
  func overridden() async throws {
    let server = try LoopbackServer(.status(204))
    let client = client(["hooks.invalid": ["127.0.0.1"]])
    let outcome = try await post(client, "HTTP://Hooks.Invalid:\(server.port)/a%20b?c=d")
    #expect(outcome == .answered(status: 204, retryAfter: nil))
    let request = try #require(server.received.first)
    #expect(request.line == "POST /a%20b?c=d HTTP/1.1")
    #expect(request.headers["host"] == "hooks.invalid:\(server.port)")
    #expect(request.headers["x-test"] == "1")
    #expect(request.body == Array("{}".utf8))
  }

  @Test(
    "no connection is made to what is not public",
    arguments: ["127.0.0.1", "localhost", "[::1]", "rebind.invalid", "2130706433", "127.1"])
  func privateRefused(_ host: String) async throws {
    let server = try LoopbackServer(.status(200))
    // One public address among them does not help.
    var client = client(["rebind.invalid": ["8.8.8.8", "127.0.0.1"]])
    if host != "rebind.invalid" { client.resolver = SystemResolver() }
    let outcome = try await post(client, "http://\(host):\(server.port)/", allowsPrivate: false)
    #expect(outcome == .failed("its address is not public (allow_private)"))
    #expect(server.connectionCount == 0)
  }

  @Test("a metadata service is refused even where private addresses are allowed")
  func metadataRefused() async throws {
    let outcome = try await post(client(["m.invalid": ["169.254.169.254"]]), "http://m.invalid/")
    #expect(outcome == .failed("its address is a cloud's metadata service"))
    #expect(try await post(client(), "http://[::ffff:a9fe:a9fe]/") == outcome)
  }

  @Test("a redirect is not followed")
  func redirect() async throws {
    let other = try LoopbackServer(.status(200))
    let server = try LoopbackServer(.status(302, headers: ["Location: \(other.url())"]))
    #expect(try await post(client(), server.url()) == .answered(status: 302, retryAfter: nil))
    #expect(other.connectionCount == 0)
  }

  @Test("a server that hangs, hangs up, or talks without end holds nobody up")
  func unfriendly() async throws {
    let (silent, rude) = (try LoopbackServer(.silence), try LoopbackServer(.hangUp))
    #expect(try await post(client(milliseconds: 200), silent.url()) == .failed("no answer in time"))
    guard case .failed = try await post(client(), rude.url()) else {
      Issue.record("an answer from nobody")
      return
    }
    let endless = try LoopbackServer(.endless)
    #expect(try await post(client(), endless.url()) == .answered(status: 200, retryAfter: nil))
    #expect(rude.received.count == 1 && endless.received.count == 1)
    #expect(try await post(client(), "http://nobody.invalid/") == .failed("its name has no address"))
  }

  @Test("Retry-After is heard")
  func retryAfter() async throws {
    let server = try LoopbackServer(.status(429, headers: ["Retry-After: 17"]))
    #expect(try await post(client(), server.url()) == .answered(status: 429, retryAfter: 17))
  }
}
