import Guard
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What an `AuditStore` and its thread share: the queue, the counts, and the waits.
///
/// Kept apart from `AuditStore`, so that a store that is let go without `close` ends its thread.
// @unchecked: every `var` is read and written with `mutex` held.
final class StoreCore: @unchecked Sendable {
  let path: String
  let options: StoreOptions
  private let onFailure: @Sendable (DatabaseError) -> Void

  private let mutex = Lock()
  /// For the writer: rows to write, an impatient caller, or the end.
  private let work = Condition()
  /// For callers: room made, database opened, thread ended. Those who wait for a row are told one by one.
  private let progress = Condition()

  /// Rows that the writer has not taken yet. Those it has taken are still in the counts below.
  private var pending: [QueuedEntry] = []
  private var queuedRows = 0
  private var queuedBytes = 0
  /// When the oldest of `pending` came.
  private var pendingSince = MonotonicTime.now
  /// Rows accepted, and rows that left the queue, since the start: a row's ticket is its number among the accepted.
  private var accepted: UInt64 = 0
  private var settled: UInt64 = 0
  private var waits = CommitWaits()
  /// For the thread that looks after the deadlines of those who are not threads: somebody waits, or the end.
  private let expiry = Condition()
  private var isExpiring = false
  /// While that thread sleeps, until when.
  private var expirySleep: MonotonicTime?
  private var isUrgent = false

  /// Losses that no `gap` record stands for yet: new ones, and those that the writer is just recording.
  private var losses = Losses()
  private var lossesBeingRecorded = Losses()
  private var currentFailure: DatabaseError?
  private var hasTriedToOpen = false

  private var closingDeadline: MonotonicTime?
  private var hasEnded = false

  init(path: String, options: StoreOptions, onFailure: @escaping @Sendable (DatabaseError) -> Void) {
    self.path = path
    self.options = options
    self.onFailure = onFailure
  }

  func start() {
    guard !BackgroundThread.start({ WriterLoop(core: self).run() }) else { return }
    // Without a thread nothing will ever be written: as a closed store, and a failing one.
    let failure = DatabaseError(operation: "start a thread for", path: path, cause: .system(EAGAIN))
    mutex.lock()
    currentFailure = failure
    hasTriedToOpen = true
    closingDeadline = MonotonicTime.now
    hasEnded = true
    mutex.unlock()
    onFailure(failure)
  }

  // MARK: Callers

  var failure: DatabaseError? {
    mutex.lock()
    defer { mutex.unlock() }
    return currentFailure
  }

  func waitUntilOpened() throws(DatabaseError) {
    mutex.lock()
    defer { mutex.unlock() }
    while !hasTriedToOpen { progress.wait(mutex) }
    if let currentFailure { throw currentFailure }
  }

  func enqueue(_ entry: AuditEntry, mayWait: Bool) -> EnqueueOutcome {
    let (entry, cost) = entry.bounded()
    mutex.lock()
    defer { mutex.unlock() }
    // A queue that nothing will ever empty is no place for what must be kept.
    if mayWait, currentFailure?.isPermanent == true {
      losses.add(entry, cause: .queueFull)
      return .dropped
    }
    let deadline = mayWait ? MonotonicTime.now + .milliseconds(options.roomMilliseconds) : nil
    return append(entry, cost: cost, waitingUntil: deadline) ? .queued : .dropped
  }

  /// What became of a row for which its caller waited.
  enum WaitedOutcome: Equatable {
    case written
    case special(RowOutcome)
    case late
    case dropped
  }

  /// Queues a row and blocks until it is committed.
  func commit(
    _ entry: AuditEntry, _ extra: QueuedEntry.Extra? = nil, within interval: MonotonicTime.Interval
  ) -> WaitedOutcome {
    let deadline = MonotonicTime.now + interval
    let arrival = CommitArrival()
    guard let ticket = add(entry, extra, until: deadline, { arrival.report($0) }) else { return .dropped }
    if let outcome = arrival.wait(until: deadline) { return outcome }
    mutex.lock()
    let isLate = waits.take(ticket) != nil
    mutex.unlock()
    // Otherwise somebody is just reporting.
    return isLate ? .late : arrival.wait()
  }

