import Foundation
import Guard
import JSONRPC
import Testing

@testable import CLI

/// A list of revocations in memory. Unchecked because of the dictionary, which is touched under the lock only.
private final class MemoryRevocations: RevocationList, @unchecked Sendable {
  private let lock = NSLock()
  private var list: [Fingerprint: AgentName] = [:]
  private let isFailing: Bool

  init(isFailing: Bool = false) { self.isFailing = isFailing }

  var all: [Fingerprint: AgentName] { lock.withLock { list } }

  func revokedFingerprints() throws(RevocationError) -> Set<Fingerprint> {
    if isFailing { throw RevocationError("the database is locked") }
    return Set(all.keys)
  }

  func revoke(_ fingerprint: Fingerprint, of agent: AgentName, at now: Int64) throws(RevocationError) {
    if isFailing { throw RevocationError("the database is locked") }
    lock.withLock { list[fingerprint] = agent }
  }
}

private func files(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != ".lock" }.sorted()
}

private func keygen(_ agents: [String], in folder: String, force: Bool = false) throws -> String {
  let output = ResultOutput(memoryFor: .none)
  try KeygenCommand.run(agents: agents, directory: folder, force: force, to: output)
  return output.text
}

@Suite struct KeygenTests {
  @Test("a pair is written for each agent, private to this user, and reads back")
  func writes() throws {
    try withTemporaryFolder { root throws in
      let folder = root + "/new/keys"
      let text = try keygen(["alice", "bob"], in: folder)
      #expect(try files(folder) == ["alice.key", "alice.pub", "bob.key", "bob.pub"])
      #expect(try mode(of: folder) == 0o700 && mode(of: root + "/new") == 0o700)
      #expect(try mode(of: folder + "/alice.key") == 0o600 && mode(of: folder + "/alice.pub") == 0o644)
      let keys = KeyFolder(folder)
      for name in ["alice", "bob"] {
        let key = try keys.privateKey(of: try agent(name))
        #expect(try keys.publicKey(of: try agent(name)) == key.verifyingKey)
        #expect(text.contains("\(name)\t\(key.verifyingKey.fingerprint.short)\t\(folder)/\(name).key"))
      }
    }
  }

  @Test("no file is overwritten without --force, and none is written when one exists")
  func refusesToOverwrite() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      let before = try contents(folder + "/alice.key")
      let failure = #expect(throws: CommandFailure.self) { try keygen(["bob", "alice"], in: folder) }
      #expect(failure?.message.contains(folder + "/alice.key exists already") == true)
      #expect(try files(folder) == ["alice.key", "alice.pub"])
      #expect(try contents(folder + "/alice.key") == before)
      _ = try keygen(["alice"], in: folder, force: true)
      #expect(try contents(folder + "/alice.key") != before)
      #expect(try files(folder) == ["alice.key", "alice.pub"])
    }
  }

  @Test("a lone public key counts as existing")
  func lonePublicKey() throws {
    try withTemporaryFolder { folder throws in
      try write("", to: folder + "/alice.pub")
      #expect(throws: CommandFailure.self) { try keygen(["alice"], in: folder) }
      #expect(try files(folder) == ["alice.pub"])
    }
  }

  @Test(
    "names that could leave the folder are refused before it is made",
    arguments: [["../x"], ["a/b"], [".."], [""], ["ok", "a b"], ["a", "a"], []])
  func names(agents: [String]) throws {
    try withTemporaryFolder { root throws in
      let failure = #expect(throws: CommandFailure.self) { try keygen(agents, in: root + "/keys") }
      #expect(failure?.exitCode == 64)
      #expect(try files(root).isEmpty)
    }
  }

  @Test("a folder that is a file, or that cannot be written, is named")
  func badFolder() throws {
    try withTemporaryFolder { root throws in
      try write("", to: root + "/file")
      let failure = #expect(throws: CommandFailure.self) { try keygen(["a"], in: root + "/file") }
      #expect(failure?.message.contains("\(root)/file: not a folder") == true)
      let below = #expect(throws: CommandFailure.self) { try keygen(["a"], in: root + "/file/keys") }
      #expect(below?.message.contains(root) == true)
    }
  }
}

