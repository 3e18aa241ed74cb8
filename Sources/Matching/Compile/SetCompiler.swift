/// Turns patterns into tables.
struct SetCompiler {
  private var planner = Planner()
  private let analysis = LiteralAnalysis(ByteFrequency())
  private let phraseAnalysis = LiteralAnalysis(ByteFrequency(), joinsWords: true)
  private var writer = TableWriter()

  private var literalSets: [[[UInt8]]] = []
  private var literalSetNumbers: [[[UInt8]]: UInt32] = [:]
  private var setOccurrences: [Float] = []
  private var rarestPatterns: [[UInt16]] = []
  private var wordPatterns: [[UInt16]] = []
  private var segmentNumbers: [SegmentDFA: UInt32] = [:]
  private var classMapNumbers: [[UInt8]: UInt32] = [:]
  private var byteSetNumbers: [ByteSet: UInt32] = [:]
  private var longestMatch = 0
  /// What was written for a pattern: others that say the same share it, so that a scan decides about them once.
  private var written: [Node: Written] = [:]

  private struct Written {
    var record: [UInt32]
    /// The literal sets that are required.
    var words: [UInt32]
    var phrases: [UInt32]
  }

  /// A set that occurs more often in benign text costs more than it saves, unless it is all a pattern has.
  static let commonOccurrences: Float = 3000
  /// A second set in the same step only confirms the first.
  static let secondOccurrences: Float = 2000
  /// An unbounded set is used beside a bounded one only when it is this much rarer.
  static let unboundedAdvantage: Float = 3
  /// The same for a set of phrases beside one of words.
  static let phraseAdvantage: Float = 3

  static func compile(_ patterns: [Pattern]) throws(PatternSetError) -> [UInt8] {
    var compiler = SetCompiler()
    guard patterns.count < 1 << 16 else { throw PatternSetError(pattern: nil, refusal: .tablesTooLarge) }
    for (index, pattern) in patterns.enumerated() {
      do {
        try compiler.add(pattern.node, number: UInt16(index))
      } catch {
        throw PatternSetError(pattern: index, refusal: error)
      }
    }
    do {
      return try compiler.finish()
    } catch {
      throw PatternSetError(pattern: nil, refusal: error)
    }
  }

  // MARK: Patterns

  private mutating func add(_ node: Node, number: UInt16) throws(PatternRefusal) {
    let length = node.length
    guard length.minimum > 0 else { throw .matchesEmpty }
    guard node.expandedSize <= CompileLimit.instructions else { throw .tooLarge(limit: CompileLimit.instructions) }
    longestMatch = max(longestMatch, length.maximum ?? .max)

    let known: Written
    if let same = written[node] {
      known = same
    } else {
      known = try write(node)
      written[node] = known
    }
    let rarest = self.rarest(of: known.words + known.phrases)
    if let rarest { rarestPatterns[rarest].append(number) } else { writer.append([number], to: .unkeyedPatterns) }
    if known.words.count > 1, let word = self.rarest(of: known.words) { wordPatterns[word].append(number) }
    writer.append(known.record, to: .patterns, elementSize: known.record.count)
  }

  private func rarest(of sets: [UInt32]) -> Int? {
    sets.map(Int.init).min { (setOccurrences[$0], $0) < (setOccurrences[$1], $1) }
  }

  private mutating func write(_ node: Node) throws(PatternRefusal) -> Written {
    let form = SearchForm(node)
    let steps = try planner.plan(form.node)
    let windows = chooseWindows(steps)
    let search = try write(steps, windows: windows)
    let span = form.node == node ? search : try write(try planner.plan(node))
    // A set of words that is also one of phrases counts as words.
    let used = windows.joined()
    let words = Set(used.lazy.filter { !$0.isPhrase }.map(\.record.set))
    let phrases = Set(used.map(\.record.set)).subtracting(words).sorted()
    let extra = form.leadingExtra.map(UInt32.init) ?? unbounded
    let first = UInt32(writer.count(of: .requirements))
    writer.append((words.sorted() + phrases).map { UInt16(truncatingIfNeeded: $0) }, to: .requirements)
    return Written(
      record: [search, span, extra, first, UInt32(words.count), UInt32(phrases.count)], words: words.sorted(),
      phrases: phrases)
  }

