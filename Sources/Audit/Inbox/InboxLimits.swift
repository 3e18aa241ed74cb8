/// What inboxes hold at most. Bytes are those of payloads before encryption.
package struct InboxLimits: Sendable, Equatable {
  /// Of one recipient.
  package var messages = 1000
  package var bytes = 16 * 1024 * 1024
  /// Of all together.
  package var totalMessages = 100_000
  package var totalBytes = 256 * 1024 * 1024

  package init() {}
}
