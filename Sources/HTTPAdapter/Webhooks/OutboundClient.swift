import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Sends one request to an address that was checked, and forgets the answer's body.
///
/// The name is resolved once, by us; every address is looked at; the connection goes to one of those, with the name of the
/// URL in `Host`, in TLS and in the check of the certificate. So a name cannot lead elsewhere between the look and the
/// connection. Redirects are answers like others, and are not followed. No proxy is used. One connection for each request.
struct OutboundClient: Sendable {
  enum Outcome: Sendable, Equatable {
    /// The status of the answer, and its `Retry-After` in seconds, when it is a number.
    case answered(status: Int, retryAfter: Int?)
    /// Why there is none, in our own words.
    case failed(String)
  }

  var resolver: any HostResolver = SystemResolver()
  /// From the start of the connection to the head of the answer, in milliseconds.
  var totalMilliseconds = 15_000
  var connectMilliseconds = 5000

  /// - Parameters:
  ///   - allowsPrivate: whether addresses may be used that are not public. Metadata services never are.
  ///   - attempt: which of several addresses is taken.
  func post(
    _ url: TargetURL, headers: [(String, String)], body: [UInt8], allowsPrivate: Bool, attempt: Int = 0
  ) async -> Outcome {
    let addresses = await resolver.addresses(of: url.host)
    guard !addresses.isEmpty else { return .failed("its name has no address") }
    // All of them: else the one that is connected to would be a matter of chance.
    for address in addresses {
      switch address.kind {
      case .public: break
      case .special where allowsPrivate: break
      case .special: return .failed("its address is not public (allow_private)")
      case .metadata: return .failed("its address is a cloud's metadata service")
      }
    }
    return await send(url, to: addresses[attempt % addresses.count], headers: headers, body: body)
  }

  private func send(
    _ url: TargetURL, to address: NetworkAddress, headers: [(String, String)], body: [UInt8]
  ) async -> Outcome {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(
      connect: .milliseconds(Int64(connectMilliseconds)), read: .milliseconds(Int64(totalMilliseconds)))
    configuration.httpVersion = .http1Only
    configuration.maximumUsesPerConnection = 1
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.dnsOverride = [url.host: address.text]
    let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    let outcome = await execute(client, url, headers: headers, body: body)
    // Closes the connection whatever the other side still has to say.
    try? await client.shutdown()
    return outcome
  }

  private func execute(
    _ client: HTTPClient, _ url: TargetURL, headers: [(String, String)], body: [UInt8]
  ) async -> Outcome {
    var request = HTTPClientRequest(url: url.text)
    request.method = .POST
    request.headers = HTTPHeaders(headers)
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      let response = try await client.execute(request, timeout: .milliseconds(Int64(totalMilliseconds)))
      let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int($0) }
      return .answered(status: Int(response.status.code), retryAfter: retryAfter)
    } catch let error as HTTPClientError {
      return .failed(Self.words(for: error))
    } catch {
      // Errors of TLS come as such of its library.
      return .failed(url.isTLS ? "the connection failed, or its certificate does not hold" : "the connection failed")
    }
  }

  private static func words(for error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout: "no connection in time"
    case .deadlineExceeded, .readTimeout: "no answer in time"
    case .remoteConnectionClosed: "the connection was closed without an answer"
    case .tlsHandshakeTimeout: "no TLS connection in time"
    default: "the connection failed"
    }
  }
}
