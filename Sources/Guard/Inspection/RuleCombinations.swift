import Matching

extension RuleSet {
  /// The rules that need a match of every group, as combinations of some of the patterns, which are numbered from zero.
  func combinations(of patterns: Range<Int>) -> [PatternCombination] {
    var combinations: [PatternCombination] = []
    var numbers: [Int: Int] = [:]
    for pattern in patterns {
      let owner = owners[pattern]
      let core = cores[owner.rule]
      guard core.match == .all else { continue }
      let number = numbers[owner.rule, default: combinations.count]
      if number == combinations.count {
        numbers[owner.rule] = number
        combinations.append(
          PatternCombination(groups: Array(repeating: [], count: core.groupCount), within: core.within))
      }
      combinations[number].groups[owner.group].append(pattern - patterns.lowerBound)
    }
    return combinations
  }
}
