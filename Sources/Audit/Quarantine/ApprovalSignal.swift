#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells all processes that something was approved: a file beside the database that grows by a byte each time. Looking at
/// its size costs one stat(2), a question to the database several times that.
struct ApprovalSignal {
  let path: String

  /// `oktsec.db` has `oktsec.db.approvals`.
  init(beside database: String) { path = database + ".approvals" }

  /// What the file looks like now. Equal means that nothing was approved in between.
  struct State: Equatable {
    var inode: UInt64 = 0
    var size: Int64 = -1
  }

  var state: State {
    var status = stat()
    guard lstat(path, &status) == 0 else { return State() }
    return State(inode: UInt64(status.st_ino), size: Int64(status.st_size))
  }

  /// Raises the signal. Behind the commit: who looks before that would look in vain.
  ///
  /// When it fails, others see the approval by their look at the database once a second.
  func raise() {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var byte: UInt8 = 0x2E
    _ = write(descriptor, &byte, 1)
  }
}
