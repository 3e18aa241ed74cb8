/// A place inside the dashboard that a form names to go to afterwards.
enum LocalPath {
  /// Path and query of a page, made anew from what was understood and never copied. Notices and the like are left out.
  static func made(of request: PageRequest) -> String {
    let path = request.path.split(separator: "/").map { PercentCoding.encode(String($0)) }.joined(separator: "/")
    if request.path.hasPrefix("/dashboard/events") {
      return "/" + path + EventFilter(request.query).queryString(keepingPlace: true)
    }
    return "/" + path + request.query.queryString(of: ["category", "q"])
  }

  /// The path itself when it leads nowhere else; nil for anything that a browser might take for another site.
  static func checked(_ path: String?) -> String? {
    guard let path, DashboardSite.handles(path.split(separator: "?", maxSplits: 1).first ?? ""),
      path.utf8.count <= 2048
    else { return nil }
    let isPlain = path.utf8.allSatisfy { byte in
      (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
    }
    return isPlain && !path.contains("//") && !path.contains("/.") ? path : nil
  }
}
