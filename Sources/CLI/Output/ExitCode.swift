/// What the program tells its caller by its exit status.
package enum ExitCode {
  static let success: Int32 = 0
  package static let failure: Int32 = 1
  /// EX_USAGE of sysexits.h: the command line is wrong.
  static let usage: Int32 = 64
  /// EX_DATAERR: the config or the input is wrong.
  package static let badInput: Int32 = 65
}
