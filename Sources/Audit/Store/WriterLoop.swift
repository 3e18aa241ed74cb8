import Guard

/// The store's thread: opens the database, writes batches, and outlives every failure of either.
final class WriterLoop {
  private let core: StoreCore
  /// Nil until the database is open, and after a failure that calls for opening it anew.
  private var writer: RecordWriter?
  private var pause: Int

  init(core: StoreCore) {
    self.core = core
    pause = core.options.firstRetryMilliseconds
  }

  /// Runs until the store is closed. The database is closed before the end is reported.
  func run() {
    do {
      try open()
    } catch {
      core.reportFailure(error)
    }
    while let (rows, losses) = core.nextWork() {
      guard write(rows, losses) else { break }
    }
    writer = nil
    core.reportEnded()
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
        let refused = try writer.write(batch, gap: isLast ? gap : nil)
        core.settle(batch, refused: refused, includingLosses: isLast)
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
    let opened = try RecordWriter(path: core.path, busyHandler: busyHandler)
    writer = opened
    core.reportOpened()
    return opened
  }
}
