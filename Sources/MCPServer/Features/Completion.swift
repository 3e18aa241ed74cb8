import JSONRPC

/// Proposes values for an argument that a person is typing.
package protocol CompletionProvider {
  /// - Parameters:
  ///   - reference: the name of a prompt, or the address template of a resource.
  ///   - argument: which of its arguments.
  ///   - text: what was typed so far.
  /// - Returns: at most 100 are sent; nil when there is no such prompt or resource.
  func values(for reference: CompletionReference, argument: String, startingWith text: String) -> [String]?
}

package enum CompletionReference: Sendable {
  case prompt(String)
  case resource(String)
}
