/// The cookie of a session: no script reads it, no other site sends it.
enum SessionCookie {
  static let name = "oktsec_session"

  static func setting(_ word: String, isSecure: Bool) -> String {
    "\(name)=\(word); Max-Age=\(Sessions.lifetime / 1_000_000); " + attributes(isSecure)
  }

  static func clearing(isSecure: Bool) -> String { "\(name)=; Max-Age=0; " + attributes(isSecure) }

  private static func attributes(_ isSecure: Bool) -> String {
    "Path=/dashboard; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }
}
