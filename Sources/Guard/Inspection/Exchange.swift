/// What is known about a message besides its bytes: who sent it to whom, and what it is an answer to.
package struct Exchange: Sendable, Equatable {
  package var direction: Direction
  /// The wrapped server's label from the client's config. Not an authenticated identity.
  package var server: String
  /// The method; for a response, of the request that it answers. Empty when unknown.
  package var method = ""
  /// Tool, prompt or resource of the request, or of the request that is answered.
  package var subject = ""
  package var kind: Kind
  /// Whether the request (or the request that is answered) carries the envelope of protocol revision 2026-07-28.
  package var isModern = false

  package enum Kind: Sendable {
    case request, notification, response, invalid
  }

  package init(direction: Direction, server: String, kind: Kind) {
    self.direction = direction
    self.server = server
    self.kind = kind
  }

  package var from: String { direction == .clientToServer ? Self.client : server }
  package var to: String { direction == .clientToServer ? server : Self.client }

  /// The name of the other side in records.
  package static let client = "client"
}
