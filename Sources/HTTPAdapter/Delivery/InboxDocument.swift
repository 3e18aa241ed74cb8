import Audit
import Guard
import JSONRPC

/// A message as its recipient gets it: by `GET`, as an event, or at its own address.
enum InboxDocument {
  /// - Returns: nil when what is stored is no message to this recipient: then it was not put there by us.
  static func write(_ message: InboxMessage, to recipient: AgentName, into writer: inout JSONWriter) -> Bool {
    guard let body = try? message.payload.withUnsafeBytes({ try JSONValue(parsing: $0) }),
      let content = body["content"]?.string, body["to"]?.string == recipient.description,
      body["from"]?.string == message.sender
    else { return false }
    writer.object { writer in
      writer.member("message_id", message.messageID)
      writer.member("id", message.id.description)
      writer.member("from", message.sender)
      writer.member("to", recipient.description)
      writer.member("content", content)
      for name in ["timestamp", "signature"] {
        if let text = body[name]?.string { writer.member(name, text) }
      }
      writer.member("verified_sender", message.signature == .verified)
      writer.member("accepted_at", Timestamp.text(message.accepted))
      // No signature covers it, and whoever sent the message for the sender could have changed it.
      if let metadata = body["metadata"], metadata != .null {
        writer.name("unsigned")
        writer.object { writer in
          writer.name("metadata")
          metadata.write(into: &writer)
        }
      }
    }
    return true
  }

  static func bytes(_ message: InboxMessage, to recipient: AgentName) -> [UInt8]? {
    var writer = JSONWriter()
    return write(message, to: recipient, into: &writer) ? writer.bytes : nil
  }
}
