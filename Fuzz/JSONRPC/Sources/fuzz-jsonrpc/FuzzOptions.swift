/// `--seconds N --seed S`; what is missing or no number has a default.
struct FuzzOptions {
  var seconds = 60
  var seed: UInt64 = 1

  init(_ arguments: some Sequence<String>) {
    var rest = arguments.makeIterator()
    while let name = rest.next() {
      switch name {
      case "--seconds": seconds = rest.next().flatMap { Int($0) } ?? seconds
      case "--seed": seed = rest.next().flatMap { UInt64($0) } ?? seed
      default: print("unknown option \(name)")
      }
    }
  }
}
