import Guard
import Hummingbird
import JSONRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

// What `POST /v1/message` is measured against: the same HTTP library, the JSON parsed, the same signature verified, and
// nothing else. Arguments: the file of a public key, a port.

/// What keeps the endpoint from starting.
struct Unusable: Error {}

/// The whole of a small file.
func contents(_ path: String) throws -> [UInt8] {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { throw Unusable() }
  defer { close(file) }
  return [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
    count = max(0, read(file, buffer.baseAddress, buffer.count))
  }
}

/// Status for the body of a request.
func judge(_ body: [UInt8], _ key: VerifyingKey) throws -> HTTPResponse.Status {
  let value = try body.withUnsafeBytes { try JSONValue(parsing: $0) }
  guard let from = value["from"]?.string, let to = value["to"]?.string, let content = value["content"]?.string,
    let timestamp = value["timestamp"]?.string, let text = value["signature"]?.string,
    let signature = Signature(base64: text)
  else { return .badRequest }
  let payload = try SignedPayload(from: from, to: to, content: content, timestamp: timestamp)
  return key.verifies(signature, over: payload) ? .ok : .forbidden
}

guard CommandLine.arguments.count == 3, let port = Int(CommandLine.arguments[2]) else { throw Unusable() }
let key = try KeyFile.publicKey(try contents(CommandLine.arguments[1]))
let router = Router()
router.post("/v1/message") { request, _ -> Response in
  let body = try await request.body.collect(upTo: 1 << 20)
  let status = try judge(Array(body.readableBytesView), key)
  return Response(
    status: status, headers: [.contentType: "application/json"],
    body: .init(byteBuffer: ByteBuffer(string: #"{"status":"\#(status.code)"}"#)))
}
let application = Application(
  router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
try await application.runService()
