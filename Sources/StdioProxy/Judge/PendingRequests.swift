import Guard
import JSONRPC

/// Requests of one direction that wait for their answer. A response has no method of its own: this is how it gets one.
///
/// Ids are kept by type and exact text. A peer that uses an id twice at once does not make the first request
/// forgotten: answers are matched in the order of the requests. When `capacity` is reached, the oldest is forgotten.
package struct PendingRequests: Sendable {
  /// What is remembered of a request.
  package struct Request: Sendable, Equatable {
    package var method: String
    /// Tool, prompt or resource.
    package var subject: String
    package var isModern: Bool
    /// Nil for requests whose results are never held.
    package var approval: ApprovalSource?

    package init(method: String, subject: String = "", isModern: Bool = false) {
      self.method = method
      self.subject = subject
      self.isModern = isModern
    }
  }

  package static let defaultCapacity = 65_536

  private let capacity: Int
  private var requests: [RequestID: [Numbered]] = [:]
  /// Ids in the order of their requests; answered ones are skipped when their turn comes.
  private var order: [(id: RequestID, number: UInt64)] = []
  private var orderHead = 0
  private var nextNumber: UInt64 = 0
  package private(set) var count = 0
  /// Bytes of parameters that are kept with the requests.
  private var keptBytes = 0

  /// Most bytes of parameters that are kept.
  private static let keptLimit = 16 << 20

  private struct Numbered: Sendable {
    var request: Request
    var number: UInt64
  }

  package init(capacity: Int = PendingRequests.defaultCapacity) {
    self.capacity = max(1, capacity)
  }

  /// Whether parameters of this length can be kept.
  package func hasRoom(for bytes: Int) -> Bool { bytes <= Self.keptLimit - keptBytes }

  package func contains(_ id: RequestID) -> Bool { requests[id] != nil }

  /// Remembers a request until it is answered.
  package mutating func add(_ request: Request, id: RequestID) {
    if count >= capacity { forgetOldest() }
    requests[id, default: []].append(Numbered(request: request, number: nextNumber))
    order.append((id, nextNumber))
    nextNumber += 1
    count += 1
    keptBytes += request.approval?.size ?? 0
  }

  /// The request that a response with this id answers; it is no longer pending.
  package mutating func take(_ id: RequestID) -> Request? {
    guard var waiting = requests[id], !waiting.isEmpty else { return nil }
    let answered = waiting.removeFirst()
    requests[id] = waiting.isEmpty ? nil : waiting
    forgotten(answered.request)
    compact()
    return answered.request
  }

  // MARK: Private

  private mutating func forgetOldest() {
    while orderHead < order.count {
      let (id, number) = order[orderHead]
      orderHead += 1
      guard var waiting = requests[id], let index = waiting.firstIndex(where: { $0.number == number }) else { continue }
      forgotten(waiting.remove(at: index).request)
      requests[id] = waiting.isEmpty ? nil : waiting
      break
    }
    compact()
  }

  private mutating func forgotten(_ request: Request) {
    count -= 1
    keptBytes -= request.approval?.size ?? 0
  }

  /// Keeps the order list in proportion to what is pending.
  private mutating func compact() {
    guard order.count > 64, order.count > 4 * (count + 1) || orderHead > order.count / 2 else { return }
    order = order[orderHead...].filter { entry in
      requests[entry.id]?.contains { $0.number == entry.number } ?? false
    }
    orderHead = 0
  }
}
