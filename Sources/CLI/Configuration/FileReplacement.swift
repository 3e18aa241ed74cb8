#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Replaces a file's content so that a reader sees the old or the new one, never a part, whatever happens in between.
///
/// Owner, group and permissions stay. Between `begin` and `end` other processes that use this type wait outside;
/// a change by anybody else in that time is noticed and not overwritten.
final class FileReplacement {
  let original: [UInt8]

  private let path: String
  private let facts: FileFacts
  private let lock: Int32

  /// Reads the file behind `path`, symbolic links followed, and keeps others from replacing it.
  static func begin(_ path: String, maximum: Int) throws(FileError) -> FileReplacement {
    guard let real = realpath(path, nil) else { throw FileError(path, errno) }
    defer { free(real) }
    let resolved = String(cString: real)
    let lock = open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard lock >= 0 else { throw FileError(resolved, errno) }
    do throws(FileError) {
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        throw errno == EWOULDBLOCK
          ? FileError(resolved, "another program is changing it at the moment") : FileError(resolved, errno)
      }
      let contents = try SmallFile.read(resolved, maximum: maximum)
      var status = stat()
      // Somebody may have replaced it between our open and the lock.
      guard fstat(lock, &status) == 0, FileFacts(status) == contents.facts else {
        throw FileError(resolved, "another program has just changed it")
      }
      return FileReplacement(resolved, contents, lock)
    } catch {
      close(lock)
      throw error
    }
  }

  private init(_ path: String, _ contents: SmallFile.Contents, _ lock: Int32) {
    self.path = path
    self.lock = lock
    original = contents.bytes
    facts = contents.facts
  }

  /// Releases the file.
  func end() { close(lock) }

  /// Puts `bytes` in the place of the content. Durable when it returns.
  func commit(_ bytes: [UInt8]) throws(FileError) {
    let folder = PathResolver.folder(of: path)
    let temporary = try TemporaryFile(in: folder, for: PathResolver.name(of: path))
    do throws(FileError) {
      try temporary.write(bytes)
      try temporary.adopt(facts)
      try temporary.finish()
      var status = stat()
      guard lstat(path, &status) == 0, FileFacts(status) == facts else {
        throw FileError(path, "another program has just changed it")
      }
      try temporary.rename(to: path)
    } catch {
      temporary.discard()
      throw error
    }
  }
}

/// A file under a name of its own that takes another's place when it is complete.
final class TemporaryFile {
  let path: String
  private var descriptor: Int32

  /// Creates an empty file that only this user may read.
  init(in folder: String, for name: String) throws(FileError) {
    var template = Array("\(folder)/.\(name).XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else { throw FileError(folder, errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  func write(_ bytes: [UInt8]) throws(FileError) {
    let outcome = bytes.withUnsafeBytes { write($0) }
    if let outcome { throw outcome }
  }

  /// - Returns: the error, if there is one.
  func write(_ bytes: UnsafeRawBufferPointer) -> FileError? {
    var start = 0
    while start < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      #if canImport(Glibc)
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #else
      let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count > 0 {
        start += count
      } else if errno != EINTR {
        return FileError(path, errno)
      }
    }
    return nil
  }

  func setMode(_ mode: UInt32) throws(FileError) {
    guard fchmod(descriptor, mode_t(mode)) == 0 else { throw FileError(path, errno) }
  }

  /// Owner, group and permissions of another file.
  func adopt(_ facts: FileFacts) throws(FileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path, errno) }
    if status.st_uid != facts.owner || status.st_gid != facts.group {
      guard fchown(descriptor, facts.owner, facts.group) == 0 else {
        throw FileError(path, "owner and group of the file cannot be kept: \(String(cString: strerror(errno)))")
      }
    }
    // After the owner: a change of owner may clear bits.
    try setMode(facts.mode)
  }

  /// Brings the content to the disk.
  func finish() throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(path, errno) }
    let outcome = close(descriptor)
    descriptor = -1
    guard outcome == 0 else { throw FileError(path, errno) }
  }

  /// Takes the place of what is at `target`. Durable when it returns.
  func rename(to target: String) throws(FileError) {
    #if canImport(Glibc)
    let outcome = Glibc.rename(path, target)
    #else
    let outcome = Darwin.rename(path, target)
    #endif
    guard outcome == 0 else { throw FileError(target, errno) }
    Self.synchronize(folder: PathResolver.folder(of: target))
  }

  func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(path)
  }

  /// Makes names in a folder durable. Some file systems cannot; the names are there either way.
  static func synchronize(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}
