#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Changes one settings file: read, think, replace, with nobody else's change lost in between.
enum SettingsChange {
  /// - Parameters:
  ///   - change: makes the new text from what is there now; nil to leave it. Called again when somebody else was faster.
  ///   - failed: takes back what `change` did elsewhere, when the file could not be replaced.
  /// - Returns: what `change` said at last, and whether the file was replaced.
  static func perform<Outcome>(
    _ path: String, dialect: Dialect,
    _ change: (SettingsDocument) throws(CommandFailure) -> (text: [UInt8]?, result: Outcome),
    failed: () throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> (result: Outcome, isChanged: Bool) {
    var attempt = 1
    while true {
      let replacement = try begin(path)
      defer { replacement.end() }
      let document: SettingsDocument
      do throws(SettingsProblem) {
        document = try SettingsDocument(replacement.original, dialect: dialect)
      } catch {
        throw CommandFailure(error.description)
      }
      let (text, result) = try change(document)
      guard let text else { return (result, false) }
      do throws(FileError) {
        try replacement.commit(text)
        return (result, true)
      } catch {
        try failed()
        guard attempt < maximumAttempts, isOther(path, than: replacement.original) else {
          throw CommandFailure("the file was not changed: \(error.reason)")
        }
        attempt += 1
      }
    }
  }

  private static let maximumAttempts = 5

  private static func begin(_ path: String) throws(CommandFailure) -> FileReplacement {
    do throws(FileError) {
      let facts = try SmallFile.read(path, maximum: SettingsFormat.maximumLength).facts
      // A replacement would succeed all the same; but somebody has said that this file is not to be changed.
      guard facts.mode & 0o200 != 0, access(path, W_OK) == 0 else {
        throw FileError(path, "the file is read-only; chmod u+w allows the change")
      }
      return try FileReplacement.begin(path, maximum: SettingsFormat.maximumLength)
    } catch {
      throw CommandFailure("the file was not changed: \(error.reason)")
    }
  }

  private static func isOther(_ path: String, than bytes: [UInt8]) -> Bool {
    guard let now = try? SmallFile.read(path, maximum: SettingsFormat.maximumLength) else { return false }
    return now.bytes != bytes
  }
}
