/// HTML that we wrote. Text that anybody else wrote enters it only through interpolation, which escapes it: there is no
/// other way from a `String` into a page.
///
/// Literals are trusted, and so `"<td>\(name)</td>"` is markup in which only `name` is escaped. Interpolated values may
/// stand in text and in attribute values inside quotation marks; nowhere else.
struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  private(set) var text: String

  init() { text = "" }

  init(stringLiteral literal: StaticString) { text = literal.description }

  init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    /// Text of whatever origin, on one line.
    mutating func appendInterpolation(_ value: String) { text += VisibleText.escaped(value) }

    /// Text whose line ends are kept, for `pre` and `textarea`.
    mutating func appendInterpolation(lines value: String) { text += VisibleText.escaped(value, keepsLines: true) }

    mutating func appendInterpolation(_ value: Int) { text += String(value) }

    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

    mutating func appendInterpolation(_ markups: [Markup]) { for markup in markups { text += markup.text } }

    mutating func appendInterpolation(_ markup: Markup?) { if let markup { text += markup.text } }

    /// The first when the condition holds.
    mutating func appendInterpolation(_ markup: Markup, if condition: Bool) { if condition { text += markup.text } }
  }

  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  var isEmpty: Bool { text.isEmpty }
}

extension [Markup] {
  func joined(_ separator: Markup) -> Markup {
    var result = Markup()
    for (index, markup) in enumerated() {
      if index > 0 { result += separator }
      result += markup
    }
    return result
  }
}

extension String.StringInterpolation {
  /// Markup in a text would be shown as such: the literal around it was taken for a `String`. Say `as Markup`.
  @available(*, unavailable, message: "the literal must be Markup")
  mutating func appendInterpolation(_ markup: Markup) {}
}
