import YAML

/// The text of a config without the secrets that stand in it.
enum MaskedConfiguration {
  private static let names: Set<String> = ["secret", "api_key"]
  private static let mask = "••••••••"

  static func text(of bytes: [UInt8]) -> String {
    let body = bytes.starts(with: TextPosition.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
    guard let document = try? Configuration.document(body, shownAs: "") else {
      return "The file cannot be read as YAML. It is not shown, because its secrets could not be masked."
    }
    var secrets: [YAMLNode] = []
    collect(document, into: &secrets)
    var text = body
    // From the end, so that earlier places hold.
    for secret in secrets.sorted(by: { ($0.line, $0.column) > ($1.line, $1.column) }) {
      guard let word = secret.text, !word.isEmpty, !word.hasPrefix("env:"), !word.hasPrefix("file:") else { continue }
      guard let start = TextPosition.offset(line: secret.line, column: secret.column, in: body) else { return hidden }
      let isQuoted = body[start] == UInt8(ascii: "\"") || body[start] == UInt8(ascii: "'")
      let first = start + (isQuoted ? 1 : 0)
      let end = first + word.utf8.count
      guard end <= body.count, body[first..<end].elementsEqual(word.utf8) else { return hidden }
      text.replaceSubrange(first..<end, with: Array(mask.utf8))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let hidden = "The file is not shown: it holds a secret in a form that could not be masked."

  private static func collect(_ node: YAMLNode, into secrets: inout [YAMLNode]) {
    for (name, value) in node.members ?? [] {
      if let name = name.text, names.contains(name) { secrets.append(value) }
      collect(value, into: &secrets)
    }
    for element in node.elements ?? [] { collect(element, into: &secrets) }
  }
}
