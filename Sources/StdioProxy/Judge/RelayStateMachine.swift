import Guard
import JSONRPC

/// What a session remembers between frames: requests in flight in both directions, requests that were stopped, tools
/// that were withheld. Pure; it does no I/O and knows no thread.
package struct RelayStateMachine: Sendable {
  private var fromClient = PendingRequests()
  private var fromServer = PendingRequests()
  private var stoppedFromClient = RecentIDs()
  private var stoppedFromServer = RecentIDs()
  /// By bytes: String compares by canonical equivalence, and peers do not.
  private var withheld: Set<[UInt8]> = []

  private var calls = CallRate()

  /// Names of withheld tools that are remembered. A server that lists more poisoned tools is refused at listing time.
  private static let withheldLimit = 100_000

  package init() {}

  /// Whether a request of this sender with this id waits for its answer.
  package func isInFlight(_ id: RequestID, _ direction: Direction) -> Bool {
    direction == .clientToServer ? fromClient.contains(id) : fromServer.contains(id)
  }

  /// Whether parameters of this length can be kept with a request.
  package func hasRoom(for bytes: Int, _ direction: Direction) -> Bool {
    direction == .clientToServer ? fromClient.hasRoom(for: bytes) : fromServer.hasRoom(for: bytes)
  }

  /// A request goes on to the other side.
  package mutating func requestPassed(_ request: PendingRequests.Request, id: RequestID, _ direction: Direction) {
    if direction == .clientToServer { fromClient.add(request, id: id) } else { fromServer.add(request, id: id) }
  }

  /// A request was stopped: what its sender says about it later has no meaning for the other side.
  package mutating func requestStopped(id: RequestID, _ direction: Direction) {
    if direction == .clientToServer { stoppedFromClient.insert(id) } else { stoppedFromServer.insert(id) }
  }

  /// A response travels in `direction`: the request that it answers, which came from the other side, is done with.
  package mutating func responseArrived(id: RequestID, _ direction: Direction) -> PendingRequests.Request? {
    direction == .serverToClient ? fromClient.take(id) : fromServer.take(id)
  }

  /// Whether a response with this id, travelling in `direction`, would answer a request.
  package func isAwaited(_ id: RequestID, _ direction: Direction) -> Bool {
    direction == .serverToClient ? fromClient.contains(id) : fromServer.contains(id)
  }

  /// Whether a cancellation names a request that never arrived.
  package func cancelsStoppedRequest(_ id: RequestID, _ direction: Direction) -> Bool {
    let (stopped, pending) =
      direction == .clientToServer ? (stoppedFromClient, fromClient) : (stoppedFromServer, fromServer)
    return stopped.contains(id) && !pending.contains(id)
  }

  /// Tools were cut from a list: for the rest of the session they are refused when called.
  package mutating func toolsWithheld(_ names: [String]) {
    for name in names where withheld.count < Self.withheldLimit { withheld.insert(Array(name.utf8)) }
  }

  /// Whether one more call fits into this minute; if so it is counted.
  ///
  /// - Parameter now: microseconds of a clock that never goes back.
  package mutating func admitsCall(at now: Int64, perMinute limit: Int) -> Bool {
    calls.admits(at: now, perMinute: limit)
  }

  package func isWithheld(_ tool: String) -> Bool { !withheld.isEmpty && withheld.contains(Array(tool.utf8)) }
}

/// The last ids of something, as many as fit.
struct RecentIDs: Sendable {
  private var ids: Set<RequestID> = []
  private var order: [RequestID] = []
  private var next = 0

  static let capacity = 4096

  func contains(_ id: RequestID) -> Bool { ids.contains(id) }

  mutating func insert(_ id: RequestID) {
    guard ids.insert(id).inserted else { return }
    if order.count < Self.capacity {
      order.append(id)
    } else {
      ids.remove(order[next])
      order[next] = id
      next = (next + 1) % Self.capacity
    }
  }
}
