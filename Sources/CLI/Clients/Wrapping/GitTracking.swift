#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Whether git tracks a file. Reads the index itself: running git inside a stranger's project would run what its config says.
enum GitTracking {
  /// - Parameters:
  ///   - path: of the file, absolute.
  ///   - root: the top of its repository.
  /// - Returns: true also when the index is of a form that shortens names, and it may be tracked.
  static func mayTrack(_ path: String, in root: String) -> Bool {
    guard path.hasPrefix(root + "/"), let index = index(of: root) else { return false }
    let name = Array(path.dropFirst(root.utf8.count + 1).utf8)
    guard index.count > 12, index.starts(with: Array("DIRC".utf8)) else { return false }
    // Version 4 stores only where a name differs from the one before.
    if index[7] == 4 { return contains(Array(PathResolver.name(of: path).utf8) + [0], in: index) }
    return contains(name + [0], in: index)
  }

  /// The top of the repository that a folder is in.
  static func root(of folders: [String]) -> String? {
    folders.first { access($0 + "/.git", F_OK) == 0 }
  }

  private static func index(of root: String) -> [UInt8]? {
    if let contents = try? SmallFile.read(root + "/.git/index", maximum: maximumLength) { return contents.bytes }
    // A linked work tree names its folder in a file.
    guard let pointer = try? SmallFile.read(root + "/.git", maximum: 4096).bytes else { return nil }
    let text = String(decoding: pointer, as: UTF8.self)
    guard text.hasPrefix("gitdir: ") else { return nil }
    let folder = text.dropFirst(8).prefix { !$0.isNewline }
    let path = folder.hasPrefix("/") ? String(folder) : root + "/" + folder
    return try? SmallFile.read(path + "/index", maximum: maximumLength).bytes
  }

  private static let maximumLength = 256 << 20

  private static func contains(_ wanted: [UInt8], in text: [UInt8]) -> Bool {
    guard let first = wanted.first, text.count >= wanted.count else { return false }
    var index = 0
    while index + wanted.count <= text.count {
      if text[index] == first, text[index..<(index + wanted.count)].elementsEqual(wanted) { return true }
      index += 1
    }
    return false
  }
}
