import JSONRPC

/// `GET /health`: the process answers. It says nothing about the store, so that a full disk does not make a supervisor
/// restart it.
package struct HealthEndpoint: Endpoint {
  private let document: [UInt8]

  package init(version: String) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("status", "ok")
      writer.member("version", version)
    }
    document = writer.bytes
  }

  package func answer(_ request: EndpointRequest) async -> EndpointReply { .json(status: 200, document) }
}
