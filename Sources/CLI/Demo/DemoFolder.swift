#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder of its own for one demo: nothing of the user's is read or written.
struct DemoFolder {
  let path: String
  var config: String { path + "/oktsec.yaml" }
  var database: String { path + "/oktsec.db" }

  init() throws(CommandFailure) {
    var template = Array(((Environment.value("TMPDIR") ?? "/tmp") + "/oktsec-demo-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure("no folder for the demo: \(String(cString: strerror(errno)))")
    }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    let text = """
      # Made by `oktsec demo`.
      version: "1"
      mode: enforce
      db_path: ./oktsec.db

      """
    guard let file = DemoOutput(appendingTo: config), file.write(Array(text.utf8)) else {
      throw CommandFailure("no config for the demo: \(String(cString: strerror(errno)))")
    }
    close(file.descriptor)
  }

  func remove() {
    for name in ["/oktsec.yaml", "/oktsec.db", "/oktsec.db-wal", "/oktsec.db-shm"] { unlink(path + name) }
    rmdir(path)
  }
}
