/// Why a settings file cannot be read, and where.
struct SettingsProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// Both counted from 1; a column is a character of Unicode.
  let line: Int
  let column: Int
  /// In lower case, without a period at the end. Holds no byte of the file.
  let reason: String

  init(line: Int, column: Int, reason: String) {
    self.line = line
    self.column = column
    self.reason = reason
  }

  /// - Parameter offset: of the byte that is wrong. Linear in it.
  init(_ reason: String, at offset: Int, in text: [UInt8]) {
    let place = SettingsPlace(offset: offset, in: text)
    self.init(line: place.line, column: place.column, reason: reason)
  }

  var description: String { "\(line):\(column): \(reason)" }
}

/// A place in a text as editors show it.
struct SettingsPlace: Sendable, Equatable {
  var line = 1
  var column = 1

  /// A byte order mark is no character; LF, CRLF and CR end lines.
  init(offset: Int, in text: [UInt8]) {
    var index = text.starts(with: TextPosition.byteOrderMark) ? 3 : 0
    let end = min(offset, text.count)
    while index < end {
      let byte = text[index]
      if byte == 0x0A || (byte == 0x0D && !(index + 1 < text.count && text[index + 1] == 0x0A)) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80, byte != 0x0D {
        column += 1
      }
      index += 1
    }
  }
}
