import CLI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The program that `oktsec serve` becomes: the HTTP stack is linked here and nowhere else.
@main
enum OktsecServe {
  static func main() {
    exit(
      ServeProgram.run(Array(CommandLine.arguments.dropFirst())) { invocation throws(CommandFailure) in
        try ServeRun(invocation).run()
      })
  }
}
