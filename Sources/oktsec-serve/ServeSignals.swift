import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The signals that a server heeds, taken by a thread of their own and by no handler.
enum ServeSignals {
  enum Event: Sendable {
    case stop, reload
  }

  /// To be called before there is a second thread: all threads then leave these signals to `watch`.
  static func block() {
    signal(SIGPIPE, SIG_IGN)
    var set = heeded
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Calls `body` for each signal. A second signal to stop ends the process at once.
  ///
  /// - Returns: false when the system has no thread to give.
  static func watch(_ body: @escaping @Sendable (Event) -> Void) -> Bool {
    BackgroundThread.start {
      var isStopping = false
      while true {
        var set = heeded
        var number: Int32 = 0
        guard sigwait(&set, &number) == 0 else { continue }
        if number == SIGHUP {
          body(.reload)
        } else {
          if isStopping { _exit(128 + number) }
          isStopping = true
          body(.stop)
        }
      }
    }
  }

  private static var heeded: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGHUP)
    return set
  }
}
