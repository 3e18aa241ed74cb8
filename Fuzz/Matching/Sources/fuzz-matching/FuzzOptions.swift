struct FuzzOptions {
  var seconds = 10
  var seed: UInt64 = 1
  var patternFile: String?

  init(_ arguments: some Sequence<String>) {
    var iterator = arguments.makeIterator()
    while let name = iterator.next() {
      switch name {
      case "--seconds": seconds = iterator.next().flatMap(Int.init) ?? seconds
      case "--seed": seed = iterator.next().flatMap(UInt64.init) ?? seed
      case "--patterns": patternFile = iterator.next()
      default: print("unknown option \(name)")
      }
    }
  }
}
