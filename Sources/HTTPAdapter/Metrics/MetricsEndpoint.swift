/// `GET /metrics`.
package struct MetricsEndpoint: Endpoint {
  private let metrics: Metrics
  private let pool: WorkerPool
  private let gauges: @Sendable () -> [Gauge]

  /// - Parameter gauges: may ask the database; called on a thread that may block.
  package init(_ metrics: Metrics, pool: WorkerPool, gauges: @escaping @Sendable () -> [Gauge] = { [] }) {
    self.metrics = metrics
    self.pool = pool
    self.gauges = gauges
  }

  package func answer(_ request: EndpointRequest) async -> EndpointReply {
    let waiting = Gauge(
      name: "oktsec_requests_waiting", help: "Requests that wait for a thread.", value: pool.waitingCount)
    guard let measured = await pool.run(gauges) else { return .busy() }
    let text = MetricsText(metrics.snapshot, gauges: [waiting] + measured).text
    return EndpointReply(
      status: 200, headers: HeaderList([("Content-Type", MetricsText.mediaType), ("Cache-Control", "no-store")]),
      body: .bytes(Array(text.utf8)))
  }
}
