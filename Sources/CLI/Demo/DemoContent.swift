import JSONRPC

/// Builds the parts of results.
enum DemoContent {
  /// `content` with one text block, and `isError`.
  static func text(_ text: String, isError: Bool = false, into writer: inout JSONWriter) {
    blocks([textBlock(text)], isError: isError, into: &writer)
  }

  /// - Parameter blocks: JSON text of each content block.
  static func blocks(_ blocks: [[UInt8]], isError: Bool = false, into writer: inout JSONWriter) {
    writer.name("content")
    writer.array { writer in
      for block in blocks {
        writer.element()
        writer.raw(block)
      }
    }
    writer.member("isError", isError)
  }

  static func textBlock(_ text: String) -> [UInt8] {
    Array(#"{"type":"text","text":"#.utf8) + quoted(text) + [UInt8(ascii: "}")]
  }

  /// A JSON string. Quick for long texts that need no escape.
  static func quoted(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    // 0xE2 begins U+2028, which the writer escapes.
    if bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xE2 }) {
      return [0x22] + bytes + [0x22]
    }
    var writer = JSONWriter()
    writer.string(text)
    return writer.bytes
  }

  static func quotedText(_ text: String) -> String { String(decoding: quoted(text), as: UTF8.self) }
}
