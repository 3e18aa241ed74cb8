import Audit
import Guard
import Threads

/// Wakes those who wait for messages. One look at the database serves them all, and none is made while nobody waits.
///
/// Sees what any process writes, at most `pollMilliseconds` later.
actor InboxWatch {
  private struct Waiter {
    let agent: AgentName
    let number: Int64
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private let desk: InboxDesk
  private let pollMilliseconds: Int
  private var waiters: [Int: Waiter] = [:]
  private var nextID = 0
  private var isPolling = false
  private var isStopped = false
  /// Waiters that have not been looked for yet, whatever has been written.
  private var hasNew = false

  init(_ desk: InboxDesk, pollMilliseconds: Int = 100) {
    self.desk = desk
    self.pollMilliseconds = pollMilliseconds
  }

  /// Returns when there may be a message behind `number`, when the time is over, when the task is cancelled, or at the stop.
  func wait(for agent: AgentName, after number: Int64, until deadline: ContinuousClock.Instant) async {
    let id = nextID
    nextID += 1
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard !isStopped, !Task.isCancelled, ContinuousClock.now < deadline else { return continuation.resume() }
        waiters[id] = Waiter(agent: agent, number: number, deadline: deadline, continuation: continuation)
        hasNew = true
        if !isPolling {
          isPolling = true
          Task { await poll() }
        }
      }
    } onCancel: {
      Task { await self.wake(id) }
    }
  }

  var waitingCount: Int { waiters.count }

  /// Wakes all, now and from now on.
  func stop() {
    isStopped = true
    for id in Array(waiters.keys) { wake(id) }
  }

  private func wake(_ id: Int) { waiters.removeValue(forKey: id)?.continuation.resume() }

  private func poll() async {
    var version: Int64?
    while !waiters.isEmpty {
      let asked = waiters.mapValues { ($0.agent, $0.number) }
      let (known, looksAnyway) = (version, hasNew)
      hasNew = false
      let found = await desk.run { (inbox) throws(DatabaseError) -> (version: Int64, ids: [Int]) in
        // The version first: what is written after it is seen by the next look.
        let now = try inbox.dataVersion()
        guard looksAnyway || now != known else { return (now, []) }
        var ids: [Int] = []
        for (id, (agent, number)) in asked where try inbox.hasMessage(for: agent, after: number) { ids.append(id) }
        return (now, ids)
      }
      switch found {
      case .success(let (now, ids))?:
        version = now
        for id in ids { wake(id) }
      case .failure?:
        // Whoever waits asks by itself, and hears why.
        for id in asked.keys { wake(id) }
      case nil: break
      }
      let now = ContinuousClock.now
      for (id, waiter) in waiters where waiter.deadline <= now { wake(id) }
      try? await Task.sleep(for: .milliseconds(pollMilliseconds))
    }
    isPolling = false
  }
}

/// How many may wait at once, in all and for one agent.
// @unchecked: `held` is read and written with `lock` held.
final class WaitingPlaces: @unchecked Sendable {
  private let maximum: Int
  private let maximumEach: Int
  private let lock = Lock()
  private var held: [AgentName: Int] = [:]
  private var total = 0

  init(maximum: Int, maximumEach: Int) {
    self.maximum = maximum
    self.maximumEach = maximumEach
  }

  /// - Returns: nil when there is none left. It is given back when the place is let go.
  func take(_ agent: AgentName) -> Place? {
    lock.withLock {
      guard total < maximum, held[agent, default: 0] < maximumEach else { return nil }
      total += 1
      held[agent, default: 0] += 1
      return Place(self, agent)
    }
  }

  fileprivate func giveBack(_ agent: AgentName) {
    lock.withLock {
      total -= 1
      held[agent, default: 1] -= 1
      if held[agent] == 0 { held[agent] = nil }
    }
  }

  final class Place: Sendable {
    private let places: WaitingPlaces
    private let agent: AgentName

    fileprivate init(_ places: WaitingPlaces, _ agent: AgentName) {
      self.places = places
      self.agent = agent
    }

    deinit { places.giveBack(agent) }
  }
}
