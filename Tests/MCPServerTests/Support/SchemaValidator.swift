import JSONRPC

/// Checks values against a JSON Schema, as far as the official MCP schemas and ours use the language. A keyword that it
/// does not know is a failure of the test, not something to pass over.
struct SchemaValidator {
  let root: JSONValue

  private static let ignored: Set<String> = [
    "$schema", "description", "title", "default", "format", "examples", "definitions", "$defs", "$comment",
  ]

  /// What is wrong with the value; empty when it is valid.
  func problems(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
    if case .bool(let allowed) = schema { return allowed ? [] : ["\(place): nothing is allowed here"] }
    guard case .object(let keywords) = schema else { return ["\(place): not a schema"] }
    var found: [String] = []
    for (keyword, argument) in keywords where !Self.ignored.contains(keyword) {
      found += check(value, keyword, argument, schema, place)
    }
    return found
  }

  func definition(_ name: String) -> JSONValue? { root["$defs"]?[name] ?? root["definitions"]?[name] }

  private func check(
    _ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ schema: JSONValue, _ place: String
  ) -> [String] {
    switch keyword {
    case "$ref":
      let name = argument.string?.split(separator: "/").last.map(String.init) ?? ""
      guard let target = definition(name) else { return ["\(place): no definition \(name)"] }
      return problems(value, target, at: place)
    case "type":
      let wanted = argument.elements?.compactMap(\.string) ?? [argument.string ?? ""]
      return wanted.contains { Self.isOfType(value, $0) } ? [] : ["\(place): not \(wanted.joined(separator: " or "))"]
    case "const": return value == argument ? [] : ["\(place): not \(argument.text)"]
    case "enum": return argument.elements?.contains { $0 == value } ?? false ? [] : ["\(place): none of the values"]
    case "anyOf", "oneOf":
      let results = (argument.elements ?? []).map { problems(value, $0, at: place) }
      return results.contains { $0.isEmpty } ? [] : ["\(place): no alternative fits: \(results.first ?? [])"]
    case "allOf": return (argument.elements ?? []).flatMap { problems(value, $0, at: place) }
    case "properties", "additionalProperties": return checkMembers(value, keyword, argument, schema, place)
    case "required":
      guard case .object = value else { return [] }
      return (argument.elements ?? []).compactMap { name -> String? in
        value[name.string ?? ""] == nil ? "\(place): \(name.text) is missing" : nil
      }
    case "items":
      return (value.elements ?? []).enumerated().flatMap { problems($1, argument, at: "\(place)[\($0)]") }
    case "minItems": return (value.elements?.count ?? .max) >= argument.integer ?? 0 ? [] : ["\(place): too few"]
    case "maxItems": return (value.elements?.count ?? 0) <= argument.integer ?? 0 ? [] : ["\(place): too many"]
    case "minLength":
      return (value.string?.unicodeScalars.count ?? .max) >= argument.integer ?? 0 ? [] : ["\(place): short"]
    case "maxLength":
      return (value.string?.unicodeScalars.count ?? 0) <= argument.integer ?? 0 ? [] : ["\(place): long"]
    case "pattern":
      guard let text = value.string, let pattern = argument.string, let regex = try? Regex(pattern) else { return [] }
      return text.firstMatch(of: regex) == nil ? ["\(place): does not match"] : []
    case "minimum": return number(value) ?? .infinity >= number(argument) ?? 0 ? [] : ["\(place): too small"]
    case "maximum": return number(value) ?? -.infinity <= number(argument) ?? 0 ? [] : ["\(place): too large"]
    default: return ["\(place): the validator does not know \(keyword)"]
    }
  }

  private func checkMembers(
    _ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ schema: JSONValue, _ place: String
  ) -> [String] {
    guard case .object(let members) = value else { return [] }
    return members.flatMap { member -> [String] in
      let named = schema["properties"]?[member.name]
      let wanted = keyword == "properties" ? named : (named == nil ? argument : nil)
      return wanted.map { problems(member.value, $0, at: "\(place).\(member.name)") } ?? []
    }
  }

  private func number(_ value: JSONValue) -> Double? {
    if case .number(let literal) = value { Double(literal) } else { nil }
  }

  private static func isOfType(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"): true
    case (.number, "number"): true
    case (.number(let literal), "integer"): Double(literal).map { $0 == $0.rounded() } ?? false
    default: false
    }
  }
}
