import Guard
import RuleFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `rulegen <folder> <output>`: compiles every rule file of a folder to the tables that the product embeds.
/// `rulegen --markdown <folder> <output>`: writes the page that lists them.
///
/// The same rules give the same bytes. Errors name file, line and column; the status is then 1 and the output
/// is left as it was.
@main
enum Rulegen {
  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let writesPage = arguments.first == "--markdown"
    if writesPage { arguments.removeFirst() }
    guard arguments.count == 2 else { fail("usage: rulegen [--markdown] <folder of rule files> <output>") }
    do {
      let sources = try RuleSource.all(in: arguments[0])
      guard !writesPage else {
        return try WholeFile.replace(arguments[1], with: Array(RuleDocument.markdown(sources).utf8))
      }
      let rules = try compile(sources)
      let tables = rules.encodedTables()
      try WholeFile.replace(arguments[1], with: tables)
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
