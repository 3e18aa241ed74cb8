import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder with the agents' keys: `NAME.key` (0600) and `NAME.pub` (0644); `revoked/` holds what was taken out of use.
package struct KeyFolder: Sendable {
  let path: String

  package init(_ path: String) { self.path = path }

  /// What the folder has for one agent.
  struct Entry: Sendable, Equatable {
    let name: AgentName
    /// Nil when the public key's file is missing or wrong.
    var key: VerifyingKey?
    var hasPrivateKey = false
    /// What is wrong, in words that name the file.
    var defects: [String] = []
  }

  /// What stands in the folder.
  struct Listing: Sendable {
    /// By name.
    var entries: [Entry] = []
    /// Files that look like keys and are named as no agent can be.
    var foreign: [String] = []
    /// What is wrong with the folder itself.
    var defects: [String] = []
  }

  static let maximumFiles = 20_000

  /// Looks at every key file. Reads the public ones; of a private one only its permissions.
  ///
  /// - Throws: when the folder cannot be read. A folder that does not exist is empty.
  func listing() throws(FileError) -> Listing {
    var listing = Listing()
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return listing }
      throw FileError(path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(path, "not a folder") }
    let facts = FileFacts(status)
    if facts.isForeign || facts.isWritableByOthers {
      listing.defects.append("\(path): other users may replace keys in it; chmod 700 \(path)")
    }
    var entries: [AgentName: Entry] = [:]
    for file in try fileNames() {
      let isPrivate = file.hasSuffix(Self.privateSuffix)
      guard isPrivate || file.hasSuffix(Self.publicSuffix) else { continue }
      guard let name = AgentName(file.dropLast(4)) else {
        listing.foreign.append(file)
        continue
      }
      var entry = entries[name] ?? Entry(name: name)
      if isPrivate {
        entry.hasPrivateKey = true
        if let defect = permissionDefect(of: file) { entry.defects.append(defect) }
      } else {
        do throws(FileError) {
          entry.key = try publicKey(of: name)
        } catch {
          entry.defects.append(error.description)
        }
      }
      entries[name] = entry
    }
    listing.entries = entries.values.sorted { $0.name < $1.name }
    for index in listing.entries.indices where listing.entries[index].key == nil {
      if listing.entries[index].defects.isEmpty {
        listing.entries[index].defects.append("\(path)/\(listing.entries[index].name).pub is missing")
      }
    }
    return listing
  }

  /// The public keys, for verifying, and what was wrong with the others: an agent whose file is wrong has no key.
  ///
  /// - Throws: when the folder or the list of revocations cannot be read. Then no signature may count.
  package func keyring(revocations: some RevocationList) throws(CommandFailure) -> (keyring: Keyring, defects: [String])
  {
    let listing: Listing
    do throws(FileError) {
      listing = try self.listing()
    } catch {
      throw CommandFailure("the keys cannot be read: \(error)")
    }
    let revoked: Set<Fingerprint>
    do throws(RevocationError) {
      revoked = try revocations.revokedFingerprints()
    } catch {
      throw CommandFailure("the list of revoked keys cannot be read: \(error)")
    }
    var keys: [AgentName: VerifyingKey] = [:]
    for entry in listing.entries { keys[entry.name] = entry.key }
    return (Keyring(keys: keys, revoked: revoked), listing.defects + listing.entries.flatMap(\.defects))
  }

  /// - Throws: an error that names the file; also for the wrong type or length.
  func publicKey(of name: AgentName) throws(FileError) -> VerifyingKey {
    let file = publicPath(name)
    let bytes = try SmallFile.read(file, maximum: KeyFile.maximumLength).bytes
    do throws(KeyFileError) { return try KeyFile.publicKey(bytes) } catch {
      throw FileError(file, error.description)
    }
  }

  /// - Throws: an error that names the file; also for the wrong type or length.
  func privateKey(of name: AgentName) throws(FileError) -> SigningKey {
    let file = privatePath(name)
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(file, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(file, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(file, "not a regular file") }
    var code: Int32 = 0
    let outcome = Result { () throws(KeyFileError) in
      try KeyFile.privateKey { buffer in
        let filled = Self.fill(buffer, from: descriptor)
        if filled == nil { code = errno }
        return filled
      }
    }
    switch outcome {
    case .success(let key?): return key
    case .success(nil): throw FileError(file, code)
    case .failure(let error): throw FileError(file, error.description)
    }
  }

  func privatePath(_ name: AgentName) -> String { "\(path)/\(name)\(Self.privateSuffix)" }
  func publicPath(_ name: AgentName) -> String { "\(path)/\(name)\(Self.publicSuffix)" }
  var revokedPath: String { path + "/revoked" }

  static let privateSuffix = ".key"
  static let publicSuffix = ".pub"

  /// Why a private key's file is not private; nil when it is.
  private func permissionDefect(of file: String) -> String? {
    var status = stat()
    let full = "\(path)/\(file)"
    guard stat(full, &status) == 0 else { return FileError(full, errno).description }
    let facts = FileFacts(status)
    if facts.isForeign { return "\(full) belongs to another user" }
    return facts.mode & 0o077 == 0 ? nil : "\(full) can be used by other users; chmod 600 \(full)"
  }

  private func fileNames() throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw FileError(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      // A name that is not UTF-8 is no agent's, however it is repaired here.
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      guard names.count <= Self.maximumFiles else { throw FileError(path, "more than \(Self.maximumFiles) files") }
      errno = 0
    }
    guard errno == 0 else { throw FileError(path, errno) }
    return names.sorted()
  }

  /// Reads to the end or until the buffer is full.
  private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int? {
    var filled = 0
    while filled < buffer.count {
      let count = read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