  /// Queues a row, blocking at most for room in the queue, and has `finish` called once: by the thread that writes, which
  /// must not be held up, by the one that looks after deadlines, or at once.
  func commit(
    _ entry: AuditEntry, _ extra: QueuedEntry.Extra? = nil, within interval: MonotonicTime.Interval, mayWait: Bool,
    then finish: @escaping CommitWaits.Finish
  ) {
    let deadline = MonotonicTime.now + interval
    guard add(entry, extra, until: deadline, mayWait: mayWait, finish) != nil else { return finish(.dropped) }
    mutex.lock()
    let isFirst = !isExpiring
    isExpiring = true
    if let expirySleep, deadline < expirySleep { expiry.signal() }
    mutex.unlock()
    // Without a thread whoever waits is told when the row is settled, or at the end.
    if isFirst { _ = BackgroundThread.start { [self] in expire() } }
  }

  /// Tells those whose time is over, until the store ends. Under load it wakes once for all that came since it slept.
  private func expire() {
    mutex.lock()
    defer { mutex.unlock() }
    while !hasEnded {
      let overdue = waits.takeOverdue(at: MonotonicTime.now)
      if !overdue.isEmpty {
        mutex.unlock()
        for finish in overdue { finish(.late) }
        mutex.lock()
        continue
      }
      let deadline = waits.firstDeadline
      expirySleep = deadline ?? MonotonicTime(nanoseconds: .max)
      if let deadline { _ = expiry.wait(mutex, until: deadline) } else { expiry.wait(mutex) }
      expirySleep = nil
    }
  }

  /// - Returns: the row's ticket; nil when it was not taken, and `finish` is never called.
  private func add(
    _ entry: AuditEntry, _ given: QueuedEntry.Extra?, until deadline: MonotonicTime, mayWait: Bool = true,
    _ finish: @escaping CommitWaits.Finish
  ) -> UInt64? {
    var (entry, cost) = entry.bounded()
    var extra = given
    switch extra {
    case .hold(let item)?: cost += item.payload.count
    case .once(let key, let until, let otherwise)?:
      extra = .once(key, until: until, otherwise: otherwise.bounded().entry)
      cost *= 2
    case .message(let message)?: cost += message.payload.count
    case nil: break
    }
    mutex.lock()
    defer { mutex.unlock() }
    guard append(entry, extra, cost: cost, isUrgent: true, waitingUntil: mayWait ? deadline : nil) else { return nil }
    waits.add(accepted, until: deadline, finish)
    return accepted
  }

  /// With `mutex` held. False when the entry was counted as lost.
  private func append(
    _ entry: AuditEntry, _ extra: QueuedEntry.Extra? = nil, cost: Int, isUrgent isUrgentRow: Bool = false,
    waitingUntil deadline: MonotonicTime?
  ) -> Bool {
    while closingDeadline == nil, !hasRoom(for: cost) {
      guard let deadline, progress.wait(mutex, until: deadline) else { break }
    }
    guard closingDeadline == nil else {
      losses.add(entry, cause: .closed)
      return false
    }
    guard hasRoom(for: cost) else {
      losses.add(entry, cause: .queueFull)
      return false
    }
    let wasEmpty = pending.isEmpty
    if wasEmpty { pendingSince = MonotonicTime.now }
    pending.append(QueuedEntry(entry: entry, cost: cost, extra: extra))
    queuedRows += 1
    queuedBytes += cost
    accepted += 1
    // A signal costs a system call, so only for the first row, for a full batch, and for the first that is urgent.
    if wasEmpty || pending.count == options.batchRows || (isUrgentRow && !isUrgent) { work.signal() }
    if isUrgentRow { isUrgent = true }
    return true
  }

  /// Whether the queue is less than half full, so that a row of usual size need not wait.
  var hasMuchRoom: Bool {
    mutex.lock()
    defer { mutex.unlock() }
    return queuedRows < options.maxQueuedRows / 2 && queuedBytes < options.maxQueuedBytes / 2
  }

  private func hasRoom(for cost: Int) -> Bool {
    queuedRows < options.maxQueuedRows && queuedBytes + cost <= options.maxQueuedBytes
  }

  func beginClosing(at deadline: MonotonicTime) {
    mutex.lock()
    defer { mutex.unlock() }
    if closingDeadline == nil { closingDeadline = deadline }
    work.signal()
    progress.broadcast()
  }

