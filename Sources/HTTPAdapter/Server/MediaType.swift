/// What `Content-Type` says.
enum MediaType {
  /// Whether a field names one of these types, in UTF-8 if it names a character set.
  static func isOneOf(_ types: [String], _ field: String?) -> Bool {
    guard let field else { return false }
    let parts = field.lowercased().split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
    guard let type = parts.first, types.contains(String(type)) else { return false }
    return parts.dropFirst().allSatisfy { parameter in
      guard parameter.hasPrefix("charset=") else { return true }
      let value = parameter.dropFirst(8)
      return value == "utf-8" || value == "\"utf-8\""
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
    while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
    return text
  }
}
