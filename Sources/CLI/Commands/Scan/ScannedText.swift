import Guard

/// A text and what inspection says about it.
struct ScannedText {
  let name: String
  let role: Role
  let text: [UInt8]
  let inspection: Inspection

  /// - Parameter text: valid UTF-8.
  init(name: String, role: Role, text: [UInt8], policy: TextPolicy) {
    self.name = name
    self.role = role
    self.text = text
    let inspector = Inspector(rules: policy.rules)
    inspection = text.withUnsafeBytes { inspector.inspect(text: $0, role: role, effects: policy.effects) }
  }

  /// A place in the text, both counted from 1; a column is a character.
  struct Place: Equatable {
    var line = 1
    var column = 1
  }

  /// Where the findings begin, in their order. One pass over the text.
  func places() -> [Place] {
    let offsets = inspection.findings.map { min(max(0, $0.place.range.lowerBound), text.count) }
    var places = offsets.map { _ in Place() }
    var place = Place()
    var index = 0
    for finding in offsets.indices.sorted(by: { offsets[$0] < offsets[$1] }) {
      while index < offsets[finding] {
        if text[index] == UInt8(ascii: "\n") {
          place = Place(line: place.line + 1, column: 1)
        } else if text[index] & 0xC0 != 0x80 {
          // Bytes that continue a character are not characters.
          place.column += 1
        }
        index += 1
      }
      places[finding] = place
    }
    return places
  }
}
