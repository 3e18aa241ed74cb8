/// What the dashboard answers.
package struct PageReply: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Chunks to be written as they come; the reply ends with the stream. Whoever stops reading cancels it. A reader
    /// that does not keep up is dropped: the stream then ends early.
    case stream(AsyncStream<[UInt8]>)
  }

  package var status: Int
  /// Complete but for `Content-Length`, `Date` and what belongs to the connection.
  package var headers: [(name: String, value: String)]
  package var body: Body

  package init(status: Int, headers: [(name: String, value: String)], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

extension PageReply {
  /// A page, with everything that keeps foreign text from becoming more than text.
  static func page(_ markup: Markup, status: Int = 200) -> PageReply {
    PageReply(
      status: status, headers: [("Content-Type", "text/html; charset=utf-8")] + guarding + [noStore],
      body: .bytes(Array(markup.text.utf8)))
  }

  static func redirect(to location: String, cookie: String? = nil) -> PageReply {
    var headers = [("Location", location)] + guarding + [noStore]
    if let cookie { headers.append(("Set-Cookie", cookie)) }
    return PageReply(status: 303, headers: headers)
  }

  static func text(_ text: String, status: Int, more: [(name: String, value: String)] = []) -> PageReply {
    PageReply(
      status: status, headers: [("Content-Type", "text/plain; charset=utf-8")] + guarding + [noStore] + more,
      body: .bytes(Array((text + "\n").utf8)))
  }

  static let noStore: (name: String, value: String) = ("Cache-Control", "no-store")

  /// Nothing is loaded from elsewhere, nothing inline runs, nobody frames us, no address of ours leaves.
  static let guarding: [(name: String, value: String)] = [
    (
      "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"),
    // Not "no-referrer": with that, browsers send `Origin: null` with our own forms.
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ]
}
