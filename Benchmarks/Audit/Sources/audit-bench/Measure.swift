#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What writing cost.
struct Measure {
  /// Seconds of processor time, all threads of the process.
  var processor: Double
  /// Length of the database with its log.
  var bytes: Int

  func text(of rows: Int) -> String {
    let rate = Int(Double(rows) / processor)
    return "\(rate) rows per processor second, \(bytes / max(1, rows)) bytes a row"
  }
}

enum Clock {
  /// Seconds that the processor has spent on this process.
  static var processor: Double { read(CLOCK_PROCESS_CPUTIME_ID) }
  static var steady: Double { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Length of a database with its log, in bytes.
func size(of path: String) -> Int {
  ["", "-wal"].reduce(0) { sum, suffix in
    var status = stat()
    return stat(path + suffix, &status) == 0 ? sum + Int(status.st_size) : sum
  }
}

func hundredths(_ value: Double) -> String {
  let number = Int((value * 100).rounded())
  return "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
}

/// The value below which this share of a sorted list lies.
func quantile(_ sorted: [Double], _ share: Double) -> Double {
  sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
