import Testing

@testable import HTTPAdapter

@Suite struct SmallPartsTests {
  @Test("media types: compared without case, with UTF-8 as the only character set")
  func mediaTypes() {
    let types = ["application/json"]
    for field in ["application/json", "Application/JSON", "application/json; charset=UTF-8", "application/json ;x=y"] {
      #expect(MediaType.isOneOf(types, field), "\(field)")
    }
    for field in [
      nil, "", "text/plain", "application/jsonx", "application/json; charset=latin1", "application/json, text/plain",
    ] {
      #expect(!MediaType.isOneOf(types, field), "\(field ?? "none")")
    }
  }

  @Test("request ids: kept when harmless, else made anew")
  func requestIDs() {
    #expect(RequestName.choose("trace:1.2_3-4", at: 0) == "trace:1.2_3-4")
    for offered in [nil, "", "a b", "a\nb", "\u{E4}", String(repeating: "x", count: 129)] {
      let chosen = RequestName.choose(offered, at: 0)
      #expect(chosen != offered && chosen.utf8.count == 20)
    }
  }

  @Test("a rate window: so many in any minute, and when there is room again")
  func rateWindow() {
    var window = RateWindow()
    let second: Int64 = 1_000_000
    #expect(window.admit(at: 0, perMinute: 2) == nil)
    #expect(window.admit(at: 10 * second, perMinute: 2) == nil)
    #expect(window.admit(at: 20 * second, perMinute: 2) == 40 * second)
    #expect(window.admit(at: 60 * second, perMinute: 2) == nil)
    #expect(window.admit(at: 61 * second, perMinute: 2) == 9 * second)
    #expect(window.admit(at: 61 * second, perMinute: 0) == 60 * second)
    #expect(window.admit(at: 61 * second, perMinute: 3) == nil)
  }

  @Test("addresses: one bucket for each, one for 64 bits of IPv6, none for loopback")
  func addressRate() {
    let rate = AddressRate(perMinute: 1)
    #expect(rate.admit(Peer(address: "192.0.2.1"), at: 0) == nil)
    #expect(rate.admit(Peer(address: "192.0.2.1"), at: 1) == 59_999_999)
    #expect(rate.admit(Peer(address: "192.0.2.1"), at: 60_000_000) == nil)
    #expect(rate.admit(Peer(address: "2001:db8:1:2::1"), at: 0) == nil)
    #expect(rate.admit(Peer(address: "2001:db8:1:2:3:4:5:6"), at: 0) != nil)
    #expect(rate.admit(Peer(address: "2001:db8:1:3::1"), at: 0) == nil)
    for _ in 0..<5 { #expect(rate.admit(Peer(address: "127.0.0.1"), at: 0) == nil) }
    for _ in 0..<5 { #expect(rate.admit(Peer(address: "::1"), at: 0) == nil) }
  }

  @Test("IPv6 addresses are cut at 64 bits however they are written")
  func networks() {
    #expect(AddressRate.key("2001:db8::1") == "2001:db8:0:0")
    #expect(AddressRate.key("2001:db8:0:0:1::") == "2001:db8:0:0")
    #expect(AddressRate.key("fe80::1%eth0") == "fe80:0:0:0")
    #expect(AddressRate.key("::ffff:192.0.2.1") == "::ffff:192.0.2.1")
  }

  @Test("the pool: bounded waiting, and work on many threads")
  func pool() async {
    let pool = WorkerPool(threads: 2, maximumWaiting: 0)
    #expect(await pool.run { 1 } == nil)
    let other = WorkerPool(threads: 4, maximumWaiting: 100)
    let sum = await withTaskGroup(of: Int?.self) { group in
      for number in 0..<50 { group.addTask { await other.run { number } } }
      return await group.reduce(0) { $0 + ($1 ?? 1000) }
    }
    #expect(sum == 49 * 50 / 2)
  }

  @Test("metrics text: counters, a cumulative histogram, exact seconds")
  func metrics() {
    let metrics = Metrics()
    metrics.begin()
    metrics.end("message", status: 200, duration: 300)
    metrics.begin()
    metrics.end("message", status: 403, duration: 9_000_000)
    metrics.count(.allow)
    let lines = MetricsText(metrics.snapshot, gauges: [Gauge(name: "g", help: "h", value: 7)]).text.split(
      separator: "\n")
    for line in [
      #"oktsec_http_requests_total{endpoint="message",status="200"} 1"#, #"oktsec_messages_total{decision="allow"} 1"#,
      #"oktsec_http_request_seconds_bucket{endpoint="message",le="0.00025"} 0"#,
      #"oktsec_http_request_seconds_bucket{endpoint="message",le="0.0005"} 1"#,
      #"oktsec_http_request_seconds_bucket{endpoint="message",le="+Inf"} 2"#,
      #"oktsec_http_request_seconds_sum{endpoint="message"} 9.0003"#, "oktsec_http_requests_in_flight 0", "g 7",
    ] {
      #expect(lines.contains(Substring(line)), "\(line)")
    }
  }
}
