import Guard
import JSONRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Scans an input of one JSON object per line and answers each with a line, in the same order.
///
/// What has arrived is answered before more is waited for, so that a program may ask and wait. Large inputs are scanned
/// by one thread per processor, in rounds: memory is bounded by a round and the longest line, not by the input.
struct LineScan {
  let policy: TextPolicy
  let defaultRole: Role
  /// Threads at most.
  var workers = LineScan.processors
  /// Bytes of input that are collected for one round, when they are there.
  var roundBytes = 4 << 20

  /// Longest line, in bytes; a longer one is answered with an error.
  static let maximumLine = 64 << 20

  /// Lines of a round are dealt to the threads in portions of about this many bytes.
  private static let portionBytes = 32 << 10

  /// - Returns: how many lines could not be scanned.
  func run(_ input: InputFile, _ output: ResultOutput) throws(CommandFailure) -> Int {
    let workers = (0..<max(1, workers)).map { _ in LineWorker(policy: policy, defaultRole: defaultRole) }
    var decoder = FrameDecoder(limit: Self.maximumLine)
    var round = Round(portionBytes: Self.portionBytes)
    while true {
      let bytes = try input.nextBytes()
      if bytes.isEmpty { break }
      decoder.append(bytes)
      while let event = decoder.next() { round.add(event) }
      if round.bytes < roundBytes, input.isReady() { continue }
      try answer(&round, workers, output)
      try output.flush()
    }
    while let event = decoder.finish() { round.add(event) }
    try answer(&round, workers, output)
    return workers.reduce(0) { $0 + $1.failures }
  }

  private func answer(
    _ round: inout Round, _ workers: [LineWorker], _ output: ResultOutput
  ) throws(CommandFailure) {
    guard !round.portions.isEmpty else { return }
    for (index, portion) in round.portions.enumerated() { workers[index % workers.count].portions.append(portion) }
    round.removeAll()
    WorkerThreads.run(workers.filter { !$0.portions.isEmpty })
    var index = 0
    while let answer = workers[index % workers.count].takeAnswer(index / workers.count) {
      if output.terminal.isInteractive {
        try output.write(Array(TerminalText.json(String(decoding: answer, as: UTF8.self)).utf8))
      } else {
        try output.write(answer)
      }
      index += 1
    }
    for worker in workers { worker.removeAnswers() }
  }

  private static var processors: Int { min(max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), 8) }
}

/// A line of the input.
enum InputLine {
  case frame(Frame)
  case tooLong
}

/// Lines that are scanned together.
private struct Round {
  let portionBytes: Int
  private(set) var portions: [[InputLine]] = []
  private(set) var bytes = 0
  private var lastPortion = 0

  init(portionBytes: Int) { self.portionBytes = portionBytes }

  mutating func add(_ event: FrameDecoder.Event) {
    switch event {
    case .frame(let frame): add(.frame(frame), length: frame.bytes.count)
    case .oversizedBegin: add(.tooLong, length: 0)
    case .oversizedPiece, .oversizedEnd: break
    }
  }

  mutating func removeAll() { self = Round(portionBytes: portionBytes) }

  private mutating func add(_ line: InputLine, length: Int) {
    if portions.isEmpty || lastPortion >= portionBytes {
      portions.append([])
      lastPortion = 0
    }
    portions[portions.count - 1].append(line)
    lastPortion += length
    bytes += length
  }
}
