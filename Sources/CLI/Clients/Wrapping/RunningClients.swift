#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Which clients run at the moment. On Linux only; elsewhere nothing is known, and nothing is said.
enum RunningClients {
  /// Those of the clients that rewrite their settings while they run, and do run.
  static func among(_ clients: [Client]) -> [Client] {
    let suspects = clients.filter { !$0.rewrittenBy.isEmpty }
    guard !suspects.isEmpty else { return [] }
    let names = processNames()
    return suspects.filter { !names.isDisjoint(with: $0.rewrittenBy) }
  }

  private static func processNames() -> Set<String> {
    #if os(Linux)
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var names: Set<String> = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
      // Sixteen bytes at most, and not of regular size: what the system says of its files in /proc.
      guard let file = fopen("/proc/\(name)/comm", "re") else { continue }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 64)
      guard fgets(&line, Int32(line.count), file) != nil else { continue }
      names.insert(String(decoding: line.prefix { $0 != 0 && $0 != 0x0A }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return names
    #else
    return []
    #endif
  }
}
