import CShims

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Who descends from whom, read from the system at the time of the call.
enum ProcessTable {
  /// The running descendants of `child`, and those of its orphans that became children of this process: on Linux we are
  /// their "subreaper", elsewhere they are lost to us. Zombies do not count.
  ///
  /// Linear in the number of processes in the system; for the end of a session, not for its course.
  static func descendants(of child: pid_t, adopts: ((pid_t) -> Bool)?) -> [pid_t] {
    let own = getpid()
    var found: [pid_t] = []
    var parents: [pid_t] = [child]
    #if os(Linux)
    let children = Dictionary(grouping: runningProcesses(), by: \.parent)
    for adopted in children[own] ?? [] where adopted.identifier != child {
      guard adopts?(adopted.identifier) ?? true else { continue }
      found.append(adopted.identifier)
      parents.append(adopted.identifier)
    }
    let listChildren = { (parent: pid_t) in (children[parent] ?? []).map(\.identifier) }
    #else
    _ = own
    let listChildren = { (parent: pid_t) -> [pid_t] in
      var buffer = [pid_t](repeating: 0, count: 1024)
      let count = shim_children(parent, &buffer, Int32(buffer.count))
      return Array(buffer.prefix(Int(max(0, count))))
    }
    #endif
    // Parents are read at different moments, so a number could come up twice.
    var known = Set(parents)
    while let parent = parents.popLast() {
      for descendant in listChildren(parent) where known.insert(descendant).inserted {
        found.append(descendant)
        parents.append(descendant)
      }
    }
    return found
  }

  #if os(Linux)
  private struct Entry {
    let identifier: pid_t
    let parent: pid_t
  }

  private static func runningProcesses() -> [Entry] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var entries: [Entry] = []
    while let item = readdir(directory) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let identifier = pid_t(name), let parent = parentIfRunning(identifier) else { continue }
      entries.append(Entry(identifier: identifier, parent: parent))
    }
    return entries
  }

  /// From /proc/N/stat (proc(5)): "N (name) state parent …", where the name may hold any character.
  private static func parentIfRunning(_ identifier: pid_t) -> pid_t? {
    let file = open("/proc/\(identifier)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(file, &buffer, buffer.count)
    guard count > 0, let nameEnd = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = buffer[(nameEnd + 1)..<count].split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard fields.count >= 2, let state = fields[0].first, state != UInt8(ascii: "Z"), state != UInt8(ascii: "X") else {
      return nil
    }
    return pid_t(String(decoding: fields[1], as: UTF8.self))
  }
  #endif
}
