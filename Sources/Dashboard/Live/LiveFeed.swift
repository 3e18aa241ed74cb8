import Audit
import Threads

/// New records as server-sent events (HTML, "Server-sent events"): rows of the list of events, as they are committed.
///
/// Bounded on all sides: clients, chunks that wait for one client, rows in a chunk. Who does not read is dropped, and a
/// burst is shortened to its newest rows with a word about the rest, so that a browser can keep up with any server.
// @unchecked: everything mutable is read and written under `lock`.
final class LiveFeed: @unchecked Sendable {
  /// Streams at the same time.
  static let maximumClients = 16
  /// Rows in one chunk.
  static let maximumRows = 50
  /// Chunks that wait for a reader.
  static let maximumChunks = 16
  private static let pollMilliseconds: UInt64 = 500
  /// A line now and then shows both sides that the other is there.
  private static let silentPolls = 30

  private let thread: SystemThread
  private let lock = Lock()
  private var clients: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
  private var nextClient = 0
  private var isStopped = false

  init(thread: SystemThread) { self.thread = thread }

  func open(_ request: PageRequest, access: AccessControl, words: [String]) -> PageReply {
    guard request.method == "GET" else { return .text("method not allowed", status: 405, more: [("Allow", "GET")]) }
    let (stream, continuation) = AsyncStream.makeStream(
      of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.maximumChunks))
    guard let client = add(continuation) else {
      return .text("too many live views are open", status: 503, more: [("Retry-After", "30")])
    }
    let filter = EventFilter(request.query)
    let start = (request.header("last-event-id") ?? request.query["after"]).flatMap { Int64($0) }
    let task = Task.detached { [weak self, thread] in
      var cursor = start
      var silence = 0
      continuation.yield(Array("retry: 2000\n: connected\n\n".utf8))
      while !Task.isCancelled, access.session(words, now: Timestamp.now) != nil {
        let from = cursor
        let batch = await thread.run { LiveBatch(after: from, filter: filter, system: $0, now: Timestamp.now) }
        if let batch {
          cursor = batch.cursor ?? cursor
          silence = batch.chunk.isEmpty ? silence + 1 : 0
          var chunk = batch.chunk
          if silence >= Self.silentPolls {
            chunk = Array(": still here\n\n".utf8)
            silence = 0
          }
          if !chunk.isEmpty {
            switch continuation.yield(chunk) {
            case .enqueued: break
            default:
              // It does not read: it comes back with the number of what it saw last.
              self?.remove(client)
              return
            }
          }
        }
        try? await Task.sleep(nanoseconds: Self.pollMilliseconds * 1_000_000)
      }
      self?.remove(client)
    }
    continuation.onTermination = { [weak self] _ in
      task.cancel()
      self?.remove(client)
    }
    return PageReply(
      status: 200,
      headers: [("Content-Type", "text/event-stream; charset=utf-8"), ("X-Accel-Buffering", "no"), PageReply.noStore]
        + PageReply.guarding,
      body: .stream(stream))
  }

  func stop() {
    let open = lock.withLock {
      isStopped = true
      defer { clients = [:] }
      return Array(clients.values)
    }
    for continuation in open { continuation.finish() }
  }

  private func add(_ continuation: AsyncStream<[UInt8]>.Continuation) -> Int? {
    lock.withLock {
      guard !isStopped, clients.count < Self.maximumClients else { return nil }
      nextClient += 1
      clients[nextClient] = continuation
      return nextClient
    }
  }

  private func remove(_ client: Int) {
    lock.withLock { clients.removeValue(forKey: client) }?.finish()
  }
}
