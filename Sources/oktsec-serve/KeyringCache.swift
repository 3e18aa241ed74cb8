import Audit
import CLI
import Guard
import MCPServer
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The keys in force, read again when the folder of keys has changed, and at the latest after a second: revoking a key
/// moves its file, and the list of revocations in the database is what counts in the end.
// @unchecked: every `var` is read and written with `lock` held.
final class KeyringCache: @unchecked Sendable {
  private let folder: String?
  private let database: String
  private let lock = Lock()
  private var cached: Keyring?
  private var facts: FileFacts?
  private var validUntil = MonotonicTime.now

  init(folder: String?, database: String) {
    self.folder = folder
    self.database = database
  }

  /// One system call while nothing changes.
  func current() throws(KeyringUnavailable) -> Keyring {
    guard let folder else { throw KeyringUnavailable("there is no folder of keys") }
    let facts = Self.facts(folder)
    let known = lock.withLock { () -> Keyring? in
      facts == self.facts && MonotonicTime.now < validUntil ? cached : nil
    }
    if let known { return known }
    // Two threads may read at once; each result is as good.
    let begun = MonotonicTime.now
    let read: Keyring
    do throws(CommandFailure) {
      read = try KeyFolder(folder).keyring(revocations: RevocationStore(path: database)).keyring
    } catch {
      throw KeyringUnavailable(error.message)
    }
    let cost = Int((MonotonicTime.now.nanoseconds - begun.nanoseconds) / 1_000_000)
    lock.withLock {
      cached = read
      self.facts = facts
      // A folder that takes long to read is read less often: at most a twentieth of the time.
      validUntil = begun + .milliseconds(max(1000, 20 * cost))
    }
    return read
  }

  private static func facts(_ path: String) -> FileFacts? {
    var status = stat()
    return stat(path, &status) == 0 ? FileFacts(status) : nil
  }
}
