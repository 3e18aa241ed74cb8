import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Configuration {
  /// No config is longer, in bytes.
  static let maximumLength = 1 << 20

  /// Reads a config file. Relative paths in it start from the folder of `path`, as it was named.
  ///
  /// A symbolic link is followed, since people keep such files elsewhere. YAML aliases are refused.
  ///
  /// - Throws: everything that is wrong with it, at once.
  static func load(
    path: String, folders: UserFolders = .current()
  ) throws(ConfigurationProblems) -> Configuration {
    let absolute = PathResolver(folder: folders.workingDirectory, home: nil).absolute(path)
    guard let absolute else { throw .whole(path, "no path of a config file") }
    let contents: SmallFile.Contents
    do throws(FileError) {
      contents = try SmallFile.read(absolute, maximum: maximumLength)
    } catch {
      throw .whole(
        path, error.isMissing ? "there is no such config file" : "the config cannot be read: \(error.reason)")
    }
    var configuration = try parse(contents.bytes, file: absolute, shownAs: path, folders: folders)
    configuration.fileFacts = contents.facts
    configuration.warnings += warnings(about: contents.facts, of: configuration, shownAs: path)
    return configuration
  }

  /// Reads the text of a config.
  ///
  /// - Parameters:
  ///   - file: its absolute path; relative paths start from its folder.
  ///   - name: what messages call it.
  static func parse(
    _ text: [UInt8], file: String, shownAs name: String, folders: UserFolders
  ) throws(ConfigurationProblems) -> Configuration {
    let document = try document(text, shownAs: name)
    var initial = Configuration(folders: folders)
    initial.file = file
    let paths = PathResolver(folder: PathResolver.folder(of: file), home: folders.home)
    var reader = FormReader(file: name, paths: paths)
    let read = ConfigurationKeys.document(initial).read(document, &reader)
    if let read { resolveReferences(of: read, &reader) }
    guard var configuration = read, reader.problems.isEmpty else {
      let sorted = reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
      throw ConfigurationProblems(problems: sorted, omitted: reader.omitted)
    }
    configuration.warnings = reader.warnings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    configuration.holdsSecret = reader.holdsSecret
    return configuration
  }

  /// The one YAML document of a text. Places are counted behind a byte order mark, as editors do.
  static func document(_ text: [UInt8], shownAs name: String) throws(ConfigurationProblems) -> YAMLNode {
    func problem(_ line: Int, _ column: Int, _ message: String, _ hint: String? = nil) -> ConfigurationProblems {
      ConfigurationProblems(problems: [
        ConfigurationProblem(file: name, line: line, column: column, message: message, hint: hint)
      ])
    }
    let text = text.starts(with: TextPosition.byteOrderMark) ? Array(text.dropFirst(3)) : text
    let documents: [YAMLNode]
    do throws(YAMLError) {
      documents = try YAMLParser.documents(text, keepsDuplicates: true)
    } catch {
      let position = TextPosition.offset(line: error.line, column: error.column, in: text)
      throw problem(error.line, error.column, error.reason, hint(at: position, in: text))
    }
    guard let document = documents.first else {
      throw problem(1, 1, "the config is empty", "it needs at least version: \"1\"")
    }
    guard documents.count == 1 else {
      throw problem(documents[1].line, documents[1].column, "a second document in one config")
    }
    return document
  }

  /// What the YAML reader stumbled over, when it is one of the usual things.
  private static func hint(at position: Int?, in text: [UInt8]) -> String? {
    guard let position else { return nil }
    // Behind a lone asterisk, which begins an alias.
    if position > 0, text[position - 1] == UInt8(ascii: "*") { return "write \"*\" with quotation marks" }
    return text[position] == UInt8(ascii: "\t") ? "YAML is indented with spaces" : nil
  }

  private static func resolveReferences(of configuration: Configuration, _ reader: inout FormReader) {
    let agents = configuration.agents.keys.sorted().map(\.description)
    let webhooks = configuration.webhooks.map(\.name)
    for reference in reader.references {
      switch reference.kind {
      case .agent:
        // Without a list of agents there is nothing that the name could be missing from.
        guard !agents.isEmpty, !agents.contains(reference.name) else { continue }
        reader.warning(
          reference.node, "\(reference.place): there is no agent \(FormReader.shown(reference.name))",
          hint: NearestWord.hint(for: reference.name, among: agents))
      case .webhook:
        guard !webhooks.contains(reference.name) else { continue }
        reader.problem(
          reference.node, "\(reference.place): there is no webhook \(FormReader.shown(reference.name))",
          hint: NearestWord.hint(for: reference.name, among: webhooks)
            ?? (webhooks.isEmpty ? "there are no webhooks" : "known: \(webhooks.joined(separator: ", "))"))
      }
    }
  }

  /// What is unwise about the file itself.
  private static func warnings(
    about facts: FileFacts, of configuration: Configuration, shownAs name: String
  ) -> [ConfigurationProblem] {
    func warning(_ message: String, _ hint: String) -> ConfigurationProblem {
      ConfigurationProblem(file: name, line: 0, column: 0, message: message, hint: hint)
    }
    var warnings: [ConfigurationProblem] = []
    if facts.isForeign {
      warnings.append(warning("another user owns this config and may change it", "make it yours with chown"))
    }
    if facts.isWritableByOthers {
      warnings.append(warning("other users may change this config", "chmod go-w \(name)"))
    }
    if configuration.holdsSecret, facts.isReadableByOthers {
      warnings.append(
        warning("other users may read the secrets in this config", "chmod 600 \(name), or use env:NAME or file:PATH"))
    }
    return warnings
  }
}
