#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Files read and written as a whole.
enum WholeFile {
  /// The names in a folder, in no order.
  static func names(in folder: String) throws(GenerationError) -> [String] {
    guard let stream = opendir(folder) else { throw failure(folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // The name's array is larger than a tuple can be walked; it ends in a zero.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
          String(cString: $0)
        }
      }
      names.append(name)
    }
    return names
  }

  static func bytes(of path: String) throws(GenerationError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = block.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: block[..<count])
      } else if errno != EINTR {
        throw failure(path)
      }
    }
  }

  /// Writes beside the file and renames, so that a build never embeds half a table. A file that has these bytes
  /// already keeps its date, so that nothing is built again.
  static func replace(_ path: String, with bytes: [UInt8]) throws(GenerationError) {
    if access(path, F_OK) == 0, try self.bytes(of: path) == bytes { return }
    let draft = "\(path).new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(draft) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        let error = failure(draft)
        close(file)
        unlink(draft)
        throw error
      }
    }
    guard close(file) == 0, rename(draft, path) == 0 else {
      let error = failure(path)
      unlink(draft)
      throw error
    }
  }

  private static func failure(_ path: String) -> GenerationError {
    GenerationError(description: "\(path): \(String(cString: strerror(errno)))")
  }
}