  private struct Window {
    var record: WindowRecord
    var isPhrase: Bool
  }

  // MARK: Literals

  /// The literal windows of each step.
  private mutating func chooseWindows(_ steps: [PlanStep]) -> [[Window]] {
    let candidates = steps.map { analysis.sets(in: $0.node) }
    var chosen: [[LiteralSet]] = steps.map { _ in [] }
    for (step, sets) in candidates.enumerated() {
      let bounded = sets.first { $0.set.isBounded }
      if let bounded, bounded.occurrences <= Self.commonOccurrences {
        chosen[step].append(bounded.set)
        let second = sets.first {
          $0.set.isBounded && $0.occurrences <= Self.secondOccurrences && $0.set.isApart(from: bounded.set)
        }
        if let second { chosen[step].append(second.set) }
      }
      if let rarest = sets.first, !rarest.set.isBounded, rarest.occurrences <= Self.commonOccurrences {
        let alternative = bounded?.occurrences ?? .infinity
        if rarest.occurrences * Self.unboundedAdvantage <= alternative { chosen[step].append(rarest.set) }
      }
    }
    if chosen.allSatisfy(\.isEmpty) {
      let best = candidates.indices.min { left, right in
        (candidates[left].first?.occurrences ?? .infinity) < (candidates[right].first?.occurrences ?? .infinity)
      }
      if let best, let only = candidates[best].first { chosen[best].append(only.set) }
    }
    return steps.indices.map { step in
      let words = chosen[step].map { window($0, isPhrase: false) }
      return words + phrases(steps[step].node, beside: candidates[step]).map { window($0, isPhrase: true) }
    }
  }

  /// Literals of several words that are much rarer than the words by themselves.
  private func phrases(_ node: Node, beside words: [(set: LiteralSet, occurrences: Float)]) -> [LiteralSet] {
    let fewest = words.first { $0.set.isBounded }?.occurrences ?? .infinity
    guard let rarest = phraseAnalysis.sets(in: node).first(where: { $0.set.isBounded }),
      rarest.occurrences * Self.phraseAdvantage <= fewest, rarest.occurrences <= Self.commonOccurrences
    else { return [] }
    return [rarest.set]
  }

  private mutating func window(_ set: LiteralSet, isPhrase: Bool) -> Window {
    let fresh = UInt32(literalSets.count)
    let number = literalSetNumbers[set.literals, default: fresh]
    if number == fresh {
      literalSetNumbers[set.literals] = fresh
      literalSets.append(set.literals)
      setOccurrences.append(analysis.occurrences(of: set.literals))
      rarestPatterns.append([])
      wordPatterns.append([])
    }
    let maximum = set.isBounded ? set.maximumDistance.map(UInt32.init) ?? unbounded : unbounded
    let record = WindowRecord(set: number, minimum: UInt32(set.minimumDistance), maximum: maximum)
    return Window(record: record, isPhrase: isPhrase)
  }

  // MARK: Programs

  /// Writes a program after everything it refers to; returns its number.
  private mutating func write(
    _ steps: [PlanStep], windows: [[Window]] = []
  ) throws(PatternRefusal) -> UInt32 {
    var operations: [OperationRecord] = []
    for (index, step) in steps.enumerated() {
      var operation = try operation(for: step)
      let used = index < windows.count ? windows[index] : []
      operation.firstWindow = UInt32(writer.count(of: .windows))
      operation.windowCount = UInt32(used.count)
      for window in used.map(\.record) {
        writer.append([window.set, window.minimum, window.maximum], to: .windows, elementSize: 3)
      }
      operations.append(operation)
    }
    let first = UInt32(writer.count(of: .operations))
    for operation in operations {
      let fields = [
        operation.kind, operation.a, operation.b, operation.c, operation.minimumLength, operation.maximumLength,
        operation.firstWindow, operation.windowCount,
      ]
      writer.append(fields, to: .operations, elementSize: fields.count)
    }
    let number = UInt32(writer.count(of: .programs))
    writer.append([first, UInt32(operations.count)], to: .programs, elementSize: 2)
    return number
  }

