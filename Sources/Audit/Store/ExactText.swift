/// A text as a dictionary key, compared by its bytes.
///
/// `String` takes canonically equivalent texts for equal (é in one scalar or in two). The record must not: it keeps what
/// was sent.
struct ExactText: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = self.text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
