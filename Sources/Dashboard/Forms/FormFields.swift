/// Fields of a form or of a query.
package struct FormFields: Sendable, Equatable {
  private var fields: [Field] = []

  private struct Field: Sendable, Equatable {
    var name: String
    var value: String
  }

  init() {}

  /// Reads `name=value&…`. Of more than `maximumCount` fields the rest is left out.
  init(parsing bytes: [UInt8]) {
    for part in bytes.split(separator: UInt8(ascii: "&")).prefix(Self.maximumCount) {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      fields.append(
        Field(
          name: PercentCoding.decode(pair[0], plusIsSpace: true),
          value: pair.count > 1 ? PercentCoding.decode(pair[1], plusIsSpace: true) : ""))
    }
  }

  static let maximumCount = 400

  /// The first value of a name.
  subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The same without white space around it; nil when nothing is left.
  func trimmed(_ name: String) -> String? {
    guard let value = self[name] else { return nil }
    let text = Self.trim(value)
    return text.isEmpty ? nil : text
  }

  /// As a query with its question mark, written anew; empty without fields.
  func queryString(of names: Set<String>) -> String {
    let parts = fields.filter { names.contains($0.name) && !$0.value.isEmpty }
      .map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }

  func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  static func trim(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
