/// Recursive-descent parser for the RE2 subset of `Pattern` (https://github.com/google/re2/wiki/Syntax).
struct PatternParser {
  static let maximumDepth = 100
  static let maximumRepeat = 1000

  struct Flags {
    var ignoresCase = false
    var dotMatchesNewline = false
    var multiline = false
  }

  /// The scalars of the expression with their byte offsets; looked at one at a time.
  let scalars: [Unicode.Scalar]
  private let byteCount: Int
  var index = 0
  var flags = Flags()
  private var depth = 0

  init(_ expression: String) {
    byteCount = expression.utf8.count
    // An expression over the limit is refused unread; do not copy it either.
    scalars = byteCount > Pattern.maximumExpressionLength ? [] : Array(expression.unicodeScalars)
  }

  mutating func parse() throws(PatternError) -> Node {
    guard byteCount <= Pattern.maximumExpressionLength else {
      throw failure(.expressionTooLong(limit: Pattern.maximumExpressionLength))
    }
    let node = try parseAlternation()
    if index < scalars.count { throw failure(.unmatchedParenthesis) }
    return node
  }

  // MARK: Reading

  var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  func scalar(ahead distance: Int) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  mutating func consume(_ expected: Unicode.Scalar) -> Bool {
    guard current == expected else { return false }
    index += 1
    return true
  }

  mutating func consume(_ expected: String) -> Bool {
    let wanted = Array(expected.unicodeScalars)
    guard scalars[min(index, scalars.count)...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  func failure(_ reason: PatternError.Reason, at position: Int? = nil) -> PatternError {
    let end = min(position ?? index, scalars.count)
    let offset = scalars[..<end].reduce(0) { $0 + UTF8.width($1) }
    return PatternError(offset: offset, reason: reason)
  }

  // MARK: Grammar

  private mutating func parseAlternation() throws(PatternError) -> Node {
    var branches = [try parseConcatenation()]
    while consume("|") {
      branches.append(try parseConcatenation())
    }
    return Node.choice(branches)
  }

  private mutating func parseConcatenation() throws(PatternError) -> Node {
    var parts: [Node] = []
    while let next = current, next != "|", next != ")" {
      let start = index
      if consume("\\Q") {
        parts.append(contentsOf: try parseQuoted())
        continue
      }
      guard let atom = try parseAtom() else { continue }
      parts.append(try parseQuantifier(of: atom, from: start))
    }
    return Node.sequence(parts)
  }

  /// The text between `\Q` and `\E` (or the end). A quantifier after `\E` belongs to the last character.
  private mutating func parseQuoted() throws(PatternError) -> [Node] {
    var parts: [Node] = []
    while let next = current {
      if consume("\\E") { break }
      index += 1
      parts.append(literal(next))
    }
    guard let last = parts.popLast() else { return [] }
    parts.append(try parseQuantifier(of: last, from: index))
    return parts
  }

  /// One atom; nil for a group that only sets flags.
  private mutating func parseAtom() throws(PatternError) -> Node? {
    guard let next = current else { throw failure(.unexpectedEnd) }
    switch next {
    case "*", "+", "?": throw failure(.nothingToRepeat)
    case "(": return try parseGroup()
    case "[": return try parseClass()
    case "\\": return try parseEscape()
    case ".":
      index += 1
      var set = ByteSet.any
      if !flags.dotMatchesNewline { set.remove(0x0A) }
      return .bytes(set)
    case "^":
      index += 1
      return .assertion(flags.multiline ? .lineStart : .textStart)
    case "$":
      index += 1
      return .assertion(flags.multiline ? .lineEnd : .textEnd)
    case "{":
      if try repeatRange(peeking: true) != nil { throw failure(.nothingToRepeat) }
      index += 1
      return literal(next)
    default:
      index += 1
      return literal(next)
    }
  }

  private mutating func parseQuantifier(of atom: Node, from start: Int) throws(PatternError) -> Node {
    guard let (minimum, maximum) = try quantifier() else { return atom }
    _ = consume("?")
    if try quantifier() != nil { throw failure(.repeatedQuantifier, at: start) }
    return Node.repeated(atom, minimum, maximum)
  }

  private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
    switch current {
    case "*":
      index += 1
      return (0, nil)
    case "+":
      index += 1
      return (1, nil)
    case "?":
      index += 1
      return (0, 1)
    case "{": return try repeatRange(peeking: false)
    default: return nil
    }
  }

  /// `{n}`, `{n,}` or `{n,m}`; nil, and nothing consumed, when the brace is a literal one.
  private mutating func repeatRange(peeking: Bool) throws(PatternError) -> (Int, Int?)? {
    let start = index
    defer { if peeking { index = start } }
    index += 1
    guard let minimum = decimal() else {
      index = start
      return nil
    }
    var maximum: Int? = minimum
    if consume(",") { maximum = decimal() }
    guard consume("}") else {
      index = start
      return nil
    }
    if max(minimum, maximum ?? 0) > Self.maximumRepeat {
      throw failure(.repeatCountTooLarge(limit: Self.maximumRepeat), at: start)
    }
    if let maximum, maximum < minimum { throw failure(.invalidRepeatRange, at: start) }
    return (minimum, maximum)
  }

  private mutating func decimal() -> Int? {
    var value: Int?
    while let digit = current?.value, (0x30...0x39).contains(digit) {
      value = min((value ?? 0) * 10 + Int(digit - 0x30), Self.maximumRepeat + 1)
      index += 1
    }
    return value
  }

  // MARK: Groups

  private mutating func parseGroup() throws(PatternError) -> Node? {
    let start = index
    index += 1
    let outer = flags
    if consume("?") {
      if consume("P<") || (current == "<" && scalar(ahead: 1) != "=" && scalar(ahead: 1) != "!" && consume("<")) {
        try skipGroupName(from: start)
      } else if current == "=" || current == "!" || current == "<" {
        throw failure(.lookAround, at: start)
      } else if current == "P" {
        throw failure(.backReference, at: start)
      } else if try parseFlags(from: start) {
        return nil
      }
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw failure(.nestingTooDeep(limit: Self.maximumDepth), at: start) }
    let node = try parseAlternation()
    guard consume(")") else { throw failure(.unclosedGroup, at: start) }
    flags = outer
    return node
  }

  private mutating func skipGroupName(from start: Int) throws(PatternError) {
    let first = index
    while let next = current, next != ">" {
      guard next.isASCII, ByteSet.word.contains(UInt8(truncatingIfNeeded: next.value)) else {
        throw failure(.invalidGroup, at: start)
      }
      index += 1
    }
    guard index > first, consume(">") else { throw failure(.invalidGroup, at: start) }
  }

  /// Reads the flags after `(?`. True when the group ends here and the flags hold for the rest of the enclosing group.
  private mutating func parseFlags(from start: Int) throws(PatternError) -> Bool {
    var value = true
    while let next = current {
      index += 1
      switch next {
      case "i": flags.ignoresCase = value
      case "s": flags.dotMatchesNewline = value
      case "m": flags.multiline = value
      case "U": continue  // Swaps greedy and lazy, which are the same here.
      case "-" where value: value = false
      case ":": return false
      case ")": return true
      default: throw failure(.invalidGroup, at: start)
      }
    }
    throw failure(.unclosedGroup, at: start)
  }

  // MARK: Literals

  func literal(_ scalar: Unicode.Scalar) -> Node {
    Node.literal(UTF8Sequences.encode(scalar), caseInsensitive: flags.ignoresCase && scalar.isASCII)
  }
}
