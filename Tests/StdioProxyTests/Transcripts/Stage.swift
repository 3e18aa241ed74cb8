import Guard
import Testing

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a transcript is played: both ends of a relay.
protocol Stage {
  func write(_ bytes: [UInt8], from side: Transcript.Side)
  func end(_ side: Transcript.Side)
  /// The next line that arrives at a side, or what there is before the end.
  func line(at side: Transcript.Side) -> [UInt8]
  /// All that arrives up to the end.
  func rest(at side: Transcript.Side) -> [UInt8]
  /// Ends both sides; nothing more may arrive.
  func close() -> [UInt8]
}

/// The judges of both directions, without processes and threads.
final class JudgeStage: Stage {
  private let toServer: DirectionJudge
  private let toClient: DirectionJudge
  private var arrived: [Transcript.Side: [UInt8]] = [.client: [], .server: []]
  private var ended: Set<Transcript.Side> = []

  init(_ session: SessionContext) {
    toServer = DirectionJudge(.clientToServer, session: session)
    toClient = DirectionJudge(.serverToClient, session: session)
  }

  func write(_ bytes: [UInt8], from side: Transcript.Side) {
    var outputs: [RelayOutput] = []
    bytes.withUnsafeBytes { (side == .client ? toServer : toClient).receive($0, into: &outputs) }
    collect(outputs, from: side)
  }

  func end(_ side: Transcript.Side) {
    guard ended.insert(side).inserted else { return }
    var outputs: [RelayOutput] = []
    (side == .client ? toServer : toClient).finish(into: &outputs)
    collect(outputs, from: side)
  }

  func line(at side: Transcript.Side) -> [UInt8] {
    let bytes = arrived[side, default: []]
    let end = bytes.firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    arrived[side] = Array(bytes[end...])
    return Array(bytes[..<end])
  }

  func rest(at side: Transcript.Side) -> [UInt8] {
    defer { arrived[side] = [] }
    return arrived[side, default: []]
  }

  func close() -> [UInt8] {
    end(.client)
    end(.server)
    return rest(at: .server) + rest(at: .client)
  }

  private func collect(_ outputs: [RelayOutput], from side: Transcript.Side) {
    let other: Transcript.Side = side == .client ? .server : .client
    for output in outputs {
      switch output {
      case .forward(let bytes): arrived[other, default: []] += bytes
      case .reply(let bytes): arrived[side, default: []] += bytes
      case .end: break
      }
    }
  }
}

/// The relay over pipes, with a child that copies between its standard streams and two named pipes of the test.
final class RelayStage: Stage {
  private let relay: RunningRelay
  private let folder: String
  private var serverInput: Int32
  private var serverOutput: Int32

  init(_ session: SessionContext) throws {
    var template = Array("/tmp/oktsec-transcript-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try #require(mkfifo(folder + "/in", 0o600) == 0 && mkfifo(folder + "/out", 0o600) == 0)
    relay = try RunningRelay(
      ["/bin/sh", "-c", "exec 3<&0; cat <&3 >\"$0/in\" & exec 3<&-; exec cat <\"$0/out\"", folder],
      toServer: { DirectionJudge(.clientToServer, session: session) },
      toClient: { DirectionJudge(.serverToClient, session: session) })
    serverInput = open(folder + "/in", O_RDONLY | O_CLOEXEC)
    serverOutput = open(folder + "/out", O_WRONLY | O_CLOEXEC)
    try #require(serverInput >= 0 && serverOutput >= 0)
  }

  deinit {
    for descriptor in [serverInput, serverOutput] where descriptor >= 0 { Self.closeDescriptor(descriptor) }
    for name in ["/in", "/out"] { unlink(folder + name) }
    rmdir(folder)
  }

  func write(_ bytes: [UInt8], from side: Transcript.Side) {
    if side == .client {
      relay.send(bytes)
    } else {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          Self.writeBytes(serverOutput, $0.baseAddress?.advanced(by: sent), $0.count - sent)
        }
        guard count > 0 else { return }
        sent += count
      }
    }
  }

  func end(_ side: Transcript.Side) {
    if side == .client {
      relay.closeInput()
    } else if serverOutput >= 0 {
      Self.closeDescriptor(serverOutput)
      serverOutput = -1
    }
  }

  func line(at side: Transcript.Side) -> [UInt8] {
    let descriptor = side == .client ? relay.output : serverInput
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.last != 0x0A, read(descriptor, &byte, 1) == 1 { line.append(byte) }
    return line
  }

  func rest(at side: Transcript.Side) -> [UInt8] {
    if side == .client { return relay.readToEnd() }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(serverInput, &buffer, buffer.count)
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  func close() -> [UInt8] {
    end(.client)
    let atServer = rest(at: .server)
    end(.server)
    return atServer + rest(at: .client)
  }

  private static func closeDescriptor(_ descriptor: Int32) {
    #if canImport(Glibc)
    _ = Glibc.close(descriptor)
    #else
    _ = Darwin.close(descriptor)
    #endif
  }

  private static func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
    Glibc.write(descriptor, bytes, count)
    #else
    Darwin.write(descriptor, bytes, count)
    #endif
  }
}
