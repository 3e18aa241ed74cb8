import Audit
import Dashboard
import Threads

/// What `oktsec status` would warn about, looked at in the background: verifying a chain may take tenths of a second,
/// and a page must not wait for that.
final class HealthWatch: Sendable {
  private let shared = Findings()

  /// As of the last look, at most a minute and the time of a look ago. Begins a new one when it is due.
  func findings(of configuration: Configuration, _ lookup: ConfigurationLookup) -> [HealthFinding]? {
    let now = MonotonicTime.now
    if shared.begin(at: now) {
      let shared = shared
      let isStarted = BackgroundThread.start {
        let report = StatusReport(configuration, lookup)
        shared.finish(
          report.findings.filter { $0.grade != .ok }.map {
            HealthFinding(isFailure: $0.grade == .failed, text: $0.text, remedy: $0.remedy)
          })
      }
      if !isStarted { shared.finish(nil) }
    }
    return shared.last
  }

  // @unchecked: everything mutable is read and written under `lock`.
  private final class Findings: @unchecked Sendable {
    private let lock = Lock()
    private var findings: [HealthFinding]?
    private var isLooking = false
    private var due = MonotonicTime(nanoseconds: 0)

    var last: [HealthFinding]? { lock.withLock { findings } }

    func begin(at now: MonotonicTime) -> Bool {
      lock.withLock {
        guard !isLooking, now >= due else { return false }
        isLooking = true
        due = now + .milliseconds(60_000)
        return true
      }
    }

    func finish(_ found: [HealthFinding]?) {
      lock.withLock {
        isLooking = false
        if let found { findings = found }
      }
    }
  }
}
