/// What a `GET` of an inbox asks for.
struct InboxQuery: Equatable {
  /// Seconds to wait for a first message.
  var wait = 0
  /// Events as they come, instead of one answer.
  var isStream = false

  struct Defect: Error {
    let reason: String
  }

  /// - Parameter query: without `?`.
  init(_ query: String, headers: HeaderList) throws(Defect) {
    isStream = headers.all("Accept").contains { accept in
      accept.split(separator: ",").contains { type in
        HeaderList.isSame(String(type.prefix { $0 != ";" }.filter { $0 != " " }), "text/event-stream")
      }
    }
    guard !query.isEmpty else { return }
    let parts = query.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "wait", parts[1].utf8.count <= 2, !parts[1].isEmpty,
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(parts[1]),
      seconds <= InboxService.longestWait
    else { throw Defect(reason: "the query may be wait=SECONDS, at most \(InboxService.longestWait)") }
    wait = seconds
  }
}
