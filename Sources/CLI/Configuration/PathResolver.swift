/// Turns the paths that people write into absolute ones, without looking at the disk.
struct PathResolver: Sendable, Equatable {
  /// Absolute; relative paths start here.
  let folder: String
  /// What `~` stands for; nil when this user has no home folder.
  let home: String?

  /// `keys`, `./keys` and `../keys` from the folder, `~/keys` from the home folder, `/keys` as it is.
  ///
  /// `..` stays: what it means is for the system to say, since a folder may be a symbolic link.
  ///
  /// - Returns: nil for an empty path, one with a NUL, and `~` without a home folder.
  func absolute(_ path: String) -> String? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
    if path == "~" { return home }
    if path.hasPrefix("~/") { return home.map { Self.joined($0, String(path.dropFirst(2))) } }
    return path.hasPrefix("/") ? Self.joined("/", path) : Self.joined(folder, path)
  }

  /// The folder of a path; `/` for one below the root.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  /// Without empty parts and single points.
  private static func joined(_ folder: String, _ path: String) -> String {
    let parts = (folder + "/" + path).split(separator: "/").filter { $0 != "." }
    return "/" + parts.joined(separator: "/")
  }
}
