import Guard

/// The files that pages refer to. Their names carry a hash of their content, so that browsers may keep them for good.
enum Assets {
  static let prefix = "/dashboard/assets/"

  private struct File: Sendable {
    let name: String
    let type: String
    let bytes: [UInt8]
    /// Of the content; quoted, as an entity tag is.
    let tag: String
    let path: String

    init(_ stem: String, _ ending: String, _ type: String, _ bytes: [UInt8]) {
      let hash = String(bytes.withUnsafeBytes { SHA256.digest($0) }.hex.prefix(16))
      name = "\(stem)-\(hash).\(ending)"
      self.type = type
      self.bytes = bytes
      tag = "\"\(hash)\""
      path = Assets.prefix + name
    }
  }

  private static let style = File("dashboard", "css", "text/css; charset=utf-8", PackageResources.dashboard_css)
  private static let script = File("dashboard", "js", "text/javascript; charset=utf-8", PackageResources.dashboard_js)
  private static let icon = File("icon", "svg", "image/svg+xml", PackageResources.icon_svg)

  static var stylePath: String { style.path }
  static var scriptPath: String { script.path }
  static var iconPath: String { icon.path }

  static func reply(_ request: PageRequest) -> PageReply {
    guard let file = [style, script, icon].first(where: { $0.path == request.path }) else {
      return .text("not found", status: 404)
    }
    guard request.method != "POST" else {
      return .text("method not allowed", status: 405, more: [("Allow", "GET, HEAD")])
    }
    let headers =
      [("Content-Type", file.type), ("ETag", file.tag), ("Cache-Control", "public, max-age=31536000, immutable")]
      + PageReply.guarding
    if request.header("if-none-match") == file.tag { return PageReply(status: 304, headers: headers) }
    return PageReply(status: 200, headers: headers, body: .bytes(file.bytes))
  }
}
