#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Lets several workers work at the same time.
enum WorkerThreads {
  /// Runs every worker once and returns when all are done. The first has the calling thread, each other one a thread of
  /// its own, or, when the system gives none, the calling thread as well.
  ///
  /// A worker is touched by one thread at a time: by its own until that has been joined, by the caller's before and after.
  static func run(_ workers: [LineWorker]) {
    var threads: [pthread_t] = []
    var left = workers.prefix(1)
    for worker in workers.dropFirst() {
      if let thread = start(worker) { threads.append(thread) } else { left.append(worker) }
    }
    for worker in left { worker.work() }
    for thread in threads { pthread_join(thread, nil) }
  }

  private static func start(_ worker: LineWorker) -> pthread_t? {
    let context = Unmanaged.passRetained(worker)
    #if canImport(Darwin)
    var thread: pthread_t?
    let code = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<LineWorker>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, context.toOpaque())
    #else
    var started = pthread_t()
    let code = pthread_create(
      &started, nil,
      { context in
        if let context { Unmanaged<LineWorker>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, context.toOpaque())
    let thread: pthread_t? = started
    #endif
    guard code == 0 else {
      context.release()
      return nil
    }
    return thread
  }
}
