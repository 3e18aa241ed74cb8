#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Small files that only their owner may read: the keys beside a database.
enum PrivateFile {
  /// Reads a file whole, as far as the buffer goes. Nil when there is none.
  ///
  /// - Throws: also for a symbolic link, anything but a regular file, and a file of another user. Closes the file to
  ///   others when it was open to them.
  static func read(_ path: String, into buffer: UnsafeMutableRawBufferPointer) throws(DatabaseError) -> Int? {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw DatabaseError(operation: "read", path: path, cause: .system(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw DatabaseError(operation: "read", path: path, cause: .system(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw DatabaseError(operation: "read", path: path, cause: .unsafeFile("it is not a regular file"))
    }
    guard status.st_uid == geteuid() else {
      throw DatabaseError(
        operation: "read", path: path, cause: .unsafeFile("it belongs to user \(status.st_uid)"))
    }
    if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
    var filled = 0
    while filled < buffer.count {
      let count = readBytes(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw DatabaseError(operation: "read", path: path, cause: .system(errno)) }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Writes a file that is there whole or not at all, also after a loss of power. Not for two writers at once.
  static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(DatabaseError) {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DatabaseError(operation: "create", path: path, cause: .system(errno)) }
    fchmod(descriptor, 0o600)
    var written = 0
    var failure: Int32 = 0
    while written < bytes.count, failure == 0 {
      let count = writeBytes(descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...]))
      if count >= 0 { written += count } else if errno != EINTR { failure = errno }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    close(descriptor)
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw DatabaseError(operation: "create", path: path, cause: .system(failure))
    }
    synchronizeFolder(of: path)
  }

  private static func synchronizeFolder(of path: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
    Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #else
    Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #else
    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
