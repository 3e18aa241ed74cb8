import Guard
import RuleFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The rules of a folder that can be used, and what is wrong with the others. Files are read in the order of their
/// names; nothing in one can keep another, or a built-in rule, from being used.
struct CustomRuleFolder {
  private(set) var rules: [RuleDefinition] = []
  private(set) var problems: [CustomRuleProblem] = []

  init(path: String) {
    let names: [String]
    do throws(FileError) {
      names = try Self.fileNames(in: path)
    } catch {
      problems.append(CustomRuleProblem(path: error.path, place: nil, reason: error.reason))
      return
    }
    var ids: Set<String> = []
    var expressions = 0
    for name in names {
      do throws(CustomRuleProblem) {
        let file = try CustomRuleFile(path: path.hasSuffix("/") ? path + name : "\(path)/\(name)")
        for rule in file.rules where ids.contains(rule.definition.id.lowercased()) {
          throw file.problem(rule.place, rule, "an earlier file has this id")
        }
        guard rules.count + file.rules.count <= CustomRuleLimit.rules,
          expressions + file.expressionCount <= CustomRuleLimit.expressions
        else {
          throw CustomRuleProblem(
            path: file.path, place: nil,
            reason: "with it the folder has more than \(CustomRuleLimit.rules) rules or "
              + "\(CustomRuleLimit.expressions) expressions")
        }
        ids.formUnion(file.rules.map { $0.definition.id.lowercased() })
        expressions += file.expressionCount
        rules += file.rules.map(\.definition)
      } catch {
        problems.append(error)
      }
    }
  }

  /// What is to be seen of the folder without reading a file: it changes when a rule may have.
  static func state(of path: String) -> [FileState] {
    guard let names = try? fileNames(in: path) else { return [] }
    return names.map { name in
      var status = stat()
      return FileState(name: name, facts: stat("\(path)/\(name)", &status) == 0 ? FileFacts(status) : nil)
    }
  }

  struct FileState: Sendable, Equatable {
    let name: String
    let facts: FileFacts?
  }

  private static func fileNames(in path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw FileError(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix("."), name.hasSuffix(".yaml") || name.hasSuffix(".yml") { names.append(name) }
      guard names.count <= CustomRuleLimit.files else {
        throw FileError(path, "more than \(CustomRuleLimit.files) rule files")
      }
      errno = 0
    }
    guard errno == 0 else { throw FileError(path, errno) }
    return names.sorted()
  }
}
