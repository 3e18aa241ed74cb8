import JSONRPC

/// Writes down what the scanner delivers, one line an event.
struct RecordingSink: JSONSink {
  enum Event: Equatable {
    case beginObject(Int), endObject(Int), beginArray(Int), endArray(Int)
    case name(JSONString), string(JSONString)
    case scalar(JSONScalar, Range<Int>)
  }

  var events: [Event] = []

  mutating func beginObject(at offset: Int) { events.append(.beginObject(offset)) }
  mutating func endObject(at end: Int) { events.append(.endObject(end)) }
  mutating func beginArray(at offset: Int) { events.append(.beginArray(offset)) }
  mutating func endArray(at end: Int) { events.append(.endArray(end)) }
  mutating func memberName(_ name: JSONString) { events.append(.name(name)) }
  mutating func string(_ value: JSONString) { events.append(.string(value)) }
  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) { events.append(.scalar(kind, range)) }
}