  func close(by deadline: MonotonicTime) -> CloseReport {
    beginClosing(at: deadline)
    mutex.lock()
    defer { mutex.unlock() }
    while !hasEnded {
      guard progress.wait(mutex, until: deadline) else { break }
    }
    return CloseReport(uncommitted: queuedRows, unrecordedLosses: losses.count + lossesBeingRecorded.count)
  }

  // MARK: The writer

  enum Work {
    /// Rows queued since the last call, and losses to record. All must be settled before the next call.
    case write([QueuedEntry], Losses)
    /// Nothing for the time given.
    case idle
    /// The store is closing, and nothing is left.
    case end
  }

  /// Waits until there is something to do, or at most until `deadline`.
  func nextWork(until deadline: MonotonicTime) -> Work {
    mutex.lock()
    defer { mutex.unlock() }
    while pending.isEmpty, losses.isEmpty, closingDeadline == nil {
      guard work.wait(mutex, until: deadline) else { return .idle }
    }
    let flushTime = pendingSince + .milliseconds(options.flushMilliseconds)
    while !pending.isEmpty, pending.count < options.batchRows, losses.isEmpty, !isUrgent, closingDeadline == nil {
      guard work.wait(mutex, until: flushTime) else { break }
    }
    if pending.isEmpty, losses.isEmpty { return .end }
    isUrgent = false
    defer {
      pending = []
      losses = Losses()
    }
    lossesBeingRecorded = losses
    return .write(pending, losses)
  }

  /// Rows left the queue: committed, or refused one by one. With `includingLosses`, a `gap` record was committed too.
  func settle(_ rows: ArraySlice<QueuedEntry>, _ results: [Int: RowOutcome], includingLosses: Bool) {
    let bytes = rows.reduce(0) { $0 + $1.cost }
    var told: [(CommitWaits.Finish, WaitedOutcome)] = []
    mutex.lock()
    if !waits.isEmpty {
      for position in rows.indices {
        guard let finish = waits.take(settled + UInt64(position - rows.startIndex) + 1) else { continue }
        switch results[position] {
        case nil: told.append((finish, .written))
        case .refused?: told.append((finish, .dropped))
        case let outcome?: told.append((finish, .special(outcome)))
        }
      }
    }
    settled += UInt64(rows.count)
    queuedRows -= rows.count
    queuedBytes -= bytes
    if includingLosses { lossesBeingRecorded = Losses() }
    for position in results.keys.sorted() where results[position] == .refused {
      losses.add(rows[position].entry, cause: .refused)
    }
    currentFailure = nil
    progress.broadcast()
    mutex.unlock()
    for (finish, outcome) in told { finish(outcome) }
  }

  /// The database was opened. That ends no outage: only a commit does.
  func reportOpened() {
    mutex.lock()
    defer { mutex.unlock() }
    hasTriedToOpen = true
    progress.broadcast()
  }

  func reportFailure(_ error: DatabaseError) {
    mutex.lock()
    let isFirst = currentFailure == nil
    currentFailure = error
    hasTriedToOpen = true
    if error.cause == .fileReplaced { losses.fileReplaced = true }
    progress.broadcast()
    mutex.unlock()
    if isFirst { onFailure(error) }
  }

  /// Pauses after a failure; ends early for an impatient caller.
  ///
  /// - Returns: false when the store's time is up and the attempts must end.
  func pauseBeforeRetry(_ interval: MonotonicTime.Interval) -> Bool {
    mutex.lock()
    defer { mutex.unlock() }
    let deadline = MonotonicTime.now + interval
    while !isUrgent, closingDeadline == nil {
      guard work.wait(mutex, until: deadline) else { break }
    }
    isUrgent = false
    guard let closingDeadline else { return true }
    // Time is short now: the shortest pause instead of the one asked for.
    let end = min(MonotonicTime.now + .milliseconds(options.firstRetryMilliseconds), closingDeadline)
    while work.wait(mutex, until: end) {}
    return MonotonicTime.now < closingDeadline
  }

  /// The close has run out of time: a wait for a lock should end.
  var isOutOfTime: Bool {
    mutex.lock()
    defer { mutex.unlock() }
    return closingDeadline.map { MonotonicTime.now >= $0 } ?? false
  }

  func reportEnded() {
    mutex.lock()
    hasEnded = true
    let left = waits.takeAll()
    expiry.signal()
    progress.broadcast()
    mutex.unlock()
    for finish in left { finish(.late) }
  }
}
