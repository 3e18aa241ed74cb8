/// In which role the texts of a method stand, and how its result is built.
struct MethodRoles {
  var params: Role
  var result: Role
  /// Whether the protocol defines the method's members. What an extension sends is data to us.
  var isDefined = true
  /// The result is a list whose entries can be withheld one by one.
  var isList = false

  init(_ method: String, direction: Direction, kind: Exchange.Kind) {
    switch method {
    case "tools/call", "completion/complete": (params, result) = (.toolArguments, .toolResult)
    case "prompts/get": (params, result) = (.toolArguments, .prompt)
    case "resources/read", "resources/subscribe", "resources/unsubscribe":
      (params, result) = (.toolArguments, .resource)
    case "tools/list", "prompts/list", "resources/list", "resources/templates/list":
      (params, result) = (.message, .toolDescription)
      isList = true
    case "initialize", "server/discover": (params, result) = (.message, .toolDescription)
    case "ping", "logging/setLevel", "roots/list", "subscriptions/listen": (params, result) = (.message, .message)
    case "sampling/createMessage", "elicitation/create": (params, result) = (.prompt, .message)
    case "tasks/get", "tasks/result", "tasks/list", "tasks/cancel", "tasks/update":
      (params, result) = (.toolArguments, .toolResult)
    case "notifications/initialized", "notifications/cancelled", "notifications/progress", "notifications/message",
      "notifications/tools/list_changed", "notifications/prompts/list_changed",
      "notifications/resources/list_changed", "notifications/resources/updated", "notifications/roots/list_changed",
      "notifications/elicitation/complete", "notifications/tasks/status",
      "notifications/subscriptions/acknowledged":
      (params, result) = (.message, .message)
    default:
      isDefined = false
      switch (direction, kind) {
      case (.clientToServer, .request): (params, result) = (.toolArguments, .toolResult)
      case (.serverToClient, .request): (params, result) = (.prompt, .message)
      case (.serverToClient, .response): (params, result) = (.message, .toolResult)
      default: (params, result) = (.message, .message)
      }
    }
  }
}
