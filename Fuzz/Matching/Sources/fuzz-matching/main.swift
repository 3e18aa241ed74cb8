import Glibc

@testable import Matching

// swift run -c release fuzz-matching --seconds N --seed S [--patterns FILE]
// Compares the engine with RE2 on random patterns (or those of a file, one per line) and random texts that nearly match.

let options = FuzzOptions(CommandLine.arguments.dropFirst())
var fuzzer = Fuzzer(options)
let clock = ContinuousClock()
let end = clock.now + .seconds(options.seconds)
while clock.now < end, fuzzer.differences < 10 { fuzzer.round() }
print(
  "\(fuzzer.pairs) pattern-text pairs, \(fuzzer.matches) matches, \(fuzzer.refused) patterns refused, "
    + "\(fuzzer.exhausted) budgets used up, \(fuzzer.differences) differences")
// A few random patterns are dearer than any that may ship; many would be a mistake of the engine.
exit(fuzzer.differences > 0 || fuzzer.exhausted > 2 + fuzzer.pairs / 10_000 ? 1 : 0)
