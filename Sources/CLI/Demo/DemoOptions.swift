/// The options of `oktsec demo-server`.
struct DemoOptions {
  /// Which generations of the protocol the server knows.
  enum Era: String {
    case dual, legacy, modern
  }

  var era = Era.dual
  var faults: Set<SessionFault> = []
  /// Answers every tool call in this way, whatever tool is called.
  var callFault: CallFault?
  /// Lists the test tools too, not only those of the notebook.
  var listsTestTools = false
  /// In how many pages `tools/list` is answered.
  var pages = 1
  /// A file that gets every byte that arrives on stdin, before it is acted upon.
  var receivedPath: String?
  /// A file that gets one line per process: `server PID`, `grandchild PID`.
  var processPath: String?
  /// Milliseconds before the first read, and between the end of input and the exit.
  var startDelay = 0
  var exitDelay = 0
  var exitCode: Int32 = 0
  /// Bytes to write to stderr at the start.
  var standardErrorBytes = 0
  /// Reads lines as Python's SDK does: a carriage return alone ends one too.
  var splitsAtCarriageReturns = false
  /// Prints the names of all faults and exits.
  var listsFaults = false

  init(arguments: [String]) throws(DemoUsageError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--era":
        let value = try Self.value(of: option, &rest)
        guard let era = Era(rawValue: value) else { throw DemoUsageError("unknown era '\(value)'") }
        self.era = era
      case "--misbehave": try add(fault: try Self.value(of: option, &rest))
      case "--test-tools": listsTestTools = true
      case "--pages": pages = max(1, try Self.number(of: option, &rest))
      case "--received": receivedPath = try Self.value(of: option, &rest)
      case "--processes": processPath = try Self.value(of: option, &rest)
      case "--start-delay": startDelay = try Self.number(of: option, &rest)
      case "--exit-delay": exitDelay = try Self.number(of: option, &rest)
      case "--exit-code": exitCode = Int32(clamping: try Self.number(of: option, &rest))
      case "--stderr": standardErrorBytes = try Self.number(of: option, &rest)
      case "--universal-newlines": splitsAtCarriageReturns = true
      case "--list-faults": listsFaults = true
      default: throw DemoUsageError("demo-server does not know the option '\(option)'")
      }
    }
  }

  private mutating func add(fault name: String) throws(DemoUsageError) {
    if let fault = SessionFault(rawValue: name) {
      faults.insert(fault)
    } else if let fault = CallFault(rawValue: name) {
      callFault = fault
    } else {
      throw DemoUsageError("demo-server does not know how to misbehave as '\(name)'")
    }
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(DemoUsageError) -> String {
    guard let value = rest.popFirst() else { throw DemoUsageError("\(option) needs a value") }
    return value
  }

  private static func number(of option: String, _ rest: inout ArraySlice<String>) throws(DemoUsageError) -> Int {
    let text = try value(of: option, &rest)
    guard let number = Int(text), number >= 0 else { throw DemoUsageError("\(option) needs a number, not '\(text)'") }
    return number
  }
}

/// The command line could not be understood.
struct DemoUsageError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
