import Threads

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A web server on loopback that answers as a test says, and keeps what it was sent. One thread for each connection.
// @unchecked: `received` and `answers` are used with `lock` held; `listener` is set once, before anybody else knows this.
final class LoopbackServer: @unchecked Sendable {
  enum Answer {
    case status(Int, headers: [String] = [])
    /// Reads the request and says nothing until the other side goes.
    case silence
    /// Closes the connection without a word.
    case hangUp
    /// An answer whose body does not end.
    case endless
  }

  struct Request {
    let line: String
    let headers: [String: String]
    let body: [UInt8]
    /// When it was the last of a connection that the client ended.
  }

  let port: Int
  private let listener: Int32
  private let lock = Lock()
  private var requests: [Request] = []
  private var answers: [Answer] = []
  private var last = Answer.status(200)
  private var connections = 0

  /// - Parameter answers: in their order; the last one holds from then on.
  init(_ answers: Answer...) throws {
    #if canImport(Glibc)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    let listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, generic, &length) == 0
      }
    }
    guard isBound else { throw ServerFailure() }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.answers = answers
    self.listener = listener
    _ = BackgroundThread.start { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        guard let server = self else {
          close(connection)
          return
        }
        _ = BackgroundThread.start { server.serve(connection) }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  var received: [Request] { lock.withLock { requests } }
  var connectionCount: Int { lock.withLock { connections } }
  func url(_ host: String = "127.0.0.1") -> String { "http://\(host):\(port)/hook" }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    lock.withLock { connections += 1 }
    guard let request = read(connection) else { return }
    let answer = lock.withLock { () -> Answer in
      requests.append(request)
      if !answers.isEmpty { last = answers.removeFirst() }
      return last
    }
    switch answer {
    case .status(let status, let headers):
      let lines = ["HTTP/1.1 \(status) X", "Content-Length: 2"] + headers + ["", "ok"]
      send(lines.joined(separator: "\r\n"), connection)
    case .silence:
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
    case .hangUp: break
    case .endless:
      guard send("HTTP/1.1 200 X\r\nContent-Length: 999999999999\r\n\r\n", connection) else { return }
      let block = String(repeating: "x", count: 65_536)
      while send(block, connection) {}
    }
  }

  private func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    var head: [UInt8]?
    var length = 0
    while true {
      if head == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        head = Array(bytes[..<end.lowerBound])
        bytes.removeSubrange(..<end.upperBound)
        length = headers(head ?? [])["content-length"].flatMap { Int($0) } ?? 0
      }
      if let head, bytes.count >= length {
        let line = String(decoding: head.prefix { $0 != 0x0D }, as: UTF8.self)
        return Request(line: line, headers: headers(head), body: Array(bytes[..<length]))
      }
      let count = recv(connection, &block, block.count, 0)
      guard count > 0 else { return nil }
      bytes += block[..<count]
    }
  }

  private func headers(_ head: [UInt8]) -> [String: String] {
    var headers: [String: String] = [:]
    for line in String(decoding: head, as: UTF8.self).split(whereSeparator: { $0 == "\r\n" }).dropFirst() {
      let name = line.prefix { $0 != ":" }
      headers[name.lowercased()] = String(line.dropFirst(name.count + 1).drop { $0 == " " })
    }
    return headers
  }

  @discardableResult
  private func send(_ text: String, _ connection: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      #else
      let count = rest.withUnsafeBytes { Darwin.send(connection, $0.baseAddress, $0.count, 0) }
      #endif
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

struct ServerFailure: Error {}

/// Whether a condition comes true within ten seconds. An error counts as false.
func soon(_ condition: () async throws -> Bool) async -> Bool {
  for _ in 0..<1000 {
    if let isTrue = try? await condition(), isTrue { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}
