import Foundation

// swift run -c release fuzz-clients --seconds N --seed S
// Makes settings files of every format, damages them, and checks what has to hold for all. Run a debug build too: it traps on
// arithmetic and bounds that a release build may not check. The same seed makes the same texts.
//
// fuzz-clients --print N --seed S    prints N TOML texts with what they say, for compare_toml.py

var seconds = 60.0
var seed: UInt64 = 1
var printed = 0
var words = CommandLine.arguments.dropFirst().makeIterator()
while let name = words.next() {
  switch name {
  case "--seconds": seconds = words.next().flatMap { Double($0) } ?? seconds
  case "--seed": seed = words.next().flatMap { UInt64($0) } ?? seed
  case "--print": printed = words.next().flatMap { Int($0) } ?? printed
  default: print("unknown option \(name)")
  }
}

var fuzzer = Fuzzer(seed: seed)
if printed > 0 {
  for _ in 0..<printed { print(fuzzer.described()) }
  exit(0)
}
let clock = ContinuousClock()
let end = clock.now + .seconds(seconds)
while clock.now < end, fuzzer.findings < 10 { fuzzer.round() }
print(
  "seed \(seed): \(fuzzer.rounds) texts, \(fuzzer.read) read, \(fuzzer.wrapped) wrapped, \(fuzzer.refused) refused, "
    + "\(fuzzer.findings) findings")
if fuzzer.findings > 0 { exit(1) }
