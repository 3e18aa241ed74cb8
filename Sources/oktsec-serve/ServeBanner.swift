import CLI
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

  /// Where a browser on this machine finds the server: nobody can go to the address that stands for all.
  func address(port: Int) -> String {
    let host = isEverywhere ? "localhost" : bind
    return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  private var isEverywhere: Bool { ["0.0.0.0", "::"].contains(bind) }

  func print(port: Int) {
    let address = address(port: port)
    let output = ResultOutput.standard()
    do throws(CommandFailure) {
      let others = isEverywhere ? " and on every other address of this machine" : ""
      try output.line("\(Version.line) listens on \(address)\(others)")
      try output.line("dashboard: \(address)\(dashboard.loginPath ?? "/dashboard")")
      try output.line("access code: \(dashboard.code)")
      try output.flush()
    } catch {
      // Nobody reads it; the server serves all the same.
      Diagnostics.report(error)
    }
  }
}
