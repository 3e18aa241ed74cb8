import Guard
import JSONRPC

/// A message with everything that is known of it and what was decided.
struct JudgedMessage {
  var message: Message
  var exchange: Exchange
  var inspection: Inspection
  var decision: Decision
  /// What the record says beside the decision.
  var reason = ""
  /// For a response: the request that it answers. Nil when nobody waits for it.
  var answered: PendingRequests.Request?
  /// Without a defect by which it could be read in another way than it was judged.
  var isReadable = true
  /// It says something about a request that never arrived.
  var isMoot = false
}
