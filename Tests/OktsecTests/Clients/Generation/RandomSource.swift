/// SplitMix64: the same seed gives the same sequence on every machine, so that a failure can be repeated.
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
  /// An element of a list that is not empty.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
