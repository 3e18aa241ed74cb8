/// A set of pairs of a role and a view: what kinds of texts there are.
struct TextKinds: Equatable {
  private var bits: UInt32 = 0

  static let count = Role.allCases.count * View.allCases.count

  /// The number of a pair, below `count`.
  static func index(_ role: Role, _ view: View) -> Int {
    Int(role.rawValue) * View.allCases.count + Int(view.rawValue)
  }

  mutating func insert(_ role: Role, _ view: View) {
    bits |= 1 << UInt32(Self.index(role, view))
  }

  /// The numbers of the pairs in the set.
  var indices: [Int] { (0..<Self.count).filter { bits & (1 << UInt32($0)) != 0 } }
}
