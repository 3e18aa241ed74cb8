import Testing

@testable import HTTPAdapter

@Suite struct GateTests {
  @Test("Host: loopback names and the allowed ones pass, others are 421, what is no host is 400")
  func hosts() {
    let gate = Gate(allowedHosts: ["Guard.example"])
    let cases: [(String?, Int?)] = [
      ("localhost", nil), ("LOCALHOST:8080", nil), ("127.0.0.1:1", nil), ("127.255.0.9", nil), ("[::1]:8080", nil),
      ("guard.example:443", nil), ("guard.example.", nil), ("evil.example", 421), ("127.0.0.1.evil.example", 421),
      ("127.0.0.256", 421), ("127.1", 421), ("0.0.0.0", 421), ("localhost@evil.example", 421), (nil, 400), ("", 400),
      ("a b", 400), ("[::1", 400), ("localhost:port", 400), ("localhost:123456", 400), ("::1", 400), ("h\u{F6}st", 400),
    ]
    for (host, status) in cases {
      let refusal = gate.refusal(authority: host, headers: HeaderList(), access: .open)
      #expect(refusal?.status == status, "\(host ?? "none")")
    }
  }

  @Test("Origin: absent, the same, or an allowed host; everything else is 403")
  func origins() {
    let gate = Gate(allowedHosts: ["guard.example"])
    let cases: [(String, Int?)] = [
      ("http://localhost:8080", nil), ("HTTP://LOCALHOST:8080", nil), ("https://guard.example", nil),
      ("http://localhost:3000", 403), ("http://localhost", 403), ("http://evil.example", 403), ("null", 403), ("", 403),
      ("localhost:8080", 403), ("http://localhost:8080.evil.example", 403),
    ]
    for (origin, status) in cases {
      let refusal = gate.refusal(authority: "localhost:8080", headers: HeaderList([("origin", origin)]), access: .open)
      #expect(refusal?.status == status, "\(origin)")
    }
    let twice = HeaderList([("Origin", "http://localhost:8080"), ("Origin", "http://evil.example")])
    #expect(gate.refusal(authority: "localhost:8080", headers: twice, access: .open)?.status == 403)
  }

  @Test("key: one of the two fields, once, and exactly; routes that are open need none")
  func keys() {
    let gate = Gate(apiKey: "secret")
    let cases: [([(name: String, value: String)], Int?)] = [
      ([("Authorization", "Bearer secret")], nil), ([("authorization", "bearer secret")], nil),
      ([("X-API-Key", "secret")], nil), ([], 401), ([("Authorization", "secret")], 401),
      ([("Authorization", "Basic secret")], 401), ([("Authorization", "Bearer secret x")], 401),
      ([("X-API-Key", "secre")], 401), ([("X-API-Key", "secret2")], 401), ([("X-API-Key", "")], 401),
      ([("X-API-Key", "secret"), ("X-API-Key", "other")], 401),
      ([("X-API-Key", "secret"), ("Authorization", "Bearer other")], 401),
    ]
    for (fields, status) in cases {
      let refusal = gate.refusal(authority: "localhost", headers: HeaderList(fields), access: .key)
      #expect(refusal?.status == status, "\(fields)")
      #expect(gate.refusal(authority: "localhost", headers: HeaderList(fields), access: .open) == nil)
    }
    #expect(Gate().refusal(authority: "localhost", headers: HeaderList(), access: .key) == nil)
  }
}
