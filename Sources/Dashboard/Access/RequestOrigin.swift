/// Whether a form was sent by a page of ours.
enum RequestOrigin {
  /// Why a post is refused; nil when it may go on. A program that sends neither header is no browser, and needs the
  /// form's token like everybody.
  static func refusal(of request: PageRequest) -> String? {
    if let site = request.header("sec-fetch-site"), site != "same-origin", site != "none" {
      return "This form was sent by another site."
    }
    guard let origin = request.header("origin") else { return nil }
    guard let host = request.header("host"), !host.isEmpty else { return "This form was sent by another site." }
    // Behind a proxy that ends TLS the scheme is not ours to know; the name and the port are.
    let sender = ["http://", "https://"].first { origin.hasPrefix($0) }.map { origin.dropFirst($0.utf8.count) }
    return sender?.lowercased() == host.lowercased() ? nil : "This form was sent by another site."
  }
}
