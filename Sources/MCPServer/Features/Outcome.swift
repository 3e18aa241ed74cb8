/// How the work on a request ended, or why it has to go on later.
package enum Outcome<Result: Sendable>: Sendable {
  case complete(Result)
  /// The client has to answer questions first; the same request then comes again, with the answers.
  case inputRequired(InputNeed)
  case error(RPCError)
}

/// Questions to the client, and what has to be remembered until they are answered.
package struct InputNeed: Sendable {
  package let requests: [InputRequest]
  /// Comes back with the answers, unchanged. With a modern client it travels through the client, sealed: the client can
  /// read it but not alter it, nor use it for another request.
  package let state: String?
  /// Whether the state counts once only.
  package let isSingleUse: Bool

  package init(_ requests: [InputRequest], state: String? = nil, isSingleUse: Bool = false) {
    self.requests = requests
    self.state = state
    self.isSingleUse = isSingleUse
  }
}
