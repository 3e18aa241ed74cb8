/// `POST /v1/message`.
package struct MessageEndpoint: Endpoint {
  private let service: MessageService
  private let pool: WorkerPool
  private let metrics: Metrics

  package init(_ service: MessageService, pool: WorkerPool, metrics: Metrics) {
    self.service = service
    self.pool = pool
    self.metrics = metrics
  }

  package func answer(_ request: EndpointRequest) async -> EndpointReply {
    let answer = await pool.run { [service] in service.answer(request.body, from: request.peer) }
    guard let answer else { return .busy() }
    if let decision = answer.decision { metrics.count(decision) }
    return answer.reply
  }
}
