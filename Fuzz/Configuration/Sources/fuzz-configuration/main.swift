import Foundation

// swift run -c release fuzz-configuration --seconds N --seed S
// Damages configs, key files, moments and base64, and checks what has to hold for all. Run a debug build too: it traps on
// arithmetic and bounds that a release build may not check. The same seed makes the same texts.

var seconds = 60.0
var seed: UInt64 = 1
var words = CommandLine.arguments.dropFirst().makeIterator()
while let name = words.next() {
  switch name {
  case "--seconds": seconds = words.next().flatMap { Double($0) } ?? seconds
  case "--seed": seed = words.next().flatMap { UInt64($0) } ?? seed
  default: print("unknown option \(name)")
  }
}

var fuzzer = ConfigurationFuzzer(seed: seed)
let clock = ContinuousClock()
let end = clock.now + .seconds(seconds)
while clock.now < end, fuzzer.findings < 10 { fuzzer.round() }
print(
  "seed \(seed): \(fuzzer.rounds) rounds, \(fuzzer.configs) valid configs, \(fuzzer.edits) edited, "
    + "\(fuzzer.keys) key files read, \(fuzzer.moments) moments, \(fuzzer.findings) findings")
if fuzzer.findings > 0 { exit(1) }
