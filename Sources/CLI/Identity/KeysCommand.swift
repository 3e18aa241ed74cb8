import Guard
import JSONRPC
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `oktsec keys list`, `rotate` and `revoke`.
struct KeysCommand {
  let folder: KeyFolder
  let revocations: any RevocationList
  /// Microseconds since 1970.
  var now: @Sendable () -> Int64 = { wallClock() }

  /// Shows every key: its agent, fingerprint and state.
  func list(asJSON: Bool, to output: ResultOutput) throws(CommandFailure) {
    let listing = try readListing()
    let revoked = try readRevocations()
    if asJSON {
      try output.line(JSONValue.array(listing.entries.map { json($0, revoked) }).text)
    } else {
      var table = Table([
        .init(title: "AGENT"), .init(title: "FINGERPRINT"), .init(title: "PRIVATE KEY"), .init(title: "STATE"),
      ])
      for entry in listing.entries {
        let state = state(of: entry, revoked)
        table.add([
          .init(entry.name.description), .init(entry.key?.fingerprint.short ?? ""),
          .init(entry.hasPrivateKey ? "here" : ""),
          .init(state, tint: state == "active" ? .green : .boldRed),
        ])
      }
      try table.write(to: output)
    }
    for defect in listing.defects + listing.entries.flatMap(\.defects) { Diagnostics.warning(defect) }
    for file in listing.foreign { Diagnostics.warning("\(folder.path)/\(file) is named as no agent can be") }
  }

  /// Replaces an agent's key: the old one never verifies again and moves to `revoked/`.
  func rotate(agent: String, to output: ResultOutput) throws(CommandFailure) {
    let name = try AgentArguments.name(agent)
    let lock = try lockFolder()
    defer { lock.release() }
    let old = try fingerprints(of: name)
    // The new pair is on the disk before anything happens to the old one.
    let pair = try KeyPairFiles(for: name, in: folder)
    do throws(CommandFailure) {
      try retire(name, old)
      try pair.install()
    } catch {
      pair.discard()
      throw error
    }
    try output.line("\(name): \(shown(old)) is revoked, \(pair.key.fingerprint.short) is the new key")
  }

  /// Takes an agent's key out of use without a new one.
  func revoke(agent: String, to output: ResultOutput) throws(CommandFailure) {
    let name = try AgentArguments.name(agent)
    let lock = try lockFolder()
    defer { lock.release() }
    let old = try fingerprints(of: name)
    try retire(name, old)
    try output.line("\(name): \(shown(old)) is revoked")
  }

  // MARK: Steps

  private func lockFolder() throws(CommandFailure) -> KeyFolderLock {
    var status = stat()
    guard stat(folder.path, &status) == 0 else {
      throw CommandFailure("the keys cannot be read: \(FileError(folder.path, errno))")
    }
    return try KeyFolderLock(folder)
  }

  /// The fingerprints behind an agent's files. Usually one; two when the files do not belong together, and then both
  /// are to be revoked.
  private func fingerprints(of name: AgentName) throws(CommandFailure) -> [Fingerprint] {
    var found: [Fingerprint] = []
    var errors: [FileError] = []
    do throws(FileError) { found.append(try folder.publicKey(of: name).fingerprint) } catch { errors.append(error) }
    do throws(FileError) {
      let fingerprint = try folder.privateKey(of: name).verifyingKey.fingerprint
      if !found.contains(fingerprint) { found.append(fingerprint) }
    } catch { errors.append(error) }
    guard found.isEmpty else { return found }
    if let error = errors.first(where: { !$0.isMissing }) {
      throw CommandFailure("the key of \(name) cannot be read: \(error)")
    }
    throw CommandFailure("there is no key of \(name) in \(folder.path)", hint: try nearest(to: name))
  }

  private func nearest(to name: AgentName) throws(CommandFailure) -> String? {
    let known = try readListing().entries.map(\.name.description)
    return NearestWord.hint(for: name.description, among: known)
  }

  /// Records the revocation, durably, and only then moves the files: whatever happens in between, the key is refused.
  private func retire(_ name: AgentName, _ old: [Fingerprint]) throws(CommandFailure) {
    for fingerprint in old {
      do throws(RevocationError) {
        try revocations.revoke(fingerprint, of: name, at: now())
      } catch {
        throw CommandFailure("the revocation cannot be recorded, so nothing was changed: \(error)")
      }
    }
    do throws(FileError) {
      try PrivateFolder.make(folder.revokedPath)
      let stem = "\(folder.revokedPath)/\(name).\(old.first?.short ?? "")"
      try move(folder.privatePath(name), to: stem + KeyFolder.privateSuffix)
      try move(folder.publicPath(name), to: stem + KeyFolder.publicSuffix)
    } catch {
      throw CommandFailure(
        "\(shown(old)) is revoked, but its files are still in place: \(error)", hint: "run the command again")
    }
    TemporaryFile.synchronize(folder: folder.revokedPath)
    TemporaryFile.synchronize(folder: folder.path)
  }

  private func move(_ source: String, to target: String) throws(FileError) {
    guard rename(source, target) == 0 || errno == ENOENT else { throw FileError(source, errno) }
  }

  // MARK: Reading

  private func readListing() throws(CommandFailure) -> KeyFolder.Listing {
    do throws(FileError) { return try folder.listing() } catch {
      throw CommandFailure("the keys cannot be read: \(error)")
    }
  }

  private func readRevocations() throws(CommandFailure) -> Set<Fingerprint> {
    do throws(RevocationError) { return try revocations.revokedFingerprints() } catch {
      throw CommandFailure("the list of revoked keys cannot be read: \(error)")
    }
  }

  private func state(of entry: KeyFolder.Entry, _ revoked: Set<Fingerprint>) -> String {
    guard let key = entry.key else { return "unusable" }
    return revoked.contains(key.fingerprint) ? "revoked" : "active"
  }

  private func json(_ entry: KeyFolder.Entry, _ revoked: Set<Fingerprint>) -> JSONValue {
    .object([
      ("agent", .string(entry.name.description)),
      ("fingerprint", entry.key.map { .string($0.fingerprint.hex) } ?? .null),
      ("private_key", .bool(entry.hasPrivateKey)), ("state", .string(state(of: entry, revoked))),
      ("problems", .array(entry.defects.map { .string($0) })),
    ])
  }

  private func shown(_ fingerprints: [Fingerprint]) -> String {
    fingerprints.map(\.short).joined(separator: " and ")
  }
}

/// This machine's clock, in microseconds since 1970.
private func wallClock() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}
