/// Patterns that mean something only near each other: a scan reports them only there.
package struct PatternCombination: Sendable {
  /// Of each group one pattern must match.
  package var groups: [[Int]]
  /// From the first start to the last end, in bytes.
  package var within: Int

  package init(groups: [[Int]], within: Int) {
    self.groups = groups
    self.within = within
  }
}
