import Testing
import Threads

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Relay: replies", .timeLimit(.minutes(2)))
struct RelayReplyTests {
  @Test("A judge's reply goes back to the client, and the other frames go on")
  func toClient() throws {
    let relay = try RunningRelay(
      ["cat"],
      toServer: {
        ScriptedJudge.perLine { line in
          line.starts(with: "bad".utf8) ? [.reply(Array("blocked\n".utf8))] : [.forward(line)]
        }
      })
    relay.send("bad 1\n")
    #expect(relay.readLine() == "blocked\n")
    relay.send("good\n")
    #expect(relay.readLine() == "good\n")
    relay.send("bad 2\n")
    #expect(relay.readLine() == "blocked\n")
    relay.closeInput()
    #expect(relay.text.isEmpty)
    #expect(relay.exitStatus() == 0)
  }

  @Test("A judge's reply goes back to the server")
  func toServer() throws {
    let relay = try RunningRelay(
      ["sh", "-c", "echo ask; read answer; echo \"got $answer\""],
      toClient: {
        ScriptedJudge.perLine { line in
          line.starts(with: "ask".utf8) ? [.reply(Array("no\n".utf8))] : [.forward(line)]
        }
      })
    #expect(relay.text == "got no\n")
    #expect(relay.exitStatus() == 0)
  }

  @Test("The reply to the last frame before the end of input arrives")
  func lastReply() throws {
    let relay = try RunningRelay(["cat"], toServer: { ScriptedJudge.perLine { _ in [.reply(Array("no\n".utf8))] } })
    relay.send("a\nb")
    relay.closeInput()
    #expect(relay.text == "no\nno\n")
  }

  @Test("A server that asks without end and never reads ends the session by a named reason")
  func serverFlood() throws {
    let relay = try RunningRelay(
      ["yes", "ask"], toClient: { ScriptedJudge.perLine { _ in [.reply(Array("no\n".utf8))] } })
    #expect(relay.text.isEmpty)
    #expect(relay.exitStatus() == 128 + SIGTERM)
    #expect(relay.diagnostics == ["session ended: the server does not read the replies to its requests"])
    #expect(relay.survivors.isEmpty)
  }

  @Test("A server that asks without end and never reads, while the client writes without end: the same")
  func bothFlood() throws {
    let relay = try RunningRelay(
      ["yes", "ask"], toClient: { ScriptedJudge.perLine { _ in [.reply(Array("no\n".utf8))] } })
    relay.send([UInt8](repeating: UInt8(ascii: "x"), count: 4 << 20))
    #expect(relay.exitStatus() == 128 + SIGTERM)
  }

  @Test("A server that asks a lot before it reads gets all answers, whole, between the client's frames")
  func lateReader() throws {
    let relay = try RunningRelay(
      ["sh", "-c", "yes ask | head -n 200; exec sed s/^/got:/"],
      toServer: { ScriptedJudge.perLine { [.forward($0)] } },
      toClient: {
        ScriptedJudge.perLine { line in
          line.starts(with: "ask".utf8) ? [.reply(Array("answer\n".utf8))] : [.forward(line)]
        }
      })
    let frames = (0..<40).map { "\($0) " + String(repeating: "x", count: 30_000) + "\n" }
    try #require(
      BackgroundThread.start {
        for frame in frames { relay.send(frame) }
        relay.closeInput()
      })
    let lines = relay.text.split(separator: "\n")
    #expect(lines.filter { $0 == "got:answer" }.count == 200)
    #expect(lines.filter { $0 != "got:answer" }.map { $0.dropFirst(4) + "\n" } == frames.map { $0[...] })
    #expect(relay.exitStatus() == 0)
  }

  @Test("A client that asks without reading is held back, and gets every answer when it reads")
  func clientFlood() throws {
    let judged = Counter()
    let relay = try RunningRelay(
      ["cat"],
      toServer: {
        ScriptedJudge.perLine { line in
          judged.add(1)
          return [.reply([UInt8](repeating: UInt8(ascii: "n"), count: 999) + [10])]
        }
      })
    let requests = 20_000
    try #require(
      BackgroundThread.start {
        for number in 0..<requests { relay.send("ask \(number) \(String(repeating: "y", count: 100))\n") }
        relay.closeInput()
      })
    // The queue, the pipe, and a read buffer of requests.
    #expect(judged.settled() < 2000)
    #expect(relay.readToEnd().count == requests * 1000)
    #expect(relay.exitStatus() == 0)
  }

  @Test("A client that asks without reading and then goes leaves nothing behind")
  func clientFloodAndLeave() throws {
    let relay = try RunningRelay(
      ["cat"],
      toServer: { ScriptedJudge.perLine { _ in [.reply([UInt8](repeating: UInt8(ascii: "n"), count: 999) + [10])] } })
    _ = relay.sendUntilFull([UInt8](repeating: 10, count: 1 << 20))
    relay.closeInput()
    relay.closeOutput()
    #expect(relay.exitStatus() == 0)
    #expect(relay.survivors.isEmpty)
  }

  @Test("The server's death frees a client that waits for room for its answers")
  func serverDiesInClientFlood() throws {
    let relay = try RunningRelay(
      ["cat"],
      toServer: { ScriptedJudge.perLine { _ in [.reply([UInt8](repeating: UInt8(ascii: "n"), count: 999) + [10])] } })
    _ = relay.sendUntilFull([UInt8](repeating: 10, count: 1 << 20))
    kill(relay.child, SIGKILL)
    #expect(relay.exitStatus() == 128 + SIGKILL)
  }

  @Test("A judge's end: what came before it is written, what comes after is not")
  func endByJudge() throws {
    let relay = try RunningRelay(
      ["cat"],
      toServer: {
        ScriptedJudge.perLine { line in
          line.starts(with: "stop".utf8)
            ? [.reply(Array("bye\n".utf8)), .end("asked for"), .reply(Array("late\n".utf8))] : [.forward(line)]
        }
      })
    relay.send("one\n")
    #expect(relay.readLine() == "one\n")
    relay.send("stop\ntwo\n")
    #expect(relay.text == "bye\n")
    #expect(relay.exitStatus() == 0 || relay.exitStatus() == 128 + SIGTERM)
    #expect(relay.diagnostics == ["session ended: asked for"])
    #expect(relay.survivors.isEmpty)
  }

  @Test("An end from the server's side: the client's stream is closed at once, the server's process ended")
  func endByServerJudge() throws {
    let relay = try RunningRelay(
      ["sh", "-c", "trap '' TERM; echo one; echo stop; echo two; sleep 1000"], timing: RunningRelay.timing(kill: 100),
      toClient: {
        ScriptedJudge.perLine { line in line.starts(with: "stop".utf8) ? [.end("asked for")] : [.forward(line)] }
      })
    #expect(relay.text == "one\n")
    #expect(relay.exitStatus() == 128 + SIGKILL)
    #expect(relay.survivors.isEmpty)
  }
}
