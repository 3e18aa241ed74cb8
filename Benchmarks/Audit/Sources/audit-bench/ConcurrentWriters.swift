import Audit
import Guard

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Processes that write to one database without a pause: twenty records that nobody waits for, then one whose commit is
/// waited for, as for a stopped frame.
enum ConcurrentWriters {
  static func run(path: String, writers: Int, seconds: Int) throws {
    let before = try AuditReader(path: path).lastCursor()
    var children: [pid_t] = []
    let begin = Clock.steady
    for _ in 0..<writers { children.append(try spawn(path, seconds)) }
    for child in children {
      var status: Int32 = 0
      while waitpid(child, &status, 0) == -1, errno == EINTR {}
      guard status == 0 else { throw Failure("a writer failed: \(status)") }
    }
    let took = Clock.steady - begin
    let written = Int(try AuditReader(path: path).lastCursor() - before)
    print("\(writers) writers: \(Int(Double(written) / took)) records a second in all; waited for a commit:")
    var worst = 0.0
    for child in children {
      let times = try readTimes(path + ".\(child).times")
      unlink(path + ".\(child).times")
      let p99 = quantile(times, 0.99)
      worst = max(worst, p99)
      print(
        "  \(times.count) commits, p50 \(hundredths(quantile(times, 0.5))) ms, p99 \(hundredths(p99)) ms, "
          + "longest \(hundredths(times.last ?? 0)) ms")
    }
    print("worst p99 \(hundredths(worst)) ms")
  }

  static func runChild(path: String, seconds: Int) throws {
    let store = try AuditStore.open(path: path)
    let traffic = Traffic(rows: 1, end: Timestamp.now)
    var times: [Double] = []
    var number = Int(getpid()) * 1_000_000
    let end = Clock.steady + Double(seconds)
    while Clock.steady < end {
      for _ in 0..<20 {
        _ = store.enqueue(entry(traffic, number), mayWait: true)
        number += 1
      }
      let begin = Clock.steady
      guard store.commit(entry(traffic, number), withinMilliseconds: 60_000) == .committed else {
        throw Failure("a record was not committed")
      }
      times.append((Clock.steady - begin) * 1000)
      number += 1
    }
    guard store.close(withinMilliseconds: 60_000).isComplete else { throw Failure("not everything was written") }
    times.sort()
    let text = times.map { String($0) }.joined(separator: "\n")
    let descriptor = open(path + ".\(getpid()).times", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    _ = text.withCString { write(descriptor, $0, strlen($0)) }
    close(descriptor)
  }

  private static func entry(_ traffic: Traffic, _ number: Int) -> AuditEntry {
    var entry = traffic.entry(number % 1_000_000)
    entry.timestamp = Timestamp.now
    entry.id = EventID(microseconds: entry.timestamp)
    return entry
  }

  private static func spawn(_ path: String, _ seconds: Int) throws -> pid_t {
    let words = [CommandLine.arguments[0], "--child", path, "--seconds", "\(seconds)"]
    var vector: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in vector { free(word) } }
    var child: pid_t = 0
    guard posix_spawn(&child, words[0], nil, nil, &vector, environ) == 0 else { throw Failure("no process") }
    return child
  }

  private static func readTimes(_ path: String) throws -> [Double] {
    guard let file = fopen(path, "r") else { throw Failure("a writer left no times") }
    defer { fclose(file) }
    var times: [Double] = []
    var line = [CChar](repeating: 0, count: 64)
    while fgets(&line, 64, file) != nil { times.append(strtod(line, nil)) }
    return times
  }
}
