import JSONRPC

/// Takes a batch of texts when it is full.
protocol TextConsumer: AnyObject {
  /// Leaves both empty.
  func consume(_ batch: inout TextBatch, _ joins: inout LeafJoins)
}

/// Walks one message and collects every string in it, with the role in which it stands.
///
/// Every string value is collected, and every member name that the protocol does not define: what the place decides
/// is the role, never whether a text is looked at. Exceptions are the version marker, and cursors, states and tokens
/// up to 4 KiB, which are opaque by definition. MCP's fields are those of revisions 2024-11-05 to 2026-07-28.
///
/// Memory: one batch (256 KiB and the longest string), and one level per nesting depth.
struct TextExtractor: JSONSink {
  private(set) var facts = MessageFacts()

  private let text: UnsafeRawBufferPointer
  // Called once a batch. A generic parameter would leave the whole walk unspecialised: the scanner is in another module.
  private let consumer: any TextConsumer
  private let exchange: Exchange
  private let roles: MethodRoles
  private var batch: TextBatch
  private var views: TextViews
  private var levels: [Level] = []
  private var joints = ContentJoints()
  private var joins = LeafJoins()
  /// Arrays and objects so far.
  private var containers = 0

  /// What the members of an object, or the elements of an array, are to us.
  private enum Place {
    case message, params, result, error, meta, list, entry, protocolDefined, data
  }

  private struct Level {
    var place: Place
    var role: Role
    var isArray: Bool
    /// A number of its own.
    var container = 0
    var name = KnownName.unknown
    var nameStart = 0
    /// Of the member name.
    var nameHash: UInt32 = 0
    var entry: Int?
    /// For an entry of a list: where it begins.
    var start = 0
  }

  private static let batchLimit = 256 << 10
  private static let opaqueLimit = 4096
  private static let subjectLimit = 256
  private static let entryLimit = 100_000

  init(
    text: UnsafeRawBufferPointer, exchange: Exchange, batch: TextBatch, views: TextViews,
    consumer: any TextConsumer
  ) {
    self.text = text
    self.exchange = exchange
    self.consumer = consumer
    self.batch = batch
    self.views = views
    roles = MethodRoles(exchange.method, direction: exchange.direction, kind: exchange.kind)
  }

  /// Hands over what is left. Returns the working memory for the next message.
  mutating func finish() -> (TextBatch, TextViews) {
    if facts.isErrorResult { batch.change(.toolResult, to: .error) }
    if !batch.isEmpty { consumer.consume(&batch, &joins) }
    return (batch, views)
  }

  // MARK: JSONSink

  mutating func beginObject(at offset: Int) { push(isArray: false, at: offset) }
  mutating func beginArray(at offset: Int) { push(isArray: true, at: offset) }
  mutating func endArray(at end: Int) { pop(end) }
  mutating func endObject(at end: Int) { pop(end) }

  mutating func memberName(_ name: JSONString) {
    guard let last = levels.indices.last else { return }
    let place = levels[last].place
    let known = place == .data ? .unknown : KnownName(name, in: text)
    levels[last].name = known
    levels[last].nameStart = name.start - 1
    levels[last].nameHash = hash(name)
    guard known == .unknown else { return }
    switch place {
    case .params, .result, .error, .entry, .protocolDefined:
      if KnownName.reserved.isDisguised(name, in: text) { facts.hasFoldedMember = true }
    case .meta:
      if KnownName.reservedMeta.isDisguised(name, in: text) { facts.hasFoldedMember = true }
    case .message, .list, .data: break
    }
    collect(name, role: levels[last].role, entry: levels[last].entry, isName: true)
    handOverWhenFull()
  }

