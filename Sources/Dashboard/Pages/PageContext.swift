import Audit
import Guard

/// A finished page.
struct FinishedPage: Sendable {
  var markup: Markup
  var status = 200
}

/// What every page needs to know. Lives on the system's thread, for one request.
struct PageContext {
  let request: PageRequest
  /// Goes into every form.
  let formToken: String
  let notice: Notice?
  let system: any DashboardSystem
  let state: SystemState

  init(request: PageRequest, formToken: String, notice: Notice?, system: any DashboardSystem) {
    self.request = request
    self.formToken = formToken
    self.notice = notice
    self.system = system
    state = system.state()
  }

  var now: Int64 { request.now }

  /// This page's own path and query, to come back to.
  var here: String { LocalPath.made(of: request) }

  /// The page that the path names.
  func page() -> FinishedPage {
    let parts = request.path.split(separator: "/", omittingEmptySubsequences: true).dropFirst().map(String.init)
    do throws(SystemProblem) {
      guard let page = try content(parts) else {
        return FinishedPage(
          markup: Layout.page(
            self, section: nil, title: "Not found",
            Parts.empty("There is nothing here", "Perhaps it was removed. <a href=\"/dashboard\">To the overview</a>")),
          status: 404)
      }
      return page
    } catch {
      return FinishedPage(
        markup: Layout.page(self, section: Section(parts.first), title: "A problem", Parts.problem(error)), status: 500)
    }
  }

  private func content(_ parts: [String]) throws(SystemProblem) -> FinishedPage? {
    switch (parts.first, parts.count) {
    case (nil, _): FinishedPage(markup: try OverviewPage(context: self).markup())
    case ("events", 1): FinishedPage(markup: try EventsPage(context: self, selected: nil).markup())
    case ("events", 2): try EventsPage(context: self, selected: parts[1]).detail()
    case ("rules", 1): FinishedPage(markup: try RulesPage(context: self).markup())
    case ("rules", 2) where parts[1] == "try":
      FinishedPage(markup: try TryPage(context: self, text: "", role: .message).markup())
    case ("rules", 2): try RulePage(context: self, name: parts[1]).markup().map { FinishedPage(markup: $0) }
    case ("agents", 1): FinishedPage(markup: try AgentsPage(context: self).markup())
    case ("agents", 2): try AgentPage(context: self, name: parts[1]).markup().map { FinishedPage(markup: $0) }
    case ("settings", 1): FinishedPage(markup: try SettingsPage(context: self).markup())
    default: nil
    }
  }

  /// The answer to a text that was tried.
  func tryPage(_ fields: FormFields) -> FinishedPage {
    do throws(SystemProblem) {
      let role = fields["role"].flatMap { Role(name: $0) } ?? .message
      return FinishedPage(markup: try TryPage(context: self, text: fields["text"] ?? "", role: role).markup())
    } catch {
      return FinishedPage(
        markup: Layout.page(self, section: .rules, title: "A problem", Parts.problem(error)), status: 500)
    }
  }

  /// Asks the audit trail. Nil when nothing was recorded yet.
  func read<Result>(_ body: (AuditReader) throws(DatabaseError) -> Result) throws(SystemProblem) -> Result? {
    guard let reader = try system.audit() else { return nil }
    do throws(DatabaseError) {
      return try body(reader)
    } catch {
      throw SystemProblem("the audit trail cannot be read: \(error)", hint: "oktsec status")
    }
  }

  /// How many items wait for a decision; 0 when that cannot be known.
  func pendingCount() -> Int {
    let counts = try? read { reader throws(DatabaseError) in try reader.quarantineCounts(now: now) }
    return (counts ?? nil)?[.pending] ?? 0
  }
}

/// The five parts of the dashboard.
enum Section: String, CaseIterable {
  case overview, events, rules, agents, settings

  init?(_ word: String?) {
    guard let word else {
      self = .overview
      return
    }
    self.init(rawValue: word)
  }

  var title: String {
    switch self {
    case .overview: "Overview"
    case .events: "Events"
    case .rules: "Rules"
    case .agents: "Agents"
    case .settings: "Settings"
    }
  }

  var path: String { self == .overview ? "/dashboard" : "/dashboard/\(rawValue)" }
}
