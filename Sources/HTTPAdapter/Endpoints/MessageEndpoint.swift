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
    let answer = await withCheckedContinuation { (continuation: CheckedContinuation<MessageAnswer?, Never>) in
      // Handing a short message to another thread costs more than judging it.
      if service.isQuick(request.body) {
        return service.answer(request.body, from: request.peer, mayWait: false) { continuation.resume(returning: $0) }
      }
      let isTaken = pool.submit { [service] in
        service.answer(request.body, from: request.peer, mayWait: true) { continuation.resume(returning: $0) }
      }
      if !isTaken { continuation.resume(returning: nil) }
    }
    guard let answer else { return .busy() }
    if let decision = answer.decision { metrics.count(decision) }
    return answer.reply
  }
}
