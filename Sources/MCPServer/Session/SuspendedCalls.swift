import JSONRPC

/// Requests of a legacy client that wait for answers of the same client.
struct SuspendedCalls {
  struct Call {
    let request: Request
    let need: InputNeed
    let round: Int
    /// Open questions: the key of each by the id of our request.
    var open: [String: String] = [:]
    var answers: [String: JSONValue] = [:]
  }

  enum Step {
    case waiting
    case ready(Call)
    /// With the method that was not answered, and the ids of our requests that are still open.
    case failed(Call, method: String, others: [String])
  }

  private var calls: [Call] = []
  private var questions = 0

  var count: Int { calls.count }

  /// - Returns: the requests to be sent, with their ids.
  mutating func add(_ request: Request, _ need: InputNeed, round: Int) -> [(id: String, question: InputRequest)] {
    var call = Call(request: request, need: need, round: round)
    var sent: [(id: String, question: InputRequest)] = []
    for question in need.requests {
      questions += 1
      // A string, so that it can never be taken for an id of a client that counts.
      let id = "oktsec-\(questions)"
      call.open[id] = question.key
      sent.append((id, question))
    }
    calls.append(call)
    return sent
  }

  func isWaiting(for id: RequestID) -> Bool {
    id.kind == .string && calls.contains { $0.open[id.value] != nil }
  }

  /// - Parameter result: nil when the client answered by an error.
  /// - Returns: nil when nobody waits for it.
  mutating func answer(_ id: String, _ result: JSONValue?) -> Step? {
    guard let index = calls.firstIndex(where: { $0.open[id] != nil }),
      let key = calls[index].open.removeValue(forKey: id)
    else { return nil }
    guard let result, result.isObject else {
      let call = calls.remove(at: index)
      let method = call.need.requests.first { $0.key == key }?.method ?? ""
      return .failed(call, method: method, others: call.open.keys.sorted())
    }
    calls[index].answers[key] = result
    guard calls[index].open.isEmpty else { return .waiting }
    return .ready(calls.remove(at: index))
  }

  /// Forgets the calls with this id: the client has cancelled them.
  ///
  /// - Returns: the ids of our requests that are now pointless.
  mutating func remove(_ id: RequestID) -> [String] {
    let cancelled = calls.filter { $0.request.id == id }
    guard !cancelled.isEmpty else { return [] }
    calls.removeAll { $0.request.id == id }
    return cancelled.flatMap(\.open.keys).sorted()
  }
}
