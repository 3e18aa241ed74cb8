import CShims

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file descriptor that several threads may poll while one of them ends its use: `retire` lets the file go, but keeps the
/// number (as /dev/null) until the last reference is gone, so that no thread can meet another file under it.
// @unchecked: the only state is the number, which does not change; the calls on it are thread-safe.
final class Descriptor: @unchecked Sendable {
  let number: Int32

  /// Takes the descriptor over.
  init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// The file behind `inherited` under a number of ours, close-on-exec; `inherited` itself becomes /dev/null. So a closed
  /// standard stream is really closed, its number is not given to another file, and a stray print cannot break a frame.
  init(movedFrom inherited: Int32) {
    let moved = fcntl(inherited, F_DUPFD_CLOEXEC, 3)
    // When it is not open at all, reads and writes will tell.
    number = moved < 0 ? inherited : moved
    if moved >= 0 { Descriptor.putNull(at: inherited) }
  }

  /// Lets the file go. The number stays taken.
  func retire() { Descriptor.putNull(at: number) }

  /// Only for files that nobody else has open by the same description (our ends of our pipes).
  func makeNonBlocking() {
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
  }

  /// Whether the other end has gone, or writes no more, though there may be bytes left to read. Does not wait.
  var hasHungUp: Bool {
    var entry = pollfd(fd: number, events: shim_poll_peer_closed(), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  /// What a number is kept by when its file is let go. Negative when the system has not even that.
  static let placeholder: Int32 = open("/dev/null", O_RDWR | O_CLOEXEC)

  private static func putNull(at number: Int32) {
    dup2(placeholder, number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
  }
}
