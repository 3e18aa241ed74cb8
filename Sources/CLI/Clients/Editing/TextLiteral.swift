import JSONRPC

/// Writes a text as a value of a settings file.
enum TextLiteral {
  static func write(_ text: String, as format: SettingsFormat) -> [UInt8] {
    switch format {
    case .json: json(text)
    case .toml: toml(text)
    case .yaml: isPlainInYAML(text) ? Array(text.utf8) : yamlQuoted(text)
    }
  }

  private static func json(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(text)
    return writer.bytes
  }

  /// A literal text when it reads better, else a basic one.
  private static func toml(_ text: String) -> [UInt8] {
    let needsEscape = text.utf8.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }
    if needsEscape, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "'") }) {
      return Array("'\(text)'".utf8)
    }
    return escaped(text) { "\\u" + hexadecimal($0, digits: 4) }
  }

  private static func yamlQuoted(_ text: String) -> [UInt8] {
    escaped(text) { $0 > 0xFF ? "\\u" + hexadecimal($0, digits: 4) : "\\x" + hexadecimal($0, digits: 2) }
  }

  /// In double quotation marks, with the escapes that TOML and YAML share. `name` writes the rarer control characters.
  private static func escaped(_ text: String, _ name: (UInt32) -> String) -> [UInt8] {
    var output = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      // YAML ends lines at these, and takes a byte order mark away.
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}": output += name(scalar.value)
      default: output.unicodeScalars.append(scalar)
      }
    }
    return Array((output + "\"").utf8)
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// Whether a word needs no quotation marks in YAML, wherever it stands: paths, packages and options do not; whatever
  /// could be a number, a truth value or a piece of syntax does.
  private static func isPlainInYAML(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    // `--` and `-y` are words; `-` alone would be an entry of a list.
    let isWord: (UInt8) -> Bool = { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
      default: false
      }
    }
    guard text.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "=") }) else {
      return false
    }
    switch first {
    case UInt8(ascii: "/"), 0x41...0x5A, 0x61...0x7A: break
    case UInt8(ascii: "-"):
      guard text.utf8.count > 1, !text.utf8.dropFirst().contains(where: isDigit) else { return false }
    default: return false
    }
    return !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
      && !text.hasPrefix("---")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
