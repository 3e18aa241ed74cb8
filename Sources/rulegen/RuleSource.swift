import Guard
import RuleFiles

/// One rule file and what it holds.
struct RuleSource {
  let path: String
  let rules: [RuleDefinition]
  private let text: [UInt8]

  /// Every `*.yaml` of a folder, in the order of the names. Ids must be unique, and a file is named after the
  /// category of its rules; a large category has more files, `category.part.yaml`.
  static func all(in folder: String) throws(GenerationError) -> [RuleSource] {
    let names = try WholeFile.names(in: folder).filter { $0.hasSuffix(".yaml") }.sorted()
    guard !names.isEmpty else { throw GenerationError(description: "\(folder): no rule files") }
    var sources: [RuleSource] = []
    var ids: Set<String> = []
    for name in names {
      let source = try RuleSource(path: "\(folder)/\(name)")
      for rule in source.rules {
        guard name.hasPrefix("\(rule.category.rawValue).") else {
          throw source.error(at: rule.id, "category \(rule.category.rawValue) belongs in another file")
        }
        guard ids.insert(rule.id.lowercased()).inserted else { throw source.error(at: rule.id, "the id stands twice") }
      }
      sources.append(source)
    }
    return sources
  }

  private init(path: String) throws(GenerationError) {
    self.path = path
    text = try WholeFile.bytes(of: path)
    do {
      rules = try RuleFile.rules(text)
    } catch {
      throw GenerationError(description: "\(path):\(error.line):\(error.column): \(error.reason)")
    }
  }

  /// An error at the last `id:` line with this id (the last, because of ids that stand twice).
  func error(at id: String, _ reason: String) -> GenerationError {
    let wanted = Array("id: \(id)".utf8)
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = lines.lastIndex { $0.starts(with: wanted) && $0.dropFirst(wanted.count).allSatisfy { $0 <= 0x20 } }
    return GenerationError(description: "\(path):\((line ?? 0) + 1):1: \(id): \(reason)")
  }
}
