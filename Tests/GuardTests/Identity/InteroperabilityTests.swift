import Foundation
import Testing

@testable import Guard

/// Signatures over the documented payload, made and checked by others. Skipped, and counted as skipped, where they are
/// not installed.
@Suite struct InteroperabilityTests {
  let payload: SignedPayload
  let key: SigningKey
  let seed = [UInt8](repeating: 9, count: 32)

  init() throws {
    payload = try SignedPayload(
      from: "research-agent", to: "analysis-agent", content: "Zahlen für\nheute: 42 🙂",
      timestamp: "2026-03-01T09:05:07Z")
    key = try signingKey(seed: seed)
  }

  @Test("Python's cryptography accepts our signature and makes the same", .enabled(if: Peer.hasPython))
  func python() throws {
    let ours = try #require(key.signature(over: payload))
    let script = """
      import base64, sys
      from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
      from cryptography.hazmat.primitives import serialization as s
      key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(sys.argv[1]))
      content = base64.b64decode(sys.argv[2]).decode("utf-8")
      payload = "\\n".join(["research-agent", "analysis-agent", content, "2026-03-01T09:05:07Z"]).encode("utf-8")
      key.public_key().verify(base64.b64decode(sys.argv[3]), payload)
      print(base64.b64encode(key.sign(payload)).decode())
      print(key.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw).hex())
      """
    let content = "Zahlen für\nheute: 42 🙂"
    let run = try Peer.run(
      "python3",
      [
        "-c", script, seed.map { String(format: "%02x", $0) }.joined(), CanonicalBase64.encode(Array(content.utf8)),
        ours.base64,
      ])
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    let theirs = try #require(lines.first.flatMap { Signature(base64: $0) })
    #expect(key.verifyingKey.verifies(theirs, over: payload))
    #expect(theirs == ours)
    #expect(lines.last.map { bytes(hex: String($0)) } == key.verifyingKey.bytes)
  }

  @Test("OpenSSL accepts our signature, and we accept its", .enabled(if: Peer.hasOpenSSL))
  func openSSL() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "oktsec-openssl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: folder.appending(path: name)) }

    // RFC 8410: an Ed25519 seed in PKCS #8, a public key as SubjectPublicKeyInfo.
    try write(bytes(hex: "302e020100300506032b657004220420") + seed, "key.der")
    try write(bytes(hex: "302a300506032b6570032100") + key.verifyingKey.bytes, "pub.der")
    try write(payload.bytes, "payload")
    try write(try #require(key.signature(over: payload)).bytes, "ours")

    let checked = try Peer.run(
      "openssl",
      [
        "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", path("pub.der"), "-rawin", "-in", path("payload"),
        "-sigfile", path("ours"),
      ])
    #expect(checked.status == 0)
    let signed = try Peer.run(
      "openssl",
      [
        "pkeyutl", "-sign", "-keyform", "DER", "-inkey", path("key.der"), "-rawin", "-in", path("payload"), "-out",
        path("theirs"),
      ])
    #expect(signed.status == 0)
    let theirs = try #require(Signature([UInt8](try Data(contentsOf: folder.appending(path: "theirs")))))
    #expect(key.verifyingKey.verifies(theirs, over: payload))
  }
}

private enum Peer {
  static let hasPython = (try? run("python3", ["-c", "import cryptography"]))?.status == 0
  static let hasOpenSSL =
    (try? run("openssl", ["pkeyutl", "-help"]))?.status == 0
    && (try? run("openssl", ["genpkey", "-algorithm", "ED25519"]))?.status == 0

  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
