import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A new pair of keys, written whole under other names and then put in place. Nothing of the old pair is touched before
/// everything of the new one is on the disk.
final class KeyPairFiles {
  let name: AgentName
  let key: VerifyingKey

  private let folder: KeyFolder
  private let privateFile: TemporaryFile
  private let publicFile: TemporaryFile

  /// Makes a pair and writes it beside its place. Hold the folder's lock.
  init(for name: AgentName, in folder: KeyFolder) throws(CommandFailure) {
    guard let key = SigningKey.generate() else { throw CommandFailure("the system gives no randomness for a key") }
    self.name = name
    self.key = key.verifyingKey
    self.folder = folder
    do throws(FileError) {
      privateFile = try TemporaryFile(in: folder.path, for: "\(name)\(KeyFolder.privateSuffix)")
    } catch {
      throw CommandFailure("the key of \(name) cannot be written: \(error)")
    }
    do throws(FileError) {
      publicFile = try TemporaryFile(in: folder.path, for: "\(name)\(KeyFolder.publicSuffix)")
    } catch {
      privateFile.discard()
      throw CommandFailure("the key of \(name) cannot be written: \(error)")
    }
    do throws(FileError) {
      try Self.write(key, to: privateFile)
      try publicFile.write(KeyFile.text(of: key.verifyingKey))
      try privateFile.setMode(0o600)
      try publicFile.setMode(0o644)
      try privateFile.finish()
      try publicFile.finish()
    } catch {
      discard()
      throw CommandFailure("the key of \(name) cannot be written: \(error)")
    }
  }

  /// Puts the pair in its place. What was there is gone.
  func install() throws(CommandFailure) {
    do throws(FileError) {
      try privateFile.rename(to: folder.privatePath(name))
      try publicFile.rename(to: folder.publicPath(name))
    } catch {
      discard()
      throw CommandFailure("the key of \(name) cannot be put in place: \(error)")
    }
  }

  func discard() {
    privateFile.discard()
    publicFile.discard()
  }

  private static func write(_ key: SigningKey, to file: TemporaryFile) throws(FileError) {
    let failure: FileError?
    do {
      failure = try KeyFile.withText(of: key) { file.write($0) }
    } catch {
      throw FileError(file.path, "\(error)")
    }
    if let failure { throw failure }
  }
}
