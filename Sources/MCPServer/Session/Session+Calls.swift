import JSONRPC

/// `tools/call`, `prompts/get` and `resources/read`: requests whose work may need answers from the client.
///
/// A modern client carries the questions and the state, and sends the request again. For a legacy client the session
/// keeps the request, asks by requests of its own, and does the same work again with the answers.
extension Session {
  /// A request as it came from the client.
  func begin(_ request: Request) throws(RPCError) {
    var answers: [String: JSONValue] = [:]
    var state: String?
    if request.version.isModern {
      if let responses = request.params["inputResponses"], !responses.isNull {
        guard responses.isObject, responses.members.allSatisfy({ $0.value.isObject }) else {
          throw .invalidParams("inputResponses must be an object of objects")
        }
        for (key, value) in responses.members { answers[key] = value }
      }
      if let sealed = request.params["requestState"], !sealed.isNull {
        guard let opened = sealed.string.flatMap({ seal.open($0, for: binding(request), at: clock()) }) else {
          throw .invalidParams("requestState is not of this request, has expired, or was used before")
        }
        state = opened
      }
    }
    try work(on: request, answers: answers, state: state, round: 1)
  }

  func work(
    on request: Request, answers: [String: JSONValue], state: String?, round: Int
  ) throws(RPCError) {
    var context = CallContext(
      version: request.version, capabilities: request.capabilities, clientName: request.clientName,
      progressToken: request.progressToken, logLevel: request.logLevel, answers: answers, state: state)
    switch request.method {
    case "tools/call":
      let outcome = try callTool(request, &context)
      try conclude(request, outcome, context, round) { $0.members(for: request.version) }
    case "prompts/get":
      let outcome = try getPrompt(request, &context)
      try conclude(request, outcome, context, round) { $0.members(for: request.version) }
    default:
      let outcome = try readResource(request, &context)
      try conclude(request, outcome, context, round, isCacheable: true) { contents in
        [("contents", .array(contents.map(\.value)))]
      }
    }
  }

  // MARK: Work

  private func callTool(
    _ request: Request, _ context: inout CallContext
  ) throws(RPCError) -> Outcome<ToolResult> {
    guard let name = request.params["name"]?.string else { throw .invalidParams("name is missing, or no string") }
    guard let tool = catalog.tool(name) else {
      let names = catalog.tools.map(\.declaration.name).joined(separator: ", ")
      throw .invalidParams("Unknown tool; there are: \(names)")
    }
    let arguments = request.params["arguments"] ?? .emptyObject
    guard arguments.isObject else { throw .invalidParams("arguments must be an object") }
    if let problems = tool.declaration.problems(in: arguments) {
      return .complete(.failure("Wrong arguments: \(problems)."))
    }
    do throws(ArgumentProblem) {
      return try tool.call(Arguments(value: arguments), &context)
    } catch {
      return .complete(.failure("Wrong arguments: \(error.message)."))
    }
  }

  private func getPrompt(
    _ request: Request, _ context: inout CallContext
  ) throws(RPCError) -> Outcome<PromptResult> {
    guard let prompt = request.params["name"]?.string.flatMap({ catalog.prompt($0) }) else {
      throw .invalidParams("Unknown prompt")
    }
    let given = request.params["arguments"] ?? .emptyObject
    guard given.isObject else { throw .invalidParams("arguments must be an object") }
    var arguments: [String: String] = [:]
    for (name, value) in given.members {
      guard let text = value.string else { throw .invalidParams("The arguments of a prompt are strings") }
      arguments[name] = text
    }
    for argument in prompt.declaration.arguments where argument.isRequired && arguments[argument.name] == nil {
      throw .invalidParams("The argument \(argument.name) is missing")
    }
    return prompt.messages(arguments, &context)
  }

  private func readResource(
    _ request: Request, _ context: inout CallContext
  ) throws(RPCError) -> Outcome<[ResourceContents]> {
    guard let uri = request.params["uri"]?.string else { throw .invalidParams("uri is missing, or no string") }
    let outcome = catalog.resources?.read(uri, &context) ?? .complete([])
    if case .complete(let contents) = outcome, contents.isEmpty {
      let code = request.version.isModern ? RPCError.Code.invalidParams : RPCError.Code.resourceNotFound
      throw RPCError(code: code, message: "Resource not found")
    }
    return outcome
  }

