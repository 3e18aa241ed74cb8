import Dashboard
import HTTPAdapter

/// What a server says when it listens, on standard output: scripts read the address there.
struct ServeBanner: Sendable {
  private let bind: String
  private let scheme: String
  private let dashboard: DashboardSite

  init(_ settings: ListenSettings, dashboard: DashboardSite) {
    self.dashboard = dashboard
    bind = settings.bind
    scheme = settings.tls == nil ? "http" : "https"
  }

  func address(port: Int) -> String {
    "\(scheme)://\(bind.contains(":") ? "[\(bind)]" : bind):\(port)"
  }

  func print(port: Int) {
    let address = address(port: port)
    let output = ResultOutput.standard()
    do throws(CommandFailure) {
      try output.line("\(Version.line) listens on \(address)")
      try output.line("dashboard: \(address)\(dashboard.loginPath ?? "/dashboard")")
      try output.line("access code: \(dashboard.code)")
      try output.flush()
    } catch {
      // Nobody reads it; the server serves all the same.
      Diagnostics.report(error)
    }
  }
}
