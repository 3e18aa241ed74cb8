/// Metrics in the text format of Prometheus, version 0.0.4.
struct MetricsText {
  private(set) var text = ""

  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  init(_ state: Metrics.State, gauges: [Gauge]) {
    head("oktsec_http_requests_total", "counter", "Requests answered, by endpoint and HTTP status.")
    for (key, count) in state.requests.sorted(by: {
      ($0.key.endpoint, $0.key.status) < ($1.key.endpoint, $1.key.status)
    }) {
      line("oktsec_http_requests_total", "endpoint=\"\(key.endpoint)\",status=\"\(key.status)\"", String(count))
    }
    head("oktsec_messages_total", "counter", "Messages answered, by policy decision.")
    for (decision, count) in state.decisions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      line("oktsec_messages_total", "decision=\"\(decision.rawValue)\"", String(count))
    }
    head("oktsec_http_request_seconds", "histogram", "From the head of a request to its answer, by endpoint.")
    for (endpoint, histogram) in state.durations.sorted(by: { $0.key < $1.key }) { add(histogram, endpoint) }
    for gauge in [
      Gauge(name: "oktsec_http_requests_in_flight", help: "Requests being answered.", value: state.inFlight)
    ]
      + gauges
    {
      head(gauge.name, "gauge", gauge.help)
      text += "\(gauge.name) \(gauge.value)\n"
    }
  }

  private mutating func add(_ histogram: Histogram, _ endpoint: String) {
    var total = 0
    for (index, count) in histogram.counts.enumerated() {
      total += count
      let bound = index < Histogram.bounds.count ? Self.seconds(Histogram.bounds[index]) : "+Inf"
      line("oktsec_http_request_seconds_bucket", "endpoint=\"\(endpoint)\",le=\"\(bound)\"", String(total))
    }
    line("oktsec_http_request_seconds_sum", "endpoint=\"\(endpoint)\"", Self.seconds(histogram.sum))
    line("oktsec_http_request_seconds_count", "endpoint=\"\(endpoint)\"", String(total))
  }

  /// Microseconds as seconds: exact, and without zeros at the end.
  static func seconds(_ microseconds: Int64) -> String {
    let digits = String(microseconds % 1_000_000)
    var fraction = String(repeating: "0", count: 6 - digits.count) + digits
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return fraction.isEmpty ? "\(microseconds / 1_000_000)" : "\(microseconds / 1_000_000).\(fraction)"
  }

  private mutating func head(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func line(_ name: String, _ labels: String, _ value: String) {
    text += "\(name){\(labels)} \(value)\n"
  }
}
