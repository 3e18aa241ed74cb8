import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1.1 connections whose tasks run on the thread of their event loop. Otherwise each message is handed to a pool of
/// threads and back, which costs more than judging it; and when a commit settles many messages, each loop is woken once
/// for all of them.
struct LoopChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let base: HTTP1Channel

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    base.setup(channel: channel, logger: logger)
  }

  func handle(value: Value, logger: Logger) async {
    guard #available(macOS 15, *) else { return await base.handle(value: value, logger: logger) }
    await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
      await base.handle(value: value, logger: logger)
    }
  }
}

/// Runs tasks on the thread of an event loop. What blocks that thread holds up all of its connections.
@available(macOS 15, *)
private final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