@Suite struct KeyFolderTests {
  @Test("a file of the wrong type or length is an error that names it, and its agent has no key")
  func wrongFiles() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice", "bob"], in: folder)
      try write(contents(folder + "/alice.key"), to: folder + "/alice.pub")
      try write(
        "-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\nAAAA\n-----END OKTSEC ED25519 PUBLIC KEY-----\n",
        to: folder + "/short.pub")
      let keys = KeyFolder(folder)
      let wrong = #expect(throws: FileError.self) { try keys.publicKey(of: try agent("alice")) }
      #expect(wrong?.description == "\(folder)/alice.pub: a PEM block of another type: OKTSEC ED25519 PRIVATE KEY")
      let (keyring, defects) = try keys.keyring(revocations: MemoryRevocations())
      #expect(keyring.keys.keys.map(\.description) == ["bob"])
      #expect(defects.count == 2 && defects[1] == "\(folder)/short.pub: 3 bytes of key instead of 32")
    }
  }

  @Test("private keys that others can use are reported")
  func loosePermissions() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      #expect(try KeyFolder(folder).listing().entries.flatMap(\.defects).isEmpty)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder + "/alice.key")
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
      let listing = try KeyFolder(folder).listing()
      #expect(
        listing.entries.flatMap(\.defects) == [
          "\(folder)/alice.key can be used by other users; chmod 600 \(folder)/alice.key"
        ])
      #expect(listing.defects.count == 1)
    }
  }

  @Test("names that no agent can have, lone private keys and other files are told apart")
  func foreign() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      try FileManager.default.removeItem(atPath: folder + "/alice.pub")
      for file in ["-x.pub", "a b.key", "notes.txt", ".hidden.pub"] { try write("", to: folder + "/" + file) }
      let listing = try KeyFolder(folder).listing()
      #expect(listing.entries.map(\.name.description) == ["alice"])
      #expect(listing.entries[0].defects == ["\(folder)/alice.pub is missing"])
      #expect(listing.foreign == ["-x.pub", ".hidden.pub", "a b.key"])
    }
  }

  @Test("a folder that does not exist has no keys; one that is a file is an error")
  func missing() throws {
    try withTemporaryFolder { root throws in
      #expect(try KeyFolder(root + "/none").listing().entries.isEmpty)
      try write("", to: root + "/file")
      #expect(throws: FileError.self) { try KeyFolder(root + "/file").listing() }
    }
  }

  @Test("a list of revocations that cannot be read refuses every key")
  func unreadableRevocations() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      let failure = #expect(throws: CommandFailure.self) {
        try KeyFolder(folder).keyring(revocations: MemoryRevocations(isFailing: true))
      }
      #expect(failure?.message.contains("revoked") == true)
    }
  }
}

@Suite struct KeysCommandTests {
  private func run(
    _ folder: String, _ revocations: any RevocationList, _ body: (KeysCommand, ResultOutput) throws -> Void
  ) throws -> String {
    let output = ResultOutput(memoryFor: .none)
    try body(KeysCommand(folder: KeyFolder(folder), revocations: revocations), output)
    return output.text
  }

