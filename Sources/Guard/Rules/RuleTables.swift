import Matching

/// The compiled rules as bytes: a header, the rules, then the tables of the matching engine, each aligned to 64 bytes.
enum RuleTables {
  struct Parts {
    var cores: [RuleSet.Core]
    var owners: [RuleSet.PatternOwner]
    var patterns: PatternSet
    var excludes: PatternSet?
    var cards: UnsafeRawBufferPointer
    var cardOffsets: [Int]
  }

  private static let magic = Array("OKTRULE1".utf8)
  private static let alignment = 64

  static func encode(definitions: [RuleDefinition], patterns: PatternSet, excludes: PatternSet?) -> [UInt8] {
    var cards = ByteWriter()
    cards.integer(definitions.count)
    for definition in definitions { write(definition, into: &cards) }
    let sections = [cards.bytes, patterns.encodedTables(), excludes?.encodedTables() ?? []]

    var output = magic
    var offset = alignment
    for section in sections {
      output += littleEndian(offset) + littleEndian(section.count)
      offset = aligned(offset + section.count)
    }
    for section in sections {
      output += [UInt8](repeating: 0, count: aligned(output.count) - output.count)
      output += section
    }
    return output
  }

  static func decode(_ bytes: UnsafeRawBufferPointer, isTrusted: Bool) throws(RuleTableError) -> Parts {
    guard bytes.count >= alignment, bytes.prefix(magic.count).elementsEqual(magic) else {
      throw RuleTableError(reason: "not rule tables of this version")
    }
    let cards = try section(0, of: bytes)
    let (assembly, offsets) = try readCards(cards)
    let patterns: PatternSet
    var excludes: PatternSet?
    do {
      patterns = try PatternSet(tables: try section(1, of: bytes), isTrusted: isTrusted)
      let second = try section(2, of: bytes)
      if !second.isEmpty { excludes = try PatternSet(tables: second, isTrusted: isTrusted) }
    } catch {
      throw RuleTableError(reason: "\(error)")
    }
    guard patterns.patternCount == assembly.owners.count,
      excludes?.patternCount ?? 0 == assembly.cores.last?.excludes.upperBound ?? 0
    else { throw RuleTableError(reason: "pattern count differs") }
    return Parts(
      cores: assembly.cores, owners: assembly.owners, patterns: patterns, excludes: excludes, cards: cards,
      cardOffsets: offsets)
  }

  private static func readCards(
    _ cards: UnsafeRawBufferPointer
  ) throws(RuleTableError) -> (RuleAssembly, offsets: [Int]) {
    var assembly = RuleAssembly()
    var offsets: [Int] = []
    var reader = ByteReader(cards)
    for _ in 0..<(try reader.integer()) {
      offsets.append(reader.offset)
      let rule = try definition(&reader, for: .evaluation)
      do {
        try assembly.append(rule)
      } catch {
        throw RuleTableError(reason: error.description)
      }
    }
    return (assembly, offsets)
  }

  // MARK: One rule

  private static func write(_ rule: RuleDefinition, into writer: inout ByteWriter) {
    writer.string(rule.id)
    writer.string(rule.name)
    writer.byte(UInt8(rule.severity.rawValue))
    writer.string(rule.category.rawValue)
    writer.string(rule.description)
    writer.string(rule.remediation)
    writer.byte(rule.roles.rawValue)
    writer.integer(rule.roleSeverity.count)
    for role in Role.allCases {
      guard let severity = rule.roleSeverity[role] else { continue }
      writer.byte(role.rawValue)
      writer.byte(UInt8(severity.rawValue))
    }
    writer.byte(rule.match.rawValue)
    writer.integer(rule.within)
    writer.byte(rule.proof.rawValue)
    writer.string(rule.signal)
    writer.byte(rule.isSensitive ? 1 : 0)
    writer.integer(rule.patterns.count)
    for pattern in rule.patterns {
      writer.string(pattern.value)
      writer.byte((pattern.isLiteral ? 1 : 0) | (pattern.ignoresCase ? 2 : 0) | (pattern.isProof ? 4 : 0))
      writer.byte(pattern.view.map { $0.rawValue + 1 } ?? 0)
      writer.string(pattern.group)
    }
    for list in [rule.validators, rule.exclude] {
      writer.integer(list.count)
      for text in list { writer.string(text) }
    }
    for examples in [rule.matches, rule.passes] {
      writer.integer(examples.count)
      for example in examples {
        writer.byte(example.role.map { $0.rawValue + 1 } ?? 0)
        writer.string(example.text)
      }
    }
  }

