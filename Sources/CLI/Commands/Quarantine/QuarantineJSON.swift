import Audit
import Guard
import JSONRPC

/// Quarantined items as programs read them.
enum QuarantineJSON {
  static func document(_ items: [QuarantineListing]) -> String {
    var writer = JSONWriter()
    writer.array { writer in
      for item in items {
        writer.element()
        write(item, to: &writer)
      }
    }
    return writer.text
  }

  /// One item with its content; null when that is no longer stored. Bytes that are not UTF-8 are replaced.
  static func object(_ item: QuarantineListing, payload: [UInt8]?) -> String {
    var writer = JSONWriter()
    write(item, to: &writer) { writer in
      optional("content", payload.map { String(decoding: $0, as: UTF8.self) }, &writer)
    }
    return writer.text
  }

  private static func write(
    _ item: QuarantineListing, to writer: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }
  ) {
    writer.object { writer in
      writer.member("id", item.id.description)
      writer.member("kind", item.kind.rawValue)
      writer.member("status", item.state.rawValue)
      writer.member("created_at", Timestamp.text(item.created))
      writer.member("expires_at", Timestamp.text(item.expires))
      optional("decided_at", item.decided.map { Timestamp.text($0) }, &writer)
      optional("used_at", item.used.map { Timestamp.text($0) }, &writer)
      optional("reviewer", item.reviewer, &writer)
      optional("review_reason", item.reason, &writer)
      writer.member("times_held", item.timesHeld)
      writer.member("payload_bytes", item.payloadBytes)
      writer.name("record")
      writer.raw(RecordJSON.line(item.record))
      more(&writer)
    }
  }

  private static func optional(_ name: String, _ value: String?, _ writer: inout JSONWriter) {
    if let value { return writer.member(name, value) }
    writer.name(name)
    writer.raw("null")
  }
}
