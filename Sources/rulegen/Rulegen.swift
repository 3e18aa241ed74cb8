import Guard
import RuleFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `rulegen <folder> <output>`: compiles every rule file of a folder to the tables that the product embeds.
///
/// The same rules give the same bytes. Errors name file, line and column; the status is then 1 and the output
/// is left as it was.
@main
enum Rulegen {
  static func main() {
    guard CommandLine.arguments.count == 3 else { fail("usage: rulegen <folder of rule files> <output>") }
    do {
      let sources = try RuleSource.all(in: CommandLine.arguments[1])
      let rules = try compile(sources)
      let tables = rules.encodedTables()
      try WholeFile.replace(CommandLine.arguments[2], with: tables)
      print("\(rules.count) rules from \(sources.count) files, \(tables.count) bytes")
    } catch {
      fail(error.description)
    }
  }

  private static func compile(_ sources: [RuleSource]) throws(GenerationError) -> RuleSet {
    do {
      return try RuleSet(sources.flatMap(\.rules))
    } catch {
      let source = sources.first { source in source.rules.contains { $0.id == error.rule } }
      throw source?.error(at: error.rule, error.reason) ?? GenerationError(description: error.description)
    }
  }

  private static func fail(_ message: String) -> Never {
    let line = Array("\(message)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
  }
}

/// What a person reads when the rules cannot be compiled.
struct GenerationError: Error, CustomStringConvertible {
  let description: String
}
