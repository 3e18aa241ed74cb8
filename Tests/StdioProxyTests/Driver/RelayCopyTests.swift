import Testing
import Threads

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Relay: copying", .timeLimit(.minutes(2)))
struct RelayCopyTests {
  @Test("Bytes pass unchanged, also without a last newline", arguments: [false, true])
  func bytes(usesSockets: Bool) throws {
    let relay = try RunningRelay(["cat"], usesSockets: usesSockets)
    let bytes = Array("{\"a\": 1}\r\n\u{0}\u{FF}é\n\nlast".utf8) + [0xFF, 0xFE]
    relay.send(bytes)
    relay.closeInput()
    #expect(relay.readToEnd() == bytes)
    #expect(relay.exitStatus() == 0)
    #expect(relay.diagnostics.isEmpty)
  }

  @Test("A conversation goes back and forth without waiting for more")
  func conversation() throws {
    let relay = try RunningRelay(["cat"])
    for number in 0..<500 {
      relay.send("message \(number)\n")
      #expect(relay.readLine() == "message \(number)\n")
    }
    relay.closeInput()
    #expect(relay.exitStatus() == 0)
  }

  @Test("Eight megabytes pass whole and in order", arguments: [false, true])
  func large(usesSockets: Bool) throws {
    let relay = try RunningRelay(["cat"], usesSockets: usesSockets)
    let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let isStarted = BackgroundThread.start {
      relay.send(bytes)
      relay.closeInput()
    }
    try #require(isStarted)
    #expect(relay.readToEnd() == bytes)
    #expect(relay.exitStatus() == 0)
  }

  @Test("An output of eight megabytes in one piece, and many small ones in one call, arrive in order")
  func pieces() throws {
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20) + [UInt8(ascii: "\n")]
    let relay = try RunningRelay(
      ["echo", "go"],
      toClient: {
        ScriptedJudge.perLine { line in
          (0..<5000).map { RelayOutput.forward(Array("\($0)\n".utf8)) } + [
            .forward(large), .forward([]), .forward(line),
          ]
        }
      })
    var expected = (0..<5000).map { "\($0)\n" }.joined()
    expected += String(decoding: large, as: UTF8.self) + "go\n"
    #expect(relay.text == expected)
    #expect(relay.exitStatus() == 0)
  }

  @Test("What a judge has kept is written at the end, in both directions")
  func finish() throws {
    let relay = try RunningRelay(
      ["cat"], toServer: { ScriptedJudge.perLine { [.forward($0)] } },
      toClient: { ScriptedJudge.perLine { [.forward($0)] } })
    relay.send("first\ntail")
    relay.closeInput()
    #expect(relay.text == "first\ntail")
  }

  @Test("A server that does not read holds the client back, and gets everything when it reads again")
  func backPressureFromServer() throws {
    let relay = try RunningRelay(["cat"])
    kill(relay.child, SIGSTOP)
    let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 / 1000) }
    let sent = relay.sendUntilFull(bytes)
    // Two pipes and one read buffer, and room for how the system counts.
    #expect(sent <= 400_000)
    kill(relay.child, SIGCONT)
    let isStarted = BackgroundThread.start {
      relay.send(Array(bytes[sent...]))
      relay.closeInput()
    }
    try #require(isStarted)
    #expect(relay.readToEnd() == bytes)
    #expect(relay.exitStatus() == 0)
  }

  @Test("A client that does not read holds the server back, and gets everything when it reads again")
  func backPressureFromClient() throws {
    let judged = Counter()
    let relay = try RunningRelay(
      ["head", "-c", "4000000", "/dev/zero"],
      toClient: {
        ScriptedJudge(onBytes: { bytes, outputs in
          judged.add(bytes.count)
          outputs.append(.forward(Array(bytes)))
        })
      })
    #expect(judged.settled() <= 400_000)
    #expect(relay.readToEnd().count == 4_000_000)
    #expect(relay.exitStatus() == 0)
  }
}
