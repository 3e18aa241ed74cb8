import Guard

// worst-case [--seed N] [--steps N] [--size BYTES]
//
// Looks for the text that costs inspection the most: every example and every word of the rules, repeated, then
// mixtures of them by climbing. Prints processor time in milliseconds per MB, the dearest first, and whether the
// budget of the scan was used up. The same seed tries the same texts, but what is kept depends on measured time.

var seed: UInt64 = 1
var steps = 200
var size = 64_000
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  let value = arguments.popFirst().flatMap { Int($0) }
  switch (argument, value) {
  case ("--seed", let value?): seed = UInt64(bitPattern: Int64(value))
  case ("--steps", let value?): steps = max(0, value)
  case ("--size", let value?): size = max(1000, value)
  default: print("usage: worst-case [--seed N] [--steps N] [--size BYTES]")
  }
}

let rules = try BuiltinRules.load()
var search = WorstCaseSearch(rules, size: size, seed: seed)

let examples = search.costs(of: RuleTexts.examples(rules))
report("examples", examples)
let words = search.costs(of: RuleTexts.words(rules))
report("words", words)
let pieces = words.prefix(200).map(\.piece) + examples.map(\.piece)
if let first = pieces.first {
  let climbed = search.climb(from: first, with: pieces, steps: steps)
  print("mixture after \(steps) steps")
  print(climbed.line)
}

func report(_ title: String, _ costs: [Cost]) {
  guard !costs.isEmpty else { return }
  print("\(title): \(costs.count), median \(Int(costs[costs.count / 2].milliseconds)) ms per MB")
  for cost in costs.prefix(8) { print(cost.line) }
}
