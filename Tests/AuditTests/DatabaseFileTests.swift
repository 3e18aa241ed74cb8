import Guard
import Testing

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct DatabaseFileTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func cause(of path: String) -> DatabaseError.Cause? {
    do {
      _ = try AuditStore.open(path: path, options: impatient).close()
      return nil
    } catch {
      return error.cause
    }
  }

  private func touch(_ path: String, mode: mode_t) {
    close(open(path, O_CREAT | O_WRONLY, mode))
    chmod(path, mode)
  }

  @Test("new folders are 0700, all files 0600")
  func modes() throws {
    let path = folder.file("a/b/oktsec.db")
    let store = try AuditStore.open(path: path)
    #expect(store.commit(entry(), withinMilliseconds: 10_000) == .committed)
    #expect(mode(folder.file("a")) == 0o700)
    #expect(mode(folder.file("a/b")) == 0o700)
    for suffix in ["", "-wal", "-shm"] { #expect(mode(path + suffix) == 0o600, "\(suffix)") }
  }

  @Test("an existing folder keeps its mode, a file that others could read is closed to them")
  func existing() throws {
    mkdir(folder.file("project"), 0o755)
    chmod(folder.file("project"), 0o755)
    let path = folder.file("project/oktsec.db")
    touch(path, mode: 0o644)
    #expect(cause(of: path) == nil)
    #expect(mode(folder.file("project")) == 0o755)
    #expect(mode(path) == 0o600)
  }

  @Test("a symbolic link is refused, to a file or to nothing, and nothing is created behind it")
  func symbolicLink() {
    let target = folder.file("elsewhere.db")
    symlink(target, folder.file("link.db"))
    #expect(cause(of: folder.file("link.db")) == .unsafeFile("it is a symbolic link"))
    #expect(mode(target) == -1)
    touch(target, mode: 0o600)
    #expect(cause(of: folder.file("link.db")) == .unsafeFile("it is a symbolic link"))
  }

  @Test("a write-ahead log that is a symbolic link is refused")
  func linkedLog() {
    symlink(folder.file("elsewhere"), folder.file("oktsec.db-wal"))
    #expect(cause(of: folder.file("oktsec.db")) == .unsafeFile("it is a symbolic link"))
  }

  @Test("a state folder reached through a link is used")
  func linkedFolder() throws {
    mkdir(folder.file("disk"), 0o700)
    symlink(folder.file("disk"), folder.file("state"))
    #expect(cause(of: folder.file("state/oktsec.db")) == nil)
    #expect(mode(folder.file("disk/oktsec.db")) == 0o600)
  }

  @Test("a file with a second name is refused")
  func hardLink() {
    touch(folder.file("oktsec.db"), mode: 0o600)
    link(folder.file("oktsec.db"), folder.file("other"))
    #expect(cause(of: folder.file("oktsec.db")) == .unsafeFile("it has a second name (hard link)"))
  }

  @Test("a folder, a pipe and a nameless path are refused")
  func otherKinds() {
    mkdir(folder.file("directory"), 0o700)
    mkfifo(folder.file("pipe"), 0o600)
    #expect(cause(of: folder.file("directory")) == .unsafeFile("it is not a regular file"))
    #expect(cause(of: folder.file("pipe")) == .unsafeFile("it is not a regular file"))
    #expect(cause(of: folder.file("")) == .system(EINVAL))
    #expect(cause(of: folder.file("a\u{0}b")) == .system(EINVAL))
  }

  @Test("a folder in which everyone may replace files is refused, unless it is sticky")
  func openFolder() {
    mkdir(folder.file("open"), 0o700)
    chmod(folder.file("open"), 0o777)
    #expect(cause(of: folder.file("open/oktsec.db")) == .unsafeFile("every user may replace files in its folder"))
    chmod(folder.file("open"), 0o1777)
    #expect(cause(of: folder.file("open/oktsec.db")) == nil)
  }

  @Test("a file of another user is refused", .enabled(if: geteuid() == 0))
  func foreignFile() {
    touch(folder.file("oktsec.db"), mode: 0o600)
    chown(folder.file("oktsec.db"), 65_534, 65_534)
    #expect(cause(of: folder.file("oktsec.db")) == .unsafeFile("it belongs to user 65534, and this is user 0"))
  }

  @Test("a relative path is taken from the working directory")
  func relative() throws {
    var buffer = [CChar](repeating: 0, count: 4096)
    let current = try #require(getcwd(&buffer, buffer.count).map { String(cString: $0) })
    let depth = current.split(separator: "/").count
    let path = String(repeating: "../", count: depth) + folder.file("oktsec.db").dropFirst()
    #expect(cause(of: path) == nil)
    #expect(mode(folder.file("oktsec.db")) == 0o600)
  }

  @Test("reading where nothing is creates nothing")
  func readingCreatesNothing() {
    #expect(throws: DatabaseError(operation: "open", path: folder.file(), cause: .system(ENOENT))) {
      try AuditReader(path: folder.file())
    }
    #expect(mode(folder.file("state")) == -1)
  }
}
