import CLI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The program without the HTTP stack: a client starts it once for each of its servers.
@main
enum Oktsec {
  static func main() {
    exit(Program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
