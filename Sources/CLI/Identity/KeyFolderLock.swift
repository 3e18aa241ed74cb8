#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Keeps two commands from changing one folder of keys at the same time. Held until `release` or the process ends.
final class KeyFolderLock {
  private let descriptor: Int32

  /// - Throws: at once when another process holds it.
  init(_ folder: KeyFolder) throws(CommandFailure) {
    let path = folder.path + "/.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw CommandFailure("the keys cannot be changed: \(FileError(path, errno))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure =
        errno == EWOULDBLOCK
        ? CommandFailure("another command is changing the keys in \(folder.path)", hint: "try again when it is done")
        : CommandFailure("the keys cannot be changed: \(FileError(path, errno))")
      close(descriptor)
      throw failure
    }
    self.descriptor = descriptor
  }

  func release() { close(descriptor) }
}
