import Audit
import Guard

/// Which events are shown. Stands in the URL, so that a view can be kept and shared.
struct EventFilter: Sendable, Equatable {
  enum Tab: String, Sendable, CaseIterable {
    case all, quarantine, blocked

    var title: String {
      switch self {
      case .all: "All"
      case .quarantine: "Quarantine"
      case .blocked: "Blocked"
      }
    }
  }

  enum Period: String, Sendable, CaseIterable {
    case hour = "1h"
    case day = "24h"
    case week = "7d"
    case month = "30d"

    var title: String {
      switch self {
      case .hour: "last hour"
      case .day: "last 24 hours"
      case .week: "last 7 days"
      case .month: "last 30 days"
      }
    }

    /// In microseconds.
    var length: Int64 {
      switch self {
      case .hour: 3_600_000_000
      case .day: 86_400_000_000
      case .week: 7 * 86_400_000_000
      case .month: 30 * 86_400_000_000
      }
    }
  }

  var tab = Tab.all
  /// The beginning of an agent's, method's, tool's or rule's name, or of an id.
  var text = ""
  var status: DeliveryStatus?
  var agent = ""
  var session = ""
  var period: Period?
  var unverifiedOnly = false
  /// Of the tab Quarantine; nil for every state.
  var state: QuarantineState?
  /// Only events before this one.
  var before: Int64?
  /// The moment that `period` counts from.
  var now: Int64 = 0

  init() {}

  init(_ query: FormFields, now: Int64 = 0) {
    tab = query["tab"].flatMap { Tab(rawValue: $0) } ?? .all
    text = Self.bounded(query.trimmed("q"))
    status = query["status"].flatMap { DeliveryStatus(rawValue: $0) }
    agent = Self.bounded(query.trimmed("agent"))
    session = Self.bounded(query.trimmed("session"))
    period = query["since"].flatMap { Period(rawValue: $0) }
    unverifiedOnly = query["unverified"] == "1"
    state = query["state"].flatMap { QuarantineState(rawValue: $0) }
    before = query["before"].flatMap { Int64($0) }
    self.now = now
  }

  /// What the database is asked for.
  var query: AuditQuery {
    var query = AuditQuery()
    query.status = tab == .blocked ? .blocked : status
    query.agent = agent.isEmpty ? nil : agent
    query.session = session.isEmpty ? nil : session
    query.unverifiedOnly = unverifiedOnly
    query.since = period.map { (now > 0 ? now : Timestamp.now) - $0.length }
    return query
  }

  /// The same conditions, and that of the text, for records at hand.
  func matches(_ entry: AuditEntry) -> Bool {
    if tab == .quarantine, entry.quarantineItem == nil { return false }
    if let wanted = query.status, entry.status != wanted { return false }
    if !agent.isEmpty, entry.from != agent, entry.to != agent { return false }
    if !session.isEmpty, entry.session != session { return false }
    if unverifiedOnly, entry.signature == .verified { return false }
    if let since = query.since, entry.timestamp < since { return false }
    guard !text.isEmpty else { return true }
    if [entry.from, entry.to, entry.method, entry.tool].contains(where: { $0.hasPrefix(text) }) { return true }
    return entry.id.description.hasPrefix(text.lowercased())
      || entry.findings.contains { $0.rule.uppercased().hasPrefix(text.uppercased()) }
  }

  var isEmpty: Bool {
    text.isEmpty && status == nil && agent.isEmpty && session.isEmpty && period == nil && !unverifiedOnly
  }

  /// As a query, with its question mark; empty when there is nothing to say.
  func queryString(keepingPlace: Bool = false) -> String {
    var parts: [String] = []
    func add(_ name: String, _ value: String) {
      if !value.isEmpty { parts.append("\(name)=\(PercentCoding.encode(value))") }
    }
    if tab != .all { add("tab", tab.rawValue) }
    add("q", text)
    add("status", status?.rawValue ?? "")
    add("agent", agent)
    add("session", session)
    add("since", period?.rawValue ?? "")
    if unverifiedOnly { add("unverified", "1") }
    add("state", state?.rawValue ?? "")
    if keepingPlace, let before { add("before", String(before)) }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }

  /// The list, without what was narrowed but for the tab.
  func with(_ change: (inout EventFilter) -> Void) -> EventFilter {
    var other = self
    change(&other)
    return other
  }

  private static func bounded(_ text: String?) -> String {
    guard let text, text.utf8.count <= 256 else { return "" }
    return text
  }
}