  @Test("rotate revokes the old key, keeps its files in revoked/ and puts a new pair in place")
  func rotates() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice", "bob"], in: folder)
      let name = try agent("alice")
      let old = try KeyFolder(folder).publicKey(of: name).fingerprint
      let oldFile = try contents(folder + "/alice.key")
      let revocations = MemoryRevocations()
      let text = try run(folder, revocations) { try $0.rotate(agent: "alice", to: $1) }
      let new = try KeyFolder(folder).publicKey(of: name).fingerprint
      #expect(new != old && revocations.all == [old: name])
      #expect(text == "alice: \(old.short) is revoked, \(new.short) is the new key\n")
      #expect(try KeyFolder(folder).privateKey(of: name).verifyingKey.fingerprint == new)
      #expect(try files(folder) == ["alice.key", "alice.pub", "bob.key", "bob.pub", "revoked"])
      #expect(try files(folder + "/revoked") == ["alice.\(old.short).key", "alice.\(old.short).pub"])
      #expect(try contents(folder + "/revoked/alice.\(old.short).key") == oldFile)
      #expect(
        try mode(of: folder + "/revoked") == 0o700 && mode(of: folder + "/revoked/alice.\(old.short).key") == 0o600)
      #expect(try mode(of: folder + "/alice.key") == 0o600 && mode(of: folder + "/alice.pub") == 0o644)
    }
  }

  @Test("revoke leaves no pair, and the key verifies nowhere again")
  func revokes() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      let name = try agent("alice")
      let key = try KeyFolder(folder).privateKey(of: name)
      let revocations = MemoryRevocations()
      _ = try run(folder, revocations) { try $0.revoke(agent: "alice", to: $1) }
      #expect(try files(folder) == ["revoked"])
      // Somebody puts the file back: the fingerprint is what counts.
      try write(String(decoding: KeyFile.text(of: key.verifyingKey), as: UTF8.self), to: folder + "/alice.pub")
      let keyring = try KeyFolder(folder).keyring(revocations: revocations).keyring
      let payload = try SignedPayload(from: "alice", to: "bob", content: "x", timestamp: "2026-03-01T09:05:07Z")
      let outcome = keyring.verify(
        payload, signature: key.signature(over: payload), at: payload.moment, window: FreshnessWindow())
      #expect(outcome == .rejected(.revokedKey, key.verifyingKey.fingerprint))
    }
  }

  @Test("when the revocation cannot be recorded, nothing changes")
  func unrecorded() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      let before = try contents(folder + "/alice.key")
      for step in ["rotate", "revoke"] {
        let failure = #expect(throws: CommandFailure.self) {
          try run(folder, MemoryRevocations(isFailing: true)) {
            step == "rotate" ? try $0.rotate(agent: "alice", to: $1) : try $0.revoke(agent: "alice", to: $1)
          }
        }
        #expect(failure?.message.contains("nothing was changed") == true)
        #expect(try files(folder) == ["alice.key", "alice.pub"])
        #expect(try contents(folder + "/alice.key") == before)
      }
    }
  }

  @Test("halves that do not belong together are both revoked")
  func mixedPair() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice", "bob"], in: folder)
      let keys = KeyFolder(folder)
      let fingerprints = try ["alice", "bob"].map { try keys.publicKey(of: try agent($0)).fingerprint }
      try write(contents(folder + "/bob.pub"), to: folder + "/alice.pub")
      let revocations = MemoryRevocations()
      _ = try run(folder, revocations) { try $0.revoke(agent: "alice", to: $1) }
      #expect(Set(revocations.all.keys) == Set(fingerprints))
    }
  }

  @Test("an agent without a key is named, with the nearest that has one")
  func unknown() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      let failure = #expect(throws: CommandFailure.self) {
        try run(folder, MemoryRevocations()) { try $0.rotate(agent: "alcie", to: $1) }
      }
      #expect(failure?.message == "there is no key of alcie in \(folder)")
      #expect(failure?.hint == "did you mean alice?")
      #expect(try files(folder) == ["alice.key", "alice.pub"])
      let usage = #expect(throws: CommandFailure.self) {
        try run(folder, MemoryRevocations()) { try $0.rotate(agent: "../alice", to: $1) }
      }
      #expect(usage?.exitCode == 64)
    }
  }

  @Test("while one command changes the keys, another says so and changes nothing")
  func locked() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice"], in: folder)
      let lock = try KeyFolderLock(KeyFolder(folder))
      let failure = #expect(throws: CommandFailure.self) {
        try run(folder, MemoryRevocations()) { try $0.rotate(agent: "alice", to: $1) }
      }
      #expect(failure?.message == "another command is changing the keys in \(folder)")
      #expect(throws: CommandFailure.self) { try keygen(["bob"], in: folder) }
      #expect(try files(folder) == ["alice.key", "alice.pub"])
      lock.release()
      _ = try run(folder, MemoryRevocations()) { try $0.rotate(agent: "alice", to: $1) }
    }
  }

  @Test("of many rotations at once each that succeeds is whole, and no key is lost")
  func concurrentRotations() async throws {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "oktsec-tests-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try keygen(["alice"], in: folder)
    let revocations = MemoryRevocations()
    let succeeded = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask {
          let command = KeysCommand(folder: KeyFolder(folder), revocations: revocations)
          return (try? command.rotate(agent: "alice", to: ResultOutput(memoryFor: .none))) != nil
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    let name = try agent("alice")
    let current = try KeyFolder(folder).privateKey(of: name).verifyingKey
    #expect(succeeded >= 1 && revocations.all.count == succeeded)
    #expect(try KeyFolder(folder).publicKey(of: name) == current)
    #expect(revocations.all[current.fingerprint] == nil)
    #expect(try files(folder) == ["alice.key", "alice.pub", "revoked"])
    #expect(try files(folder + "/revoked").count == 2 * succeeded)
  }

  @Test("list shows agents, fingerprints and states, as a table and as JSON")
  func lists() throws {
    try withTemporaryFolder { folder throws in
      _ = try keygen(["alice", "bob", "carol"], in: folder)
      try FileManager.default.removeItem(atPath: folder + "/bob.key")
      try write("", to: folder + "/carol.pub")
      let keys = KeyFolder(folder)
      let (alice, bob) = (try keys.publicKey(of: try agent("alice")), try keys.publicKey(of: try agent("bob")))
      let revocations = MemoryRevocations()
      try revocations.revoke(bob.fingerprint, of: try agent("bob"), at: 0)
      let text = try run(folder, revocations) { try $0.list(asJSON: false, to: $1) }
      #expect(
        text
          == "alice\t\(alice.fingerprint.short)\there\tactive\nbob\t\(bob.fingerprint.short)\t\trevoked\ncarol\t\there\tunusable\n"
      )
      let json = try JSONValue(parsing: run(folder, revocations) { try $0.list(asJSON: true, to: $1) })
      #expect(json[0]?["fingerprint"]?.string == alice.fingerprint.hex && json[0]?["state"]?.string == "active")
      #expect(json[1]?["state"]?.string == "revoked" && json[1]?["private_key"] == .bool(false))
      #expect(json[2]?["fingerprint"] == .null && json[2]?["problems"]?.elements?.count == 1)
    }
  }

  @Test("a folder of keys that does not exist is named")
  func missingFolder() throws {
    try withTemporaryFolder { folder throws in
      let failure = #expect(throws: CommandFailure.self) {
        try run(folder + "/none", MemoryRevocations()) { try $0.rotate(agent: "alice", to: $1) }
      }
      #expect(failure?.message.contains("\(folder)/none") == true)
    }
  }
}
