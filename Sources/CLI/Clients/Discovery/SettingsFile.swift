#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A settings file of a client on this machine.
struct SettingsFile: Sendable {
  let client: Client
  let place: ClientPlace
  /// As the client names it.
  let path: String
  let state: State
  /// Other clients that read the same file.
  var alsoReadBy: [String] = []

  enum State: Sendable {
    case read(SettingsDocument, FileFacts)
    /// There, and not readable: why.
    case unreadable(String)
  }

  var document: SettingsDocument? {
    if case .read(let document, _) = state { document } else { nil }
  }

  var entries: [ServerEntry] { document?.entries ?? [] }

  var problem: String? {
    if case .unreadable(let reason) = state { reason } else { nil }
  }

  /// Reads what is at a path.
  ///
  /// - Returns: nil when nothing is there.
  static func read(_ path: String, of client: Client, at place: ClientPlace) -> SettingsFile? {
    do throws(FileError) {
      let contents = try SmallFile.read(path, maximum: SettingsFormat.maximumLength)
      return SettingsFile(client: client, place: place, path: path, state: state(contents, place.dialect))
    } catch {
      if error.isMissing, !isLink(path) { return nil }
      let reason = error.isMissing ? "a link to nothing" : error.reason
      return SettingsFile(client: client, place: place, path: path, state: .unreadable(reason))
    }
  }

  private static func state(_ contents: SmallFile.Contents, _ dialect: Dialect) -> State {
    do throws(SettingsProblem) {
      return .read(try SettingsDocument(contents.bytes, dialect: dialect), contents.facts)
    } catch {
      return .unreadable("\(error)")
    }
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
