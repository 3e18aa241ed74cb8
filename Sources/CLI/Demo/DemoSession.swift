import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The state of one connection, and what is written to it. Frames in, lines out.
final class DemoSession {
  let options: DemoOptions
  private(set) var hasStoppedReading = false
  /// What `initialize` agreed upon; nil before it.
  var agreedVersion: String?
  var toolListsSent = 0
  var floodIDs = 0

  private var decoder = MessageDecoder()
  private let output = DemoOutput.standardOutput
  private var delayed: [DelayedAnswer] = []
  /// Calls that wait for what the client answers, by the id of our request.
  private var waiting: [String: DemoCall] = [:]
  private var requestsSent = 0

  private struct DelayedAnswer {
    let due: Int
    let call: DemoCall
  }

  init(options: DemoOptions) {
    self.options = options
  }

  // MARK: Input

  /// Answers one frame, at once or later. Never fails: what cannot be read is answered by an error.
  func handle(_ frame: Frame) {
    guard !options.faults.contains(.noAnswer) else { return }
    // Other text than the client's bytes, as every peer reads them.
    let content = frame.withContent { UTF8Repair.repaired($0) }
    content.withUnsafeBytes { raw in
      do throws(JSONSyntaxError) {
        switch try decoder.decode(raw) {
        case .single(let message): handle(message, in: raw)
        case .batch(let messages):
          if messages.isEmpty { sendError(id: nil, code: ErrorCode.invalidRequest, "An empty array") }
          for message in messages { handle(message, in: raw) }
        }
      } catch {
        sendError(id: nil, code: ErrorCode.parseError, "Parse error")
      }
    }
  }

  private func handle(_ message: Message, in text: UnsafeRawBufferPointer) {
    switch message.kind {
    case .request:
      let params = message.params.map { value(text, $0) } ?? .null
      guard let id = message.requestID, let method = message.method, let params else {
        sendError(id: message.requestID?.literal, code: ErrorCode.invalidRequest, "Invalid request")
        return
      }
      answer(DemoCall(id: id.literal, method: method, params: params))
    case .notification:
      if message.method == "notifications/cancelled", let range = message.params {
        cancel(value(text, range)?["requestId"]?.text)
      }
    case .response:
      guard let id = message.requestID, let call = waiting.removeValue(forKey: id.value) else { return }
      let answer = (message.result ?? message.error).map { String(decoding: text[$0], as: UTF8.self) }
      sendText(call, answer ?? "null")
    case .invalid:
      sendError(id: message.requestID?.literal, code: ErrorCode.invalidRequest, "Invalid request")
    }
  }

  private func value(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> JSONValue? {
    do throws(JSONValueError) { return try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: text[range])) } catch {
      return nil
    }
  }

  private func cancel(_ id: String?) {
    delayed.removeAll { $0.call.id == id }
    waiting = waiting.filter { $0.value.id != id }
  }

  /// The client has closed its side. Returns the exit status.
  func finish() -> Int32 {
    if options.faults.contains(.ignoresEnd) { DemoProcess.sleepForever() }
    DemoProcess.sleep(milliseconds: options.exitDelay)
    if options.faults.contains(.noFinalNewline) {
      var line = Self.notification("notifications/message", #"{"level":"info","data":"last words"}"#)
      line.removeLast()
      write(line)
    }
    return options.exitCode
  }

  func stopReading() { hasStoppedReading = true }

  // MARK: Later answers

  func answer(_ call: DemoCall, after milliseconds: Int) {
    delayed.append(DelayedAnswer(due: DemoProcess.now + milliseconds, call: call))
  }

  var millisecondsToNextAnswer: Int32? {
    delayed.map(\.due).min().map { Int32(clamping: max(0, $0 - DemoProcess.now)) }
  }

  func sendDueAnswers() {
    let now = DemoProcess.now
    for answer in delayed.filter({ $0.due <= now }).sorted(by: { $0.due < $1.due }) { sendText(answer.call, "slept") }
    delayed.removeAll { $0.due <= now }
  }

  /// Asks the client; the call is answered with what it says.
  func ask(for call: DemoCall, _ method: String, _ params: String?) {
    requestsSent += 1
    let id = "server-\(requestsSent)"
    waiting[id] = call
    write(Self.request(id: "\"\(id)\"", method, params))
  }

  // MARK: Output

  /// Writes bytes as they are. A reader that is gone ends the process: nothing is left to do.
  func write(_ bytes: [UInt8]) {
    if !output.write(bytes) { exit(options.exitCode) }
  }

  func write(line: String) { write(Array(line.utf8) + [0x0A]) }

  func notify(_ method: String, _ params: String? = nil) { write(Self.notification(method, params)) }

  /// A result with the members that `body` writes, completed by what the call's generation asks for.
  func send(_ call: DemoCall, cacheable: Bool = false, _ body: (inout JSONWriter) -> Void) {
    write(Self.result(call, cacheable: cacheable, body))
  }

  func sendText(_ call: DemoCall, _ text: String, isError: Bool = false) {
    send(call) { DemoContent.text(text, isError: isError, into: &$0) }
  }

  /// - Parameter data: JSON text.
  func sendError(id: String?, code: Int, _ message: String, data: String? = nil) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("jsonrpc", "2.0")
      if let id {
        writer.name("id")
        writer.raw(id)
      } else if let agreedVersion, agreedVersion < "2025-11-25" {
        // Before that revision the id is required.
        writer.name("id")
        writer.raw("null")
      }
      writer.name("error")
      writer.object { writer in
        writer.member("code", code)
        writer.member("message", message)
        if let data {
          writer.name("data")
          writer.raw(data)
        }
      }
    }
    writer.raw("\n")
    write(writer.bytes)
  }

  static func result(_ call: DemoCall, cacheable: Bool = false, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("jsonrpc", "2.0")
      writer.name("id")
      writer.raw(call.id)
      writer.name("result")
      writer.object { writer in
        body(&writer)
        guard call.isModern else { return }
        writer.member("resultType", "complete")
        if cacheable {
          writer.member("ttlMs", 60_000)
          writer.member("cacheScope", "private")
        }
        writer.name("_meta")
        writer.raw(#"{"\#(DemoKey.serverInfo)":\#(DemoCatalog.serverInfo)}"#)
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  static func notification(_ method: String, _ params: String?) -> [UInt8] {
    Array((#"{"jsonrpc":"2.0","method":"\#(method)""# + (params.map { #","params":\#($0)"# } ?? "") + "}\n").utf8)
  }

  static func request(id: String, _ method: String, _ params: String?) -> [UInt8] {
    let rest = params.map { #","params":\#($0)"# } ?? ""
    return Array((#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)""# + rest + "}\n").utf8)
  }
}