  private mutating func operation(for step: PlanStep) throws(PatternRefusal) -> OperationRecord {
    let length = step.length
    var record = OperationRecord(
      kind: 0, a: 0, b: 0, c: 0, minimumLength: UInt32(length.minimum),
      maximumLength: length.maximum.map(UInt32.init) ?? unbounded, firstWindow: 0, windowCount: 0)
    switch step {
    case .segment(let automaton, _):
      record.kind = OperationRecord.Kind.segment
      record.a = number(of: automaton)
    case .gap(let set, let minimum, let maximum):
      record.kind = OperationRecord.Kind.gap
      record.a = number(of: set)
      record.b = UInt32(minimum)
      record.c = maximum.map(UInt32.init) ?? unbounded
    case .choice(let plans, _):
      var branches: [UInt32] = []
      for plan in plans { branches.append(try write(plan)) }
      record.kind = OperationRecord.Kind.choice
      record.a = UInt32(writer.count(of: .branches))
      record.b = UInt32(branches.count)
      writer.append(branches, to: .branches)
    }
    return record
  }

  private mutating func number(of set: ByteSet) -> UInt32 {
    if let known = byteSetNumbers[set] { return known }
    let number = UInt32(writer.count(of: .byteSets))
    byteSetNumbers[set] = number
    writer.append((0..<4).map { set.words[$0] }, to: .byteSets, elementSize: 4)
    return number
  }

  private mutating func number(of automaton: SegmentDFA) -> UInt32 {
    if let known = segmentNumbers[automaton] { return known }
    var map = classMapNumbers[automaton.classMap]
    if map == nil {
      map = UInt32(writer.count(of: .classMaps))
      classMapNumbers[automaton.classMap] = map
      writer.append(automaton.classMap, to: .classMaps, elementSize: 256)
    }
    let number = UInt32(writer.count(of: .segments))
    segmentNumbers[automaton] = number
    let fields = [
      UInt32(writer.count(of: .entries)), UInt32(automaton.entries.count), UInt32(writer.count(of: .defaults)),
      UInt32(automaton.defaults.count), map ?? 0, UInt32(writer.count(of: .kindOffsets)), UInt32(automaton.columns),
    ]
    writer.append(fields, to: .segments, elementSize: fields.count)
    writer.append(automaton.entries, to: .entries)
    writer.append(automaton.defaults, to: .defaults)
    writer.append(automaton.kindOffsets, to: .kindOffsets)
    return number
  }

  // MARK: End

  private mutating func finish() throws(PatternRefusal) -> [UInt8] {
    let automaton = try AhoCorasick(literalSets)
    writer.append(automaton.symbolMap, to: .symbolMap)
    writer.append(automaton.entries, to: .literalEntries)
    writer.append(automaton.pairs, to: .literalPairs)
    writer.append(automaton.reportOfState, to: .reportOfState)
    writer.append(Self.index(automaton.reports), to: .reportIndex)
    writer.append(automaton.reports.flatMap { $0 }, to: .reports)
    writer.append(Self.index(rarestPatterns), to: .rarestIndex)
    writer.append(rarestPatterns.flatMap { $0 }, to: .rarestPatterns)
    writer.append(Self.index(wordPatterns), to: .wordIndex)
    writer.append(wordPatterns.flatMap { $0 }, to: .wordPatterns)
    return try writer.finish(overlap: min(longestMatch, PatternSet.longestWindow))
  }

  private static func index(_ lists: [[UInt16]]) -> [UInt32] {
    lists.reduce(into: [0]) { $0.append(($0.last ?? 0) + UInt32($1.count)) }
  }
}
