import JSONRPC

/// The JSON schema of the config, for editors: made from the key table that also reads it.
enum ConfigurationSchema {
  /// Indented JSON text with a line feed at the end.
  static var text: String {
    let head: Schema = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string("oktsec config")),
    ]
    return JSONLayout.indented(.object(head + ConfigurationKeys.document(ConfigurationKeys.empty).schema)) + "\n"
  }
}

/// Finds the keys that a schema knows.
enum SchemaPaths {
  /// Every key as its parts, sections before what they hold. `*` stands for any name, `[]` for the entries of a list.
  static func all(in schema: Schema, below path: [String] = []) -> [[String]] {
    var paths: [[String]] = []
    for (name, value) in schema {
      guard case .object(let members) = value else { continue }
      switch name {
      case "properties":
        for (key, child) in members {
          paths.append(path + [key])
          if case .object(let schema) = child { paths += all(in: schema, below: path + [key]) }
        }
      case "patternProperties":
        for case (_, .object(let schema)) in members { paths += all(in: schema, below: path + ["*"]) }
      case "items": paths += all(in: members, below: path + ["[]"])
      default: continue
      }
    }
    return paths
  }
}

/// Writes JSON for people: two spaces, one member a line, short lists of plain values on one line.
enum JSONLayout {
  static func indented(_ value: JSONValue, depth: Int = 0) -> String {
    let inner = String(repeating: "  ", count: depth + 1)
    let outer = String(repeating: "  ", count: depth)
    switch value {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { name, value in
        inner + JSONValue.string(name).text + ": " + indented(value, depth: depth + 1)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
    case .array(let elements) where !elements.isEmpty:
      let isPlain = elements.allSatisfy { element in
        switch element {
        case .object, .array: false
        default: true
        }
      }
      if isPlain { return "[" + elements.map(\.text).joined(separator: ", ") + "]" }
      let lines = elements.map { inner + indented($0, depth: depth + 1) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
    default: return value.text
    }
  }
}
