import Guard
import Threads

/// The store's thread: opens the database, writes batches, and outlives every failure of either.
final class WriterLoop {
  private let core: StoreCore
  /// Nil until the database is open, and after a failure that calls for opening it anew.
  private var writer: RecordWriter?
  private var pause: Int

  init(core: StoreCore) {
    self.core = core
    pause = core.options.firstRetryMilliseconds
    maintenance = MonotonicTime.now + .milliseconds(core.options.maintenanceMilliseconds / 10)
  }

  /// Runs until the store is closed. The database is closed before the end is reported.
  func run() {
    do {
      try open()
    } catch {
      core.reportFailure(error)
    }
    loop: while true {
      switch core.nextWork(until: maintenance) {
      case .write(let rows, let losses):
        guard write(rows, losses) else { break loop }
        if MonotonicTime.now >= maintenance { maintain() }
      case .idle: maintain()
      case .end: break loop
      }
    }
    writer = nil
    core.reportEnded()
  }

  /// When what is done now and then is due. Not in step with other processes, which have the same to do.
  private var maintenance: MonotonicTime

  /// In small steps: other writers, and our own rows, come in between.
  private func maintain() {
    var hasMore = false
    // Failures are those of the next batch too, which reports them.
    if let writer, let more = try? writer.maintain(at: Timestamp.now) { hasMore = more }
    let pause = core.options.maintenanceMilliseconds
    maintenance = MonotonicTime.now + .milliseconds(hasMore ? 20 : Int.random(in: pause / 2...max(1, pause)))
  }

  /// False when the store's time is up and rows remain.
  private func write(_ rows: [QueuedEntry], _ losses: Losses) -> Bool {
    // Made once: if a commit succeeds without our hearing of it, the next attempt finds the same record.
    let gap = losses.gapEntry(now: Timestamp.now)
    var start = 0
    repeat {
      let end = min(start + core.options.batchRows, rows.count)
      let batch = rows[start..<end]
      let isLast = end == rows.count
      do {
        let writer = try open()
        let outcomes = try writer.write(batch, gap: isLast ? gap : nil)
        core.settle(batch, outcomes, includingLosses: isLast)
        pause = core.options.firstRetryMilliseconds
        start = end
        if isLast { return true }
      } catch {
        // After anything but a lock the connection is not trusted further.
        if !error.isBusy { writer = nil }
        core.reportFailure(error)
        guard core.pauseBeforeRetry(.milliseconds(pause)) else { return false }
        pause = min(pause * 2, core.options.lastRetryMilliseconds)
      }
    } while true
  }

  @discardableResult
  private func open() throws(DatabaseError) -> RecordWriter {
    if let writer { return writer }
    let core = self.core
    let busyHandler = BusyHandler(
      limit: .milliseconds(core.options.busyMilliseconds), isCancelled: { core.isOutOfTime })
    let opened = try RecordWriter(path: core.path, busyHandler: busyHandler, options: core.options)
    writer = opened
    core.reportOpened()
    return opened
  }
}
