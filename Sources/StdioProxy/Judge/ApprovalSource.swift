import Guard

/// What finds the approval of a request's result, should that have to be held.
///
/// A key costs the canonical form of all parameters, and hardly any result is held: so the parameters are kept as they came,
/// as long as there is room, and the key is made when it is needed.
package enum ApprovalSource: Sendable, Equatable {
  /// The JSON text of `params`; nil when the request has none.
  case params([UInt8]?)
  /// There was no room for the parameters.
  case key(ApprovalKey?)

  /// Bytes that it keeps.
  var size: Int {
    if case .params(let bytes) = self { bytes?.count ?? 0 } else { 0 }
  }
}
