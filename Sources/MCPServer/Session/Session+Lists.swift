import JSONRPC

/// Lists, and completion.
extension Session {
  /// One page of a list. A cursor is the place of its first entry; lists do not change while they are read.
  func list(_ request: Request, _ name: String, _ entries: [JSONValue]) throws(RPCError) {
    var start = 0
    if let cursor = request.params["cursor"], !cursor.isNull {
      guard let place = cursor.string.flatMap({ Int($0) }), entries.indices.contains(place), place > 0 else {
        throw .invalidParams("cursor is none of ours")
      }
      start = place
    }
    let length = max(1, catalog.pageLength)
    var members: [(name: String, value: JSONValue)] = [(name, .array(Array(entries.dropFirst(start).prefix(length))))]
    if entries.count - start > length { members.append(("nextCursor", .string(String(start + length)))) }
    complete(request, members, isCacheable: true)
  }

  func completeArgument(_ request: Request) throws(RPCError) {
    guard let argument = request.params["argument"]?["name"]?.string,
      let text = request.params["argument"]?["value"]?.string
    else { throw .invalidParams("argument must have a name and a value") }
    let reference: CompletionReference
    let named = request.params["ref"]
    switch (named?["type"]?.string, named?["name"]?.string, named?["uri"]?.string) {
    case ("ref/prompt", let name?, _): reference = .prompt(name)
    case ("ref/resource", _, let uri?): reference = .resource(uri)
    default: throw .invalidParams("ref must be a ref/prompt with a name or a ref/resource with a uri")
    }
    guard let values = catalog.completion?.values(for: reference, argument: argument, startingWith: text) else {
      throw .invalidParams("There is nothing by that reference")
    }
    let shown = values.prefix(100)
    complete(
      request,
      [
        (
          "completion",
          .object([
            ("values", .strings(shown)), ("total", .integer(values.count)),
            ("hasMore", .bool(values.count > shown.count)),
          ])
        )
      ])
  }
}
