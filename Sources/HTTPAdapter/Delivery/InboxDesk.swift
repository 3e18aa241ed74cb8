import Audit
import Guard

/// The inboxes as the server's tasks use them: one call at a time, on a thread of their own.
// @unchecked: `inbox` is used on the one thread of `pool` only.
final class InboxDesk: @unchecked Sendable {
  private let inbox: Inbox
  private let pool = WorkerPool(threads: 1, maximumWaiting: 1000)

  init(path: String) { inbox = Inbox(path: path) }

  /// - Returns: nil when too much waits already.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (Inbox) throws(DatabaseError) -> Result
  ) async -> Swift.Result<Result, DatabaseError>? {
    await pool.run { [self] in
      do throws(DatabaseError) { return .success(try body(inbox)) } catch { return .failure(error) }
    }
  }
}
