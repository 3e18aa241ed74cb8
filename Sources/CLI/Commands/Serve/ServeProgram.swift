#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The second executable, `oktsec-serve`: the HTTP stack would cost each relay memory and time to start, so it is linked
/// apart. `oktsec serve` replaces itself with it and keeps its process.
package enum ServeProgram {
  static let name = "oktsec-serve"

  /// Becomes that program.
  ///
  /// - Parameter arguments: of `oktsec serve`.
  /// - Throws: when there is no such program; else it does not return.
  static func replaceThisProcess(_ arguments: [String]) throws(CommandFailure) {
    let places = places(besides: try OwnProgram.current().executable)
    for place in places {
      let words = [place, Version.number] + arguments
      var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
      defer { for pointer in pointers { free(pointer) } }
      execv(place, &pointers)
      guard errno == ENOENT || errno == ENOTDIR else {
        throw CommandFailure("cannot run \(place): \(String(cString: strerror(errno)))")
      }
    }
    throw CommandFailure(
      "\(name), which serves, is not installed: neither \(places.joined(separator: " nor ")) is there",
      hint: "it is a part of oktsec; install oktsec again, or put the two beside each other")
  }

  /// Where it may lie, in order: beside this program, or where packages put what people do not call by name.
  ///
  /// - Parameter executable: absolute, links followed. PATH is not asked: a program of the same name there is not ours.
  static func places(besides executable: String) -> [String] {
    let folder = PathResolver.folder(of: executable)
    return ["\(folder)/\(name)", "\(PathResolver.folder(of: folder))/libexec/oktsec/\(name)"]
  }

  /// The entry of that program.
  ///
  /// - Parameters:
  ///   - arguments: the version of the `oktsec` that became it, then the arguments of `oktsec serve`.
  ///   - serve: serves until the process is told to stop.
  /// - Returns: the exit status.
  package static func run(
    _ arguments: [String], serve: (ServeInvocation) throws(CommandFailure) -> Void
  ) -> Int32 {
    do throws(CommandFailure) {
      try checkVersion(arguments.first)
      try serve(try invocation(Array(arguments.dropFirst())))
      return ExitCode.success
    } catch {
      Diagnostics.report(error)
      return error.exitCode
    }
  }

  private static func checkVersion(_ version: String?) throws(CommandFailure) {
    guard let version, version.first?.isNumber == true else {
      throw CommandFailure("\(name) is a part of oktsec", hint: "run 'oktsec serve'", exitCode: ExitCode.usage)
    }
    guard version == Version.number else {
      throw CommandFailure(
        "\(name) is of version \(Version.number), and oktsec of \(version)",
        hint: "install oktsec again, so that both are of one version")
    }
  }

  private static func invocation(_ arguments: [String]) throws(CommandFailure) -> ServeInvocation {
    let command: ServeCommand
    do {
      command = try ServeCommand.parse(arguments)
    } catch {
      // `oktsec` has read the same words, and said what was wrong with them.
      throw CommandFailure(
        "\(name) does not know these arguments", hint: "run 'oktsec serve'", exitCode: ExitCode.usage)
    }
    var configuration = try command.global.configuration()
    if let bind = command.bind { configuration.server.bind = bind }
    return ServeInvocation(configuration: configuration, port: command.port, config: command.global.config)
  }
}
