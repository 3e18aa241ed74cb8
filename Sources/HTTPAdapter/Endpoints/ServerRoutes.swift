/// The routes of the API. What other parts add comes behind them.
package enum ServerRoutes {
  /// Longest body of a message, in bytes: what is quarantined must be held whole.
  package static let maximumMessage = 4 << 20

  package static func make(
    version: String, messages: MessageService, states: QuarantineStates, inbox: InboxService,
    mcp: MCPService, metrics: Metrics,
    pool: WorkerPool, maximumBody: Int, gauges: @escaping @Sendable () -> [Gauge], adding more: [Route] = []
  ) -> RouteTable {
    RouteTable(
      [
        Route(
          "/v1/message", name: "message", methods: ["POST"], maximumBody: min(maximumMessage, maximumBody),
          mediaTypes: ["application/json"], endpoint: MessageEndpoint(messages, pool: pool, metrics: metrics)),
        Route(
          "/v1/quarantine/{id}", name: "quarantine", methods: ["GET"], endpoint: QuarantineEndpoint(states, pool: pool)),
        Route("/v1/inbox/{agent}", name: "inbox", methods: ["GET"], endpoint: inbox),
        Route("/v1/inbox/{agent}/{message_id}", name: "inbox", methods: ["DELETE"], endpoint: inbox),
        Route("/health", name: "health", methods: ["GET"], access: .open, endpoint: HealthEndpoint(version: version)),
        Route(
          "/metrics", name: "metrics", methods: ["GET"], endpoint: MetricsEndpoint(metrics, pool: pool, gauges: gauges)),
        Route(
          "/mcp", name: "mcp", methods: ["POST"], maximumBody: min(MCPEndpoint.maximumBody, maximumBody),
          mediaTypes: ["application/json"], endpoint: MCPEndpoint(mcp)),
      ] + more)
  }
}
