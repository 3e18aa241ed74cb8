import Audit
import Guard
import JSONRPC

/// `GET /v1/quarantine/{id}`: where a withheld message stands, and nothing of what it says.
package struct QuarantineEndpoint: Endpoint {
  private let states: QuarantineStates
  private let pool: WorkerPool

  package init(_ states: QuarantineStates, pool: WorkerPool) {
    self.states = states
    self.pool = pool
  }

  package func answer(_ request: EndpointRequest) async -> EndpointReply {
    guard let id = request.parameters.first.flatMap({ EventID($0) }) else { return Self.unknown }
    let found = await pool.run { [states] in
      Result { () throws(DatabaseError) in try states.state(of: id) }
    }
    switch found {
    case nil: return .busy()
    case .failure?: return .error(503, "the quarantine cannot be read", headers: HeaderList([("Retry-After", "1")]))
    case .success(nil)?: return Self.unknown
    case .success(let state?)?:
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("quarantine_id", id.description)
        writer.member("state", state.rawValue)
      }
      return .json(status: 200, writer.bytes, headers: HeaderList([("Cache-Control", "no-store")]))
    }
  }

  private static let unknown = EndpointReply.error(404, "there is no quarantined message by this id")
}
