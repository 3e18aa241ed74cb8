import ArgumentParser
import Audit
import Guard

/// `oktsec logs checkpoint`.
struct LogsCheckpointCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Print a signed line about the newest record, to keep elsewhere.",
    discussion: """
      'oktsec logs verify --checkpoint LINE' says later whether the trail up to there is still the same.

      Examples:
        oktsec logs checkpoint >> checkpoints.txt
      """)

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let checkpoint: Checkpoint?
    do throws(DatabaseError) { checkpoint = try reader.headCheckpoint() } catch { throw LogReading.failure(error) }
    guard let checkpoint, checkpoint.isSigned else {
      throw CommandFailure(
        "the end of the chain is not signed as it should be", hint: "'oktsec logs verify' says what is wrong")
    }
    try output.line(checkpoint.line)
  }
}
