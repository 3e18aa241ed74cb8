import JSONRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A password or key of the config: the text itself, or where it is to be found when it is needed.
///
/// Its value leaves only through `resolve`. Printing shows the source and never the text.
package struct Secret: Sendable, Equatable {
  enum Source: Sendable, Equatable {
    case literal(String)
    case environment(String)
    /// An absolute path.
    case file(String)
  }

  let source: Source

  /// No secret is longer, in bytes.
  static let maximumLength = 4096

  enum Defect: String, Error {
    case empty = "a secret must not be empty"
    case tooLong = "longer than 4096 bytes"
    case variable = "behind env: there must be the name of a variable"
    case path = "behind file: there must be a path"
  }

  static func parse(_ text: String, paths: PathResolver) -> Result<Secret, Defect> {
    if text.isEmpty { return .failure(.empty) }
    if text.utf8.count > maximumLength { return .failure(.tooLong) }
    if text.hasPrefix("env:") {
      let name = text.dropFirst(4)
      let isName = name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
      }
      guard isName, let first = name.utf8.first, !(0x30...0x39).contains(first) else { return .failure(.variable) }
      return .success(Secret(source: .environment(String(name))))
    }
    if text.hasPrefix("file:") {
      guard let path = paths.absolute(String(text.dropFirst(5))) else { return .failure(.path) }
      return .success(Secret(source: .file(path)))
    }
    return .success(Secret(source: .literal(text)))
  }

  /// The secret itself. A file's line ends at the end are not part of it.
  ///
  /// - Throws: what is missing, without any of the secret.
  package func resolve() throws(CommandFailure) -> String {
    let text: String
    switch source {
    case .literal(let literal): text = literal
    case .environment(let name):
      guard let value = Environment.value(name) else {
        throw CommandFailure("the variable \(name), which the config names for a secret, is not set")
      }
      text = value
    case .file(let path):
      let bytes: [UInt8]
      do throws(FileError) {
        bytes = try SmallFile.read(path, maximum: Self.maximumLength).bytes
      } catch {
        throw CommandFailure("cannot read a secret: \(error)")
      }
      guard bytes.withUnsafeBytes({ UTF8Repair.isValid($0) }) else {
        throw CommandFailure("the secret in \(path) is not UTF-8 text")
      }
      var end = bytes[...]
      while let last = end.last, last == 0x0A || last == 0x0D { end.removeLast() }
      text = String(decoding: end, as: UTF8.self)
    }
    guard !text.isEmpty else { throw CommandFailure("a secret that the config names is empty: \(self)") }
    return text
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    switch source {
    case .literal: "(hidden)"
    case .environment(let name): "env:\(name)"
    case .file(let path): "file:\(path)"
    }
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
