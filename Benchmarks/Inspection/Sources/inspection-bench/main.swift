import Guard
import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// inspection-bench [--rounds N] [--only NAME] [FILE …]
//
// What inspection costs a frame: decoding it and inspecting its one text, with all rules, in processor time of the thread. Prints for
// every text and size the median over the rounds, with the lowest and the highest. Files given are one more kind of text.
// With --only NAME a single case runs, for a profiler; names are those of the first column.

var rounds = 15
var only: String?
var paths: [String] = []
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--rounds": rounds = arguments.popFirst().flatMap { Int($0) } ?? rounds
  case "--only": only = arguments.popFirst()
  default: paths.append(argument)
  }
}

let start = ProcessorTime.now()
let rules = try BuiltinRules.load()
let bench = FrameBench(rules)
let ready = ProcessorTime.now() - start
if only == nil { print("engine ready after \(microseconds(ready)) µs of processor time") }

var texts = [
  Text(name: "words", BenchTexts.words(count: 1 << 20)),
  Text(name: "attacks", BenchTexts.attacks(of: rules)),
  Text(name: "curl", Array("curl ".utf8)),
  Text(name: "ignore", Array("ignore the ".utf8)),
]
if !paths.isEmpty { texts.insert(Text(name: "files", BenchTexts.files(paths)), at: 1) }

for text in texts {
  for (label, size) in [("200B", 200), ("2KB", 2_000), ("64KB", 64_000), ("1MB", 1_000_000)] {
    let name = "\(text.name)-\(label)"
    if let only, only != name { continue }
    let frames = text.frames(of: size)
    let passes = max(1, 400_000 / size)
    bench.run(frames, passes: 2)
    var times: [Double] = []
    for _ in 0..<rounds {
      let begin = ProcessorTime.now()
      bench.run(frames, passes: passes)
      times.append(Double(ProcessorTime.now() - begin) / Double(passes))
    }
    times.sort()
    let median = times[times.count / 2]
    let columns = [
      name.padded(to: 14), "\(microseconds(median)) µs a frame".padded(to: 22),
      "\(microseconds(times[0])) – \(microseconds(times[times.count - 1]))".padded(to: 22),
      "\(tenths(Double(size) * 1000 / median)) MB/s".padded(to: 14), "\(bench.findings) findings",
    ]
    print(columns.joined())
  }
}

func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
func microseconds(_ nanoseconds: Double) -> String { tenths(nanoseconds / 1000) }
func microseconds(_ nanoseconds: Int64) -> String { microseconds(Double(nanoseconds)) }

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
