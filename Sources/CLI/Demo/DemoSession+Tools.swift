import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The tools that behave.
extension DemoSession {
  func callTool(_ call: DemoCall) {
    if let fault = options.callFault ?? CallFault(tool: call.name) { return misbehave(fault, call) }
    switch call.name {
    case "list_notes": sendText(call, DemoTexts.notes.map(\.name).joined(separator: ", "))
    case "read_note":
      let note = call.text("name").flatMap(DemoTexts.note)
      sendText(call, note ?? "There is no such note.", isError: note == nil)
    case "run_report": report(call)
    case "send_message": sendText(call, "Sent to \(call.text("to") ?? "nobody").")
    case "echo": sendText(call, call.text("text") ?? "")
    case "big": sendBig(call)
    case "frames": sendFrames(call)
    case "progress": sendProgress(call)
    case "sleep": answer(call, after: call.number("ms") ?? 0)
    case "fail": sendText(call, "It did not work.", isError: true)
    case "rpc_error":
      sendError(id: call.id, code: call.number("code") ?? -32603, "As you wished", data: #"{"detail":"none"}"#)
    case "raw":
      write(Self.bytes(hexadecimal: call.text("hex") ?? ""))
      sendText(call, "written")
    case "process": describeProcess(call)
    default: sendError(id: call.id, code: -32602, "Unknown tool")
    }
  }

  private func report(_ call: DemoCall) {
    let totals = ["sales": 4211, "stock": 96]
    let name = call.text("report") ?? ""
    guard let total = totals[name] else { return sendText(call, "There is no such report.", isError: true) }
    let json = #"{"report":"\#(name)","total":\#(total)}"#
    send(call) { writer in
      DemoContent.text(json, into: &writer)
      writer.name("structuredContent")
      writer.raw(json)
    }
  }

  /// In pieces, so that a large text is never held.
  private func sendBig(_ call: DemoCall) {
    let marker = "?"
    let around = Self.result(call) { DemoContent.text(marker, into: &$0) }
    let needle = Array(#""text":"?""#.utf8)
    guard let place = around.indices.first(where: { around[$0...].starts(with: needle) }) else { return }
    let middle = place + needle.count - 2
    write(Array(around[..<middle]))
    let pattern = Array((call.text("fill") ?? "x").utf8).filter { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    let unit = pattern.isEmpty ? [UInt8(ascii: "x")] : pattern
    let chunk = Array(repeatElement(unit, count: max(1, 65_536 / unit.count)).joined())
    var rest = max(0, call.number("bytes") ?? 0)
    while rest > 0 {
      write(rest >= chunk.count ? chunk : Array(chunk[..<rest]))
      rest -= min(rest, chunk.count)
    }
    write(Array(around[(middle + 1)...]))
  }

  private func sendFrames(_ call: DemoCall) {
    let count = call.number("n") ?? 1
    let padding = String(repeating: "y", count: max(0, call.number("bytes") ?? 0))
    for index in 0..<max(0, count) {
      notify("notifications/message", #"{"level":"info","data":{"index":\#(index),"padding":"\#(padding)"}}"#)
    }
    sendText(call, "sent \(count)")
  }

  private func sendProgress(_ call: DemoCall) {
    let count = call.number("n") ?? 1
    if let token = call.params["_meta"]?["progressToken"]?.text {
      for step in 1...max(1, count) {
        notify(
          "notifications/progress",
          #"{"progressToken":\#(token),"progress":\#(step),"total":\#(count),"message":"step \#(step)"}"#)
      }
    }
    sendText(call, "done")
  }

  /// Arguments, folder, process ids, and the variables that were asked for.
  private func describeProcess(_ call: DemoCall) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("arguments")
      writer.raw("[" + CommandLine.arguments.dropFirst().map(DemoContent.quotedText).joined(separator: ",") + "]")
      writer.member("folder", Self.currentFolder)
      writer.member("process", Int(getpid()))
      writer.member("parent", Int(getppid()))
      writer.member("group", Int(getpgrp()))
      writer.member("session", Int(getsid(0)))
      writer.name("variables")
      writer.object { writer in
        for name in (call.params["arguments"]?["names"]?.elements ?? []).compactMap(\.string) {
          if let value = getenv(name) { writer.member(name, String(cString: value)) }
        }
      }
    }
    sendText(call, writer.text)
  }

  private static var currentFolder: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress, getcwd(start, buffer.count) != nil else { return "" }
      return String(cString: start)
    }
  }

  /// Pairs of hexadecimal digits; anything else is left out.
  static func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
