import Guard

/// Rules, one per row.
enum RuleTable {
  /// - Parameter origins: see `LoadedRules`; without any the column is left out.
  static func table(_ rules: [RuleDefinition], origins: [String: LoadedRules.Origin] = [:]) -> Table {
    var columns: [Table.Column] = [
      .init(title: "ID", minimum: 12),
      .init(title: "SEVERITY"),
      .init(title: "CATEGORY", minimum: 12),
      .init(title: "NAME", preferred: 20, minimum: 12, wraps: true),
    ]
    if !origins.isEmpty { columns.insert(.init(title: "ORIGIN"), at: 3) }
    var table = Table(columns)
    for rule in rules {
      var cells: [Table.Cell] = [
        .init(rule.id), .init(rule.severity.name, tint: Style.tint(rule.severity)), .init(rule.category.rawValue),
        .init(rule.name),
      ]
      if !origins.isEmpty { cells.insert(.init(origins[rule.id.lowercased()]?.word ?? ""), at: 3) }
      table.add(cells)
    }
    return table
  }
}
