import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes the database's file and folders private, and refuses those that are not.
///
/// Refused: a symbolic link, a hard link with a second name, anything but a regular file, a file of another user, and a
/// folder in which every user may replace files. A symbolic link among the folders above is followed, since people move
/// their state folder to another disk that way. Folders that exist keep their mode: `db_path` may point into a project.
enum DatabaseFile {
  /// What SQLite puts beside the file. Each inherits the mode of the database when SQLite creates it.
  private static let companions = ["-wal", "-shm", "-journal"]

  /// Held from the look at the file to the close of our own descriptor.
  ///
  /// Closing any descriptor of a file drops all POSIX locks that the process has on it, SQLite's own included. So a file
  /// is opened here only to create it, and no other connection of this process can have got to it by then.
  private static let creation = Lock()

  /// - Returns: the path with its folder resolved, for SQLite to open without following links.
  static func prepare(_ path: String, create: Bool) throws(DatabaseError) -> String {
    let (folder, name) = split(path)
    guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
      throw DatabaseError(operation: "open", path: path, cause: .system(EINVAL))
    }
    if create { try makeFolders(folder, for: path) }
    let resolved = try resolveFolder(folder, for: path)
    let file = resolved == "/" ? "/" + name : resolved + "/" + name

    creation.lock()
    defer { creation.unlock() }
    // Two rounds: when another process creates the file in between, the second looks at that one.
    if try !examine(file, tighten: create, for: path) {
      guard create else { throw DatabaseError(operation: "open", path: path, cause: .system(ENOENT)) }
      try makeFile(file, for: path)
      guard try examine(file, tighten: create, for: path) else {
        throw DatabaseError(operation: "create", path: path, cause: .system(ENOENT))
      }
    }
    for suffix in companions { _ = try examine(file + suffix, tighten: create, for: path) }
    return file
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.utf8.index(after: slash)...]))
  }

  /// Creates what is missing of `folder`, from the top, each 0700 whatever the umask.
  private static func makeFolders(_ folder: String, for path: String) throws(DatabaseError) {
    var status = stat()
    if stat(folder, &status) == 0 { return }
    let parent = split(folder).folder
    if parent != folder { try makeFolders(parent, for: path) }
    if mkdir(folder, 0o700) == 0 {
      // The umask may have taken away our own bits.
      chmod(folder, 0o700)
    } else if errno != EEXIST {
      throw DatabaseError(operation: "create the folder of", path: path, cause: .system(errno))
    }
  }

  private static func resolveFolder(_ folder: String, for path: String) throws(DatabaseError) -> String {
    guard let resolved = realpath(folder, nil) else {
      throw DatabaseError(operation: "open", path: path, cause: .system(errno))
    }
    defer { free(resolved) }
    var status = stat()
    guard stat(resolved, &status) == 0 else {
      throw DatabaseError(operation: "open", path: path, cause: .system(errno))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw DatabaseError(operation: "open", path: path, cause: .system(ENOTDIR))
    }
    // With the sticky bit only the owner may rename or remove a file, and foreign files are refused one by one.
    if status.st_mode & 0o002 != 0, status.st_mode & S_ISVTX == 0 {
      throw unsafe("every user may replace files in its folder", path)
    }
    return String(cString: resolved)
  }

  /// Creates the file 0600 whatever the umask. Not an error when another process was faster.
  private static func makeFile(_ file: String, for path: String) throws(DatabaseError) {
    let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == EEXIST { return }
      throw DatabaseError(operation: "create", path: path, cause: .system(errno))
    }
    fchmod(descriptor, 0o600)
    close(descriptor)
  }

  /// False when there is no such file. With `tighten`, takes away what others may do with it.
  private static func examine(_ file: String, tighten: Bool, for path: String) throws(DatabaseError) -> Bool {
    var status = stat()
    guard lstat(file, &status) == 0 else {
      if errno == ENOENT { return false }
      throw DatabaseError(operation: "open", path: path, cause: .system(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw unsafe("it is a symbolic link", path)
    default: throw unsafe("it is not a regular file", path)
    }
    guard status.st_uid == geteuid() else {
      throw unsafe("it belongs to user \(status.st_uid), and this is user \(geteuid())", path)
    }
    // SQLite finds the write-ahead log by name: two names mean two logs for one file.
    guard status.st_nlink <= 1 else { throw unsafe("it has a second name (hard link)", path) }
    if tighten, status.st_mode & 0o077 != 0, chmod(file, 0o600) != 0 {
      throw DatabaseError(operation: "make private", path: path, cause: .system(errno))
    }
    return true
  }

  private static func unsafe(_ reason: String, _ path: String) -> DatabaseError {
    DatabaseError(operation: "open", path: path, cause: .unsafeFile(reason))
  }
}
