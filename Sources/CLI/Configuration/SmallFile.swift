#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads files that people write: whole, bounded, and never waiting for anything.
enum SmallFile {
  struct Contents {
    var bytes: [UInt8]
    var facts: FileFacts
  }

  /// The bytes of a regular file, symbolic links followed.
  ///
  /// - Throws: also for pipes, devices and folders, and for more than `maximum` bytes.
  static func read(_ path: String, maximum: Int) throws(FileError) -> Contents {
    // Without O_NONBLOCK the open of a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, "not a regular file") }
    guard status.st_size <= maximum else { throw FileError(path, "longer than \(maximum) bytes") }
    // One byte more than the size, to see the end at once; the file may have grown since.
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
    var filled = 0
    while true {
      let count = bytes.withUnsafeMutableBytes { buffer in
        #if canImport(Glibc)
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
        #else
        Darwin.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path, errno)
      }
      if count == 0 { break }
      filled += count
      guard filled <= maximum else { throw FileError(path, "longer than \(maximum) bytes") }
      if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 4096)) }
    }
    bytes.removeLast(bytes.count - filled)
    return Contents(bytes: bytes, facts: FileFacts(status))
  }
}

/// What the system says about a file, as far as it matters here.
package struct FileFacts: Sendable, Equatable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  let owner: UInt32
  let group: UInt32
  /// Permission bits only.
  let mode: UInt32
  /// Nanoseconds since 1970.
  let modified: Int64

  package init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int64(status.st_size)
    owner = status.st_uid
    group = status.st_gid
    mode = UInt32(status.st_mode) & 0o7777
    #if canImport(Glibc)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    #else
    modified = Int64(status.st_mtimespec.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtimespec.tv_nsec)
    #endif
  }

  var isReadableByOthers: Bool { mode & 0o044 != 0 }
  var isWritableByOthers: Bool { mode & 0o022 != 0 }
  /// Neither this user's nor the system's.
  var isForeign: Bool { owner != geteuid() && owner != 0 }
}

/// Why a file could not be read or written.
struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  let path: String
  let reason: String
  /// Zero when it was not the system that refused.
  let code: Int32

  init(_ path: String, _ code: Int32) {
    self.path = path
    self.code = code
    reason = String(cString: strerror(code))
  }

  init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
    code = 0
  }

  /// There is nothing at that path.
  var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  var description: String { "\(path): \(reason)" }
}
