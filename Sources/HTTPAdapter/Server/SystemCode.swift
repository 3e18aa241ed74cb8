#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Error numbers of the system, apart from the modules of the HTTP library, which have names of their own for much of it.
enum SystemCode {
  static let addressInUse: Int32 = EADDRINUSE
}
