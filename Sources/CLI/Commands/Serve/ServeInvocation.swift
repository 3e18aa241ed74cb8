/// What `oktsec serve` was asked to do, as its own program receives it.
package struct ServeInvocation {
  /// With the address of the command line, if it named one.
  package let configuration: Configuration
  /// Of the command line; 0 to look for a free one.
  package let port: Int?
  /// What `--config` named.
  package let config: String?
}
