#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The journal on disk. Whoever changes settings files holds it open from the first look to the last change, so that two
/// commands do not work on the same files.
final class JournalFile {
  private(set) var journal: WrapJournal
  private let path: String
  private let lock: Int32

  /// Opens the journal for changes, and makes its folder (0700) if there is none.
  ///
  /// - Throws: when another command holds it, and when it cannot be read: without it nobody knows what is ours.
  init(state: ClientState) throws(CommandFailure) {
    path = state.journal
    do throws(FileError) {
      try PrivateFolder.make(state.folder)
    } catch {
      throw CommandFailure("the folder for the journal cannot be made: \(error)")
    }
    let lockPath = state.journal + ".lock"
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure("the journal cannot be opened: \(FileError(lockPath, errno))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure =
        errno == EWOULDBLOCK
        ? CommandFailure("another command is changing settings files", hint: "try again when it is done")
        : CommandFailure("the journal cannot be opened: \(FileError(lockPath, errno))")
      close(descriptor)
      throw failure
    }
    do throws(CommandFailure) {
      journal = try Self.read(state)
    } catch {
      close(descriptor)
      throw error
    }
    lock = descriptor
  }

  deinit { close(lock) }

  /// What the journal says, for those who only look. Empty when there is none.
  static func read(_ state: ClientState) throws(CommandFailure) -> WrapJournal {
    do throws(FileError) {
      let text = try SmallFile.read(state.journal, maximum: maximumLength).bytes
      guard let journal = WrapJournal(text: text) else {
        throw FileError(state.journal, "not a journal of wraps")
      }
      return journal
    } catch {
      if error.isMissing { return WrapJournal() }
      throw CommandFailure("the journal of wraps cannot be read: \(error)")
    }
  }

  /// Puts a new journal in the place of the old one. Durable when it returns.
  func save(_ new: WrapJournal) throws(CommandFailure) {
    guard new != journal else { return }
    do throws(FileError) {
      let temporary = try TemporaryFile(in: PathResolver.folder(of: path), for: PathResolver.name(of: path))
      do throws(FileError) {
        try temporary.write(Array(new.text.utf8))
        try temporary.setMode(0o600)
        try temporary.finish()
        try temporary.rename(to: path)
      } catch {
        temporary.discard()
        throw error
      }
    } catch {
      throw CommandFailure("the journal of wraps cannot be written: \(error)")
    }
    journal = new
  }

  private static let maximumLength = 16 << 20
}

/// Where this program keeps what it knows about settings files. Beside the standard database, whatever a config says: there
/// is one such journal for a user.
struct ClientState: Sendable, Equatable {
  let folder: String

  init(folder: String) { self.folder = folder }

  init(_ folders: UserFolders) throws(CommandFailure) {
    guard let database = folders.database else {
      throw CommandFailure("there is no home folder", hint: "set HOME")
    }
    folder = PathResolver.folder(of: database)
  }

  var journal: String { folder + "/wraps.json" }
  var backups: String { folder + "/backups" }
}
