/// What inspection found in one message or text.
package struct Inspection: Sendable {
  /// Strongest first, then by place. At most `maximumFindings`.
  package var findings: [Finding] = []
  /// Findings beyond those that are kept. The verdict counts them.
  package var droppedFindings = 0
  /// From the highest finding, kept or dropped.
  package var verdict = Verdict.clean
  package var facts = MessageFacts()
  /// The strongest verdict of the texts of each list entry; entries without one are clean.
  package var entryVerdicts: [Int: Verdict] = [:]
  /// Findings whose texts call for more than a flag, one per string: what a rewrite has to cut.
  package var offending: [Offence] = []
  /// Some text could not be searched to its end within the budget.
  package var isExhausted = false

  package init() {}

  /// A string that must not arrive as it is.
  package struct Offence: Sendable, Equatable {
    /// The string literal in the frame's content, without quotation marks.
    package var literal: Range<Int>
    package var isName: Bool
    package var entry: Int?
    package var verdict: Verdict
    package var rule: String
  }

  /// Most findings that are kept.
  package static let maximumFindings = 1000

  /// The finding that decided, if there is one.
  package var worst: Finding? { findings.first }

  /// Adds a finding of the inspection itself, which concerns the frame and not a text in it.
  package mutating func add(_ finding: Finding) {
    verdict = max(verdict, finding.verdict)
    let place = findings.firstIndex { $0.verdict < finding.verdict } ?? findings.endIndex
    findings.insert(finding, at: place)
    if findings.count > Self.maximumFindings {
      findings.removeLast()
      droppedFindings += 1
    }
  }
}
