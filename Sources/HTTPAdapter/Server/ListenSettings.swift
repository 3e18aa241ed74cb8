/// Where and how a server listens. Fixed for its life; what may change is in `Gate` and in the endpoints.
package struct ListenSettings: Sendable {
  /// A host name or an IP address.
  package var bind: String
  /// Tried in their order; the first that is free is taken.
  package var ports: [Int]
  /// Paths of PEM files.
  package var tls: (certificate: String, key: String)?
  package var limits = ConnectionLimits()

  package init(bind: String, ports: [Int]) {
    self.bind = bind
    self.ports = ports
  }
}

/// What one client may take of the server.
package struct ConnectionLimits: Sendable {
  /// Open connections; further ones wait in the backlog.
  package var connections = 1024
  /// From the connection being ready to the end of the request's head, in seconds. Also how long a connection may idle.
  package var headSeconds: Int64 = 30
  /// From the end of the head to the end of the body, in seconds.
  package var bodySeconds: Int64 = 30
  /// All header fields of a request, in bytes, and how many.
  package var headBytes = 16_384
  package var headFields = 100
  /// How long requests in flight may take after the server was told to stop, in seconds.
  package var stopSeconds: Int64 = 10

  package init() {}
}

/// Why a server could not start, or ended.
package enum ServerFailure: Error, Sendable, Equatable {
  /// Every port was taken.
  case portsBusy
  /// The address is none of this machine's, or the port needs privileges.
  case cannotListen(code: Int32)
  case unusableCertificate(String)
  case other(String)
}