  mutating func string(_ value: JSONString) {
    guard let level = levels.last else {
      collect(value, role: .message, entry: nil, isName: false)
      handOverWhenFull()
      return
    }
    note(value, in: level)
    if isExempt(value, in: level) { return }
    let role = role(of: level.name, in: level)
    let isBlock = level.name == .text && level.place == .protocolDefined
    let segment = batch.segments.count
    collect(value, role: role, entry: level.entry, isName: false, isBlock: isBlock)
    if !isConstant(value, in: level) { join(segment, level, role) }
    handOverWhenFull()
    if level.name == .instructions && level.place == .result {
      facts.instructions = level.nameStart..<(value.end + 1)
    }
  }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    guard let level = levels.last else { return }
    switch (level.place, level.name) {
    case (.result, .isError): facts.isErrorResult = kind == .true
    case (.result, .timeToLive): facts.timeToLive = range
    case (.error, .code): facts.errorCode = range
    case (.params, .requestID) where kind == .number:
      facts.cancelledID = RequestID(number: String(decoding: text[range].prefix(64), as: UTF8.self))
    default: break
    }
  }

  // MARK: Places

  private mutating func push(isArray: Bool, at offset: Int) {
    containers += 1
    guard let parent = levels.last else {
      levels.append(
        Level(place: isArray ? .data : .message, role: .message, isArray: isArray, container: containers))
      return
    }
    var level = Level(
      place: .data, role: role(of: parent.name, in: parent), isArray: isArray, container: containers,
      entry: parent.entry)
    if parent.isArray {
      level.role = parent.role
      level.place = parent.place
      if parent.place == .list { open(&level, at: offset) }
    } else {
      level.place = place(of: parent.name, in: parent.place, isArray: isArray)
    }
    levels.append(level)
  }

  private mutating func open(_ entry: inout Level, at offset: Int) {
    entry.place = .entry
    entry.start = offset
    guard facts.entries.count < Self.entryLimit else { return }
    entry.entry = facts.entries.count
    facts.entries.append(MessageFacts.Entry(range: offset..<offset))
  }

  private mutating func pop(_ end: Int) {
    guard let level = levels.popLast(), let parent = levels.last else { return }
    if level.place == .entry, parent.place == .list, let entry = level.entry {
      facts.entries[entry].range = level.start..<end
    }
    if parent.place == .result, parent.name == .instructions { facts.instructions = parent.nameStart..<end }
  }

  private func place(of name: KnownName, in parent: Place, isArray: Bool) -> Place {
    switch parent {
    case .message:
      switch name {
      case .params: return roles.isDefined ? .params : .data
      case .result: return roles.isDefined ? .result : .data
      case .error: return .error
      default: return .data
      }
    case .data, .list: return .data
    case .meta: return name == .unknown ? .data : .meta
    case .error: return .data
    case .params, .result, .entry, .protocolDefined:
      switch name {
      case .meta: return .meta
      case .arguments, .structuredContent, .schema, .freeForm, .data, .unknown: return .data
      case .tools, .prompts, .resources, .resourceTemplates:
        return parent == .result && roles.isList && isArray ? .list : .protocolDefined
      default: return .protocolDefined
      }
    }
  }

  private func role(of name: KnownName, in level: Level) -> Role {
    switch (level.place, name) {
    case (.message, .params): roles.params
    case (.message, .result): roles.result
    case (.message, .error): .error
    case (.result, .instructions), (.result, .serverInfo): .toolDescription
    case (.result, .inputRequests): .prompt
    default: level.role
    }
  }

  // MARK: Texts

  /// Strings that carry no text: the version markers, and short opaque tokens.
  private func isExempt(_ value: JSONString, in level: Level) -> Bool {
    switch (level.place, level.name) {
    case (.message, .jsonrpc): value.equals("2.0", in: text)
    case (.data, _): false
    case (_, .opaque), (_, .cursor): value.end - value.start <= Self.opaqueLimit
    default: false
    }
  }

  /// Whether a string is a word of the protocol in its place, as `"type": "text"`. It is scanned like any other, but nobody
  /// reads it together with its neighbours.
  private func isConstant(_ value: JSONString, in level: Level) -> Bool {
    level.place == .protocolDefined && level.name == .plain && value.end - value.start <= 13
      && Self.constants.contains { value.equals($0, in: text) }
  }

  private static let constants: [StaticString] = [
    "text", "user", "assistant", "image", "audio", "resource", "resource_link", "text/plain", "object",
  ]

  private mutating func note(_ value: JSONString, in level: Level) {
    switch (level.place, level.name) {
    case (.params, .requestID):
      facts.cancelledID = RequestID(string: bounded(value), literal: "")
    case (.meta, .protocolVersion):
      if exchange.kind != .response { facts.isModern = true }
    case (.result, .resultType):
      facts.isInputRequired = value.equals("input_required", in: text)
    case (.entry, .name), (.entry, .uri):
      if let entry = level.entry, facts.entries[entry].name.isEmpty || level.name == .name && !isResourceList {
        facts.entries[entry].name = bounded(value)
      }
    default: break
    }
  }

  /// Resources are addressed by URI, tools and prompts by name.
  private var isResourceList: Bool { exchange.method == "resources/list" }

  private func bounded(_ value: JSONString) -> String {
    Self.bounded(value.value(in: text))
  }

  private static func bounded(_ text: String) -> String {
    guard text.utf8.count > subjectLimit else { return text }
    return String(decoding: text.utf8.prefix(subjectLimit), as: UTF8.self)
  }

  private mutating func collect(
    _ value: JSONString, role: Role, entry: Int?, isName: Bool, isBlock: Bool = false
  ) {
    guard value.end > value.start else { return }
    let origin = TextBatch.Origin(literal: value.range, role: role, entry: entry, isName: isName)
    let start = batch.bytes.count
    batch.append(origin, view: .text) { value.decode(from: text, into: &$0) }
    let end = batch.bytes.count - 1
    views.append(to: &batch, of: start..<end, origin: origin)
    if isBlock { joints.add(start..<end, origin, to: &batch) }
  }

  /// Notes with which others a string may be read together.
  private mutating func join(_ segment: Int, _ level: Level, _ role: Role) {
    guard segment < batch.segments.count else { return }
    joins.add(segment: segment, container: level.container, role: role)
    if level.entry == nil, isRead(level) { joins.addToStream(segment: segment) }
    guard !level.isArray, levels.count > 1 else { return }
    let parent = levels[levels.count - 2]
    joins.add(segment: segment, container: parent.container, column: level.nameHash | 1, role: role)
  }

  /// Words of the protocol, such as the method and the type of a content block, are nobody's text.
  private func isRead(_ level: Level) -> Bool {
    switch (level.place, level.name) {
    case (.data, _): true
    case (_, .plain), (.message, .method), (.message, .id): false
    default: true
    }
  }

  private mutating func handOverWhenFull() {
    if batch.bytes.count >= Self.batchLimit { consumer.consume(&batch, &joins) }
  }

  /// FNV-1a. Two names with one hash are read together for nothing, which does no harm.
  private func hash(_ name: JSONString) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for byte in text[name.range] { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return hash & 0x1FFF_FFFF
  }
}
