#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A descriptor that is written to until everything is out.
struct DemoOutput {
  let descriptor: Int32

  static let standardOutput = DemoOutput(descriptor: 1)
  static let standardError = DemoOutput(descriptor: 2)

  /// Blocks until all is written. False when the reader is gone.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { raw in
      var rest = raw[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        #if canImport(Glibc)
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
        #else
        let written = Darwin.write(descriptor, part.baseAddress, part.count)
        #endif
        if written < 0 {
          if errno == EINTR { continue }
          return false
        }
        rest = rest.dropFirst(written)
      }
      return true
    }
  }

  /// Opens a file for appending, creating it for this user only. Nil when that fails.
  init?(appendingTo path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
  }

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }
}
