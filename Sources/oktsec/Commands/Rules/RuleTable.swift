import Guard

/// Rules, one per row.
enum RuleTable {
  static func table(_ rules: [RuleDefinition]) -> Table {
    var table = Table([
      .init(title: "ID", minimum: 12),
      .init(title: "SEVERITY"),
      .init(title: "CATEGORY", minimum: 12),
      .init(title: "NAME", preferred: 20, minimum: 12, wraps: true),
    ])
    for rule in rules {
      table.add([
        .init(rule.id), .init(rule.severity.name, tint: Style.tint(rule.severity)), .init(rule.category.rawValue),
        .init(rule.name),
      ])
    }
    return table
  }
}
