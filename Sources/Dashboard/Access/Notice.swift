/// What the next page says about the change before it.
struct Notice: Sendable, Equatable {
  var isFailure: Bool
  var text: String
  var hint: String?
}