  // MARK: Answers

  private func conclude<Result>(
    _ request: Request, _ outcome: Outcome<Result>, _ context: CallContext, _ round: Int, isCacheable: Bool = false,
    members: (Result) -> [(name: String, value: JSONValue)]
  ) throws(RPCError) {
    for notice in context.notices { send(.notification(notice.method, notice.parameters, version: request.version)) }
    for change in context.changes { tell(change) }
    switch outcome {
    case .complete(let result): complete(request, members(result), isCacheable: isCacheable)
    case .error(let error): throw error
    case .inputRequired(let need): try ask(request, need, round)
    }
  }

  private func ask(_ request: Request, _ need: InputNeed, _ round: Int) throws(RPCError) {
    if let question = need.requests.first(where: { !$0.isAllowed(by: request.capabilities, in: request.version) }) {
      return try refuse(
        request, .missingCapability(question.requiredCapabilities, "The client cannot be asked: \(question.method)"))
    }
    guard request.version.isModern else { return try suspend(request, need, round) }
    var members: [(name: String, value: JSONValue)] = []
    if !need.requests.isEmpty {
      members.append(
        (
          "inputRequests",
          .object(
            need.requests.map { question in
              (
                question.key,
                .object([("method", .string(question.method)), ("params", question.parameters)])
              )
            })
        ))
    }
    if need.state != nil || need.requests.isEmpty {
      let sealed = seal.seal(
        need.state ?? "", isSingleUse: need.isSingleUse, for: binding(request), at: clock())
      members.append(("requestState", .string(sealed)))
    }
    complete(request, members, resultType: "input_required")
  }

  private func suspend(_ request: Request, _ need: InputNeed, _ round: Int) throws(RPCError) {
    guard round < limits.rounds, suspended.count < limits.suspendedCalls, !need.requests.isEmpty,
      request.length <= limits.suspendedBytes
    else {
      return try refuse(
        request, RPCError(code: RPCError.Code.internalError, message: "Too many open questions, or too long a call"))
    }
    for (id, question) in suspended.add(request, need, round: round) {
      send(.request(id: id, question.method, question.parameters, version: request.version))
    }
  }

  /// The client has answered one of our requests.
  ///
  /// - Parameter result: nil when it answered by an error.
  func resume(_ id: RequestID, with result: JSONValue?) {
    guard id.kind == .string, let step = suspended.answer(id.value, result) else { return }
    switch step {
    case .waiting: return
    case .failed(let call, let method, let others):
      for question in others {
        send(
          .notification("notifications/cancelled", [("requestId", .string(question))], version: call.request.version))
      }
      attempt(call.request) { () throws(RPCError) in
        try refuse(
          call.request, RPCError(code: RPCError.Code.internalError, message: "The client did not answer \(method)"))
      }
    case .ready(let call):
      attempt(call.request) { () throws(RPCError) in
        try work(on: call.request, answers: call.answers, state: call.need.state, round: call.round + 1)
      }
    }
  }

  private func attempt(_ request: Request, _ body: () throws(RPCError) -> Void) {
    do throws(RPCError) { try body() } catch { fail(request.id, error, version: request.version) }
  }

  /// Says that the work cannot be done: to the model where there is a way, else by an error. What a capability lacks has
  /// an error of its own in the modern revision.
  private func refuse(_ request: Request, _ error: RPCError) throws(RPCError) {
    guard request.method == "tools/call", !(request.version.isModern && error.code == RPCError.Code.missingCapability)
    else { throw error }
    complete(request, ToolResult.failure("\(error.message).").members(for: request.version))
  }

  private func binding(_ request: Request) -> StateSeal.Binding {
    StateSeal.Binding(
      principal: principal, method: request.method,
      name: request.params["name"]?.string ?? request.params["uri"]?.string ?? "",
      arguments: request.params["arguments"] ?? .emptyObject)
  }
}
