import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Copies of settings files as they were before the first wrap. A convenience: unwrapping does not need them.
enum BackupFile {
  /// Writes a copy (0600) beside the file, or in our folder when that name is taken. Never overwrites anything.
  ///
  /// - Parameters:
  ///   - isProject: copies of a project's files do not belong into the project.
  /// - Returns: what was written; nil when the journal has a copy of this file already.
  static func make(
    of file: String, shownAs shown: String, isProject: Bool, _ bytes: [UInt8], _ journal: WrapJournal,
    _ state: ClientState
  ) throws(FileError) -> WrapBackup? {
    if let old = journal.backups.first(where: { $0.file == file }), isOurs(old) { return nil }
    let digest = digest(bytes)
    if !isProject {
      let copy = shown + ".bak"
      if try write(bytes, to: copy) { return WrapBackup(file: file, copy: copy, digest: digest) }
    }
    try PrivateFolder.make(state.backups)
    let stem = "\(state.backups)/\(Self.digest(Array(file.utf8)).prefix(12))-\(PathResolver.name(of: file))"
    for number in 1...999 {
      let copy = number == 1 ? "\(stem).bak" : "\(stem).\(number).bak"
      if try write(bytes, to: copy) { return WrapBackup(file: file, copy: copy, digest: digest) }
    }
    throw FileError(stem, "there are too many copies of this file")
  }

  /// Removes a copy that is as we wrote it.
  ///
  /// - Returns: false when it is missing or somebody has changed it.
  static func remove(_ backup: WrapBackup) -> Bool {
    guard isOurs(backup) else { return false }
    return unlink(backup.copy) == 0
  }

  static func isOurs(_ backup: WrapBackup) -> Bool {
    guard let contents = try? SmallFile.read(backup.copy, maximum: SettingsFormat.maximumLength) else { return false }
    return digest(contents.bytes) == backup.digest
  }

  static func digest(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { SHA256.digest($0).hex } }

  /// - Returns: false when something has that name already.
  private static func write(_ bytes: [UInt8], to path: String) throws(FileError) -> Bool {
    let temporary = try TemporaryFile(in: PathResolver.folder(of: path), for: PathResolver.name(of: path))
    defer { temporary.discard() }
    try temporary.write(bytes)
    try temporary.setMode(0o600)
    try temporary.finish()
    // Unlike a rename this never takes another file's place.
    guard link(temporary.path, path) == 0 else {
      if errno == EEXIST { return false }
      throw FileError(path, errno)
    }
    TemporaryFile.synchronize(folder: PathResolver.folder(of: path))
    return true
  }
}