  /// What a rule is read for.
  enum Purpose {
    /// All that its author wrote.
    case people
    /// Without expressions, examples and prose, of which only the number is known then: at the start of every process nothing
    /// is copied that is not needed.
    case evaluation
  }

  static func definition(
    _ reader: inout ByteReader, for purpose: Purpose = .people
  ) throws(RuleTableError) -> RuleDefinition {
    func text(_ reader: inout ByteReader) throws(RuleTableError) -> String {
      if purpose == .people { return try reader.string() }
      try reader.skip()
      return ""
    }
    let id = try reader.string()
    let name = try reader.string()
    let severity = try value(Severity(rawValue: Int(try reader.byte())))
    let category = try value(Category(rawValue: try reader.string()))
    var rule = RuleDefinition(id: id, name: name, severity: severity, category: category)
    rule.description = try text(&reader)
    rule.remediation = try text(&reader)
    rule.roles = RoleSet(rawValue: try reader.byte())
    for _ in 0..<(try reader.integer()) {
      let role = try value(Role(rawValue: try reader.byte()))
      rule.roleSeverity[role] = try value(Severity(rawValue: Int(try reader.byte())))
    }
    rule.match = try value(MatchMode(rawValue: try reader.byte()))
    rule.within = try reader.integer()
    rule.proof = try value(Proof(rawValue: try reader.byte()))
    rule.signal = try reader.string()
    rule.isSensitive = try reader.byte() == 1
    for _ in 0..<(try reader.integer()) {
      var pattern = RulePattern(try text(&reader))
      let flags = try reader.byte()
      pattern.isLiteral = flags & 1 != 0
      pattern.ignoresCase = flags & 2 != 0
      pattern.isProof = flags & 4 != 0
      let view = try reader.byte()
      pattern.view = view == 0 ? nil : try value(View(rawValue: view - 1))
      pattern.group = try reader.string()
      rule.patterns.append(pattern)
    }
    rule.validators = try strings(&reader)
    for _ in 0..<(try reader.integer()) { rule.exclude.append(try text(&reader)) }
    if purpose == .people {
      rule.matches = try examples(&reader)
      rule.passes = try examples(&reader)
    } else {
      try skipExamples(&reader)
      try skipExamples(&reader)
    }
    return rule
  }

  private static func strings(_ reader: inout ByteReader) throws(RuleTableError) -> [String] {
    var list: [String] = []
    for _ in 0..<(try reader.integer()) { list.append(try reader.string()) }
    return list
  }

  private static func examples(_ reader: inout ByteReader) throws(RuleTableError) -> [RuleExample] {
    var list: [RuleExample] = []
    for _ in 0..<(try reader.integer()) {
      let role = try reader.byte()
      list.append(
        RuleExample(role: role == 0 ? nil : try value(Role(rawValue: role - 1)), text: try reader.string()))
    }
    return list
  }

  private static func skipExamples(_ reader: inout ByteReader) throws(RuleTableError) {
    for _ in 0..<(try reader.integer()) {
      _ = try reader.byte()
      try reader.skip()
    }
  }

  // MARK: Layout

  private static func value<Value>(_ value: Value?) throws(RuleTableError) -> Value {
    guard let value else { throw RuleTableError(reason: "unknown value") }
    return value
  }

  private static func section(
    _ index: Int, of bytes: UnsafeRawBufferPointer
  ) throws(RuleTableError) -> UnsafeRawBufferPointer {
    let start = number(bytes, at: magic.count + index * 16)
    let count = number(bytes, at: magic.count + index * 16 + 8)
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw RuleTableError(reason: "truncated")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    Int(truncatingIfNeeded: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
  }

  private static func littleEndian(_ value: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}
