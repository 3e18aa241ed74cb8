import Foundation

// swift run -c release fuzz-jsonrpc --seconds N --seed S
// Mutates texts, messages and streams and checks what has to hold for all of them. Run a debug build too: it traps on
// arithmetic and bounds that a release build may not check. The same seed makes the same texts.

let options = FuzzOptions(CommandLine.arguments.dropFirst())
var fuzzer = Fuzzer(seed: options.seed)
let clock = ContinuousClock()
let end = clock.now + .seconds(options.seconds)
while clock.now < end, fuzzer.findings < 10 { fuzzer.round() }
print(
  "seed \(options.seed): \(fuzzer.rounds) texts, \(fuzzer.accepted) valid, \(fuzzer.messages) messages, "
    + "\(fuzzer.ids) ids, \(fuzzer.findings) findings")
for (difference, count) in fuzzer.known.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
  print("known difference to Foundation, \(difference.rawValue): \(count)")
}
if fuzzer.findings > 0 { exit(1) }
