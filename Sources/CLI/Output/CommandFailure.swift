/// Why a command ends without having done what it was asked to: one line, a hint if there is one, an exit status.
///
/// The words are ours. Names and values that come from elsewhere may stand in them as they are: `Diagnostics` makes them
/// safe to show. Never put a payload here.
package struct CommandFailure: Error, Equatable {
  /// In lower case, without a period at the end.
  package var message: String
  package var hint: String?
  package var exitCode: Int32

  package init(_ message: String, hint: String? = nil, exitCode: Int32 = ExitCode.failure) {
    self.message = message
    self.hint = hint
    self.exitCode = exitCode
  }
}
