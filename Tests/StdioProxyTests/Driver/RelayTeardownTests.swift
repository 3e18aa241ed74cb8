import Testing

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Relay: the end of a session", .timeLimit(.minutes(2)))
struct RelayTeardownTests {
  private func shell(_ script: String, _ timing: RelayTiming = RunningRelay.timing()) throws -> RunningRelay {
    try RunningRelay(["sh", "-c", script], timing: timing)
  }

  private let terminating = RunningRelay.timing(terminate: 100)
  private let killing = RunningRelay.timing(terminate: 100, kill: 200)

  @Test(
    "The child's exit status is ours",
    arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143)] as [(String, Int32)])
  func status(script: String, expected: Int32) throws {
    let relay = try shell(script)
    #expect(relay.text.isEmpty)
    #expect(relay.exitStatus() == expected)
  }

  @Test("What the server writes after the client's end of input still arrives")
  func trailingOutput() throws {
    let relay = try shell("cat > /dev/null; echo tail; exit 3")
    relay.send("x\n")
    relay.closeInput()
    #expect(relay.text == "tail\n")
    #expect(relay.exitStatus() == 3)
  }

  @Test("A server that stays after the end of its input gets SIGTERM")
  func terminated() throws {
    let relay = try shell("trap 'echo leaving; exit 4' TERM; echo ready; while :; do sleep 0.02; done", terminating)
    #expect(relay.readLine() == "ready\n")
    relay.closeInput()
    #expect(relay.text == "leaving\n")
    #expect(relay.exitStatus() == 4)
  }

  @Test("A server that ignores SIGTERM is killed, and what it started too")
  func killed() throws {
    let relay = try shell("trap '' TERM; sleep 1000 & echo ready; while :; do sleep 0.02; done", killing)
    #expect(relay.readLine() == "ready\n")
    relay.closeInput()
    #expect(relay.exitStatus() == 128 + SIGKILL)
    #expect(relay.survivors.isEmpty)
  }

  @Test("The session goes on while something that the server left behind holds its output")
  func grandchildSpeaks() throws {
    let relay = try shell("exec 3<&0; (while read line; do echo \"late $line\"; done) <&3 & exit 5", killing)
    relay.send("a\n")
    #expect(relay.readLine() == "late a\n")
    relay.send("b\n")
    #expect(relay.readLine() == "late b\n")
    relay.closeInput()
    #expect(relay.exitStatus() == 5)
    #expect(relay.survivors.isEmpty)
  }

  @Test(
    "Something that the server left behind and that keeps its output open does not keep us",
    arguments: ["", "trap '' TERM;"])
  func grandchildHoldsOutput(trap: String) throws {
    let relay = try shell("\(trap) sleep 1000 & exit 6", killing)
    relay.closeInput()
    #expect(relay.text.isEmpty)
    #expect(relay.exitStatus() == 6)
    #expect(relay.survivors.isEmpty)
  }

  @Test(
    "A server that closes its output and lives on is ended",
    arguments: [("", 143), ("trap '' TERM;", 137)] as [(String, Int32)])
  func closedOutput(trap: String, status: Int32) throws {
    let relay = try shell(
      "\(trap) echo last; exec 1>&-; while :; do sleep 0.02; done", trap.isEmpty ? terminating : killing)
    #expect(relay.text == "last\n")
    #expect(relay.exitStatus() == status)
    #expect(relay.survivors.isEmpty)
  }

  @Test("A server that closes its output may take a moment to leave")
  func closedOutputThenExit() throws {
    let relay = try shell("exec 1>&-; cat > /dev/null; exit 9")
    #expect(relay.text.isEmpty)
    #expect(relay.exitStatus() == 9)
  }

  @Test(
    "Processes that the server left behind, silent ones and daemons, end with us",
    arguments: [
      "sleep 1000 < /dev/null > /dev/null 2>&1 & exit 0",
      "trap '' TERM; sleep 1000 < /dev/null > /dev/null 2>&1 & exit 0",
      "setsid sh -c 'sleep 1000 & sleep 1000 & exit' < /dev/null > /dev/null 2>&1; exit 0",
    ])
  func orphans(script: String) throws {
    let relay = try shell(script)
    #expect(relay.text.isEmpty)
    #expect(relay.exitStatus() == 0)
    #expect(relay.survivors.isEmpty)
  }

  @Test("When the server dies the client sees the end, and nothing made up", arguments: [false, true])
  func serverDies(usesSockets: Bool) throws {
    let relay = try RunningRelay(["cat"], usesSockets: usesSockets)
    relay.send("request\n")
    #expect(relay.readLine() == "request\n")
    kill(relay.child, SIGKILL)
    #expect(relay.text.isEmpty)
    // The client's next write fails, as it would on the server's own pipe.
    #expect(relay.exitStatus() == 128 + SIGKILL)
    // The thread that ran the relay may still be letting its files go.
    var isRefused = false
    for _ in 0..<200 where !isRefused {
      isRefused = relay.send("more\n") == 0
      if !isRefused { usleep(50_000) }
    }
    #expect(isRefused)
  }

  @Test(
    "A server that closes its input: the client's writes fail, the server's output goes on", arguments: [false, true])
  func closedInput(usesSockets: Bool) throws {
    let relay = try RunningRelay(
      ["sh", "-c", "exec 0<&-; trap 'echo more; exit 2' USR1; echo closed; while :; do sleep 0.02; done"],
      usesSockets: usesSockets)
    #expect(relay.readLine() == "closed\n")
    let bytes = [UInt8](repeating: 10, count: 1 << 20)
    #expect(relay.send(bytes) < bytes.count)
    kill(relay.child, SIGUSR1)
    #expect(relay.text == "more\n")
    #expect(relay.exitStatus() == 2)
  }

  @Test("A server that has closed its input does not outlive the client")
  func closedInputAndClientGone() throws {
    let relay = try shell("exec 0<&-; echo closed; while :; do sleep 0.02; done", terminating)
    #expect(relay.readLine() == "closed\n")
    relay.closeInput()
    relay.closeOutput()
    #expect(relay.exitStatus() == 128 + SIGTERM)
    #expect(relay.survivors.isEmpty)
  }

  @Test("A server that takes no more input when the client has ended it, and lives on, is ended")
  func closedInputAfterClientEnd() throws {
    let relay = try shell("trap 'exec 0<&-' USR1; echo ready; while :; do sleep 0.02; done", terminating)
    #expect(relay.readLine() == "ready\n")
    _ = relay.sendUntilFull([UInt8](repeating: 10, count: 4 << 20))
    relay.closeInput()
    // A child of another test may hold a copy of our end between its fork and its exec.
    usleep(50_000)
    kill(relay.child, SIGUSR1)
    #expect(relay.exitStatus() == 128 + SIGTERM)
  }

  @Test("A client that stops reading for good ends the server's input, and does not block its output")
  func clientOutputGone() throws {
    let relay = try RunningRelay(["sh", "-c", "head -c 3000000 /dev/zero; cat > /dev/null; exit 8"])
    relay.closeOutput()
    #expect(relay.exitStatus() == 8)
    #expect(relay.diagnostics.isEmpty)
  }

  @Test("A server that writes without end ends when the client has gone", arguments: [false, true])
  func endlessWriter(usesSockets: Bool) throws {
    let relay = try RunningRelay(["yes"], timing: terminating, usesSockets: usesSockets)
    #expect(relay.readLine() == "y\n")
    relay.closeOutput()
    #expect(relay.exitStatus() == 128 + SIGTERM)
    #expect(relay.survivors.isEmpty)
  }

  @Test(
    "A client that never reads, but keeps its end open, does not keep us once it has ended its input",
    arguments: [false, true])
  func clientNeverReads(usesSockets: Bool) throws {
    let relay = try RunningRelay(["yes"], timing: terminating, usesSockets: usesSockets)
    relay.closeInput()
    #expect(relay.exitStatus() == 128 + SIGTERM)
    #expect(relay.diagnostics.count == 1)
    #expect(relay.survivors.isEmpty)
  }

  @Test("A client that never fetches what a dead server has written does not keep us")
  func serverDiesUnread() throws {
    // More than fits in the client's pipe, less than the server would be blocked by.
    let relay = try shell("head -c 120000 /dev/zero; kill -9 $$")
    #expect(relay.exitStatus() == 128 + SIGKILL)
    #expect(relay.diagnostics.count == 1)
    #expect((1..<120_000).contains(relay.readToEnd().count))
  }

  @Test("A server that never reads does not outlive the client", arguments: [false, true])
  func serverNeverReads(usesSockets: Bool) throws {
    let relay = try RunningRelay(["cat"], timing: killing, usesSockets: usesSockets)
    kill(relay.child, SIGSTOP)
    _ = relay.sendUntilFull([UInt8](repeating: 10, count: 4 << 20))
    relay.closeInput()
    #expect(relay.exitStatus() == 128 + SIGKILL)
    #expect(relay.survivors.isEmpty)
  }

  @Test(
    "Signals are passed on at once, and the child's status is ours",
    arguments: [("TERM", SIGTERM), ("INT", SIGINT), ("HUP", SIGHUP)])
  func signals(name: String, number: Int32) throws {
    // A shell cannot trap what was ignored when it started, as SIGINT is when the tests run in the background.
    let relay = try RunningRelay([
      "env", "--default-signal", "sh", "-c",
      "trap 'echo got \(name); exit 11' \(name); echo ready; while :; do sleep 0.02; done",
    ])
    #expect(relay.readLine() == "ready\n")
    relay.deliver(signal: number)
    #expect(relay.text == "got \(name)\n")
    #expect(relay.exitStatus() == 11)
  }

  @Test("A server that ignores the signal is killed soon, and its descendants with it")
  func signalIgnored() throws {
    let relay = try shell("trap '' TERM; sleep 1000 & echo ready; while :; do echo alive; sleep 0.01; done", killing)
    #expect(relay.readLine() == "ready\n")
    relay.deliver(signal: SIGTERM)
    #expect(relay.text.hasPrefix("alive\n"))
    #expect(relay.exitStatus() == 128 + SIGKILL)
    #expect(relay.survivors.isEmpty)
  }

  @Test("A judge that does not return does not keep us for ever")
  func stuckJudge() throws {
    let release = try #require(StopFlag())
    var timing = RunningRelay.timing()
    timing.lastGrace = 100
    let relay = try RunningRelay(
      ["sleep", "1000"], timing: timing,
      toServer: {
        ScriptedJudge(onBytes: { _, _ in
          var entry = pollfd(fd: release.descriptor.number, events: Int16(POLLIN), revents: 0)
          _ = poll(&entry, 1, -1)
        })
      })
    relay.send("x\n")
    relay.deliver(signal: SIGTERM)
    #expect(relay.exitStatus() == 128 + SIGTERM)
    release.raise()
  }
}
