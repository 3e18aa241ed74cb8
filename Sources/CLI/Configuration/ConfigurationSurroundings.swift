#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Looks at what a config names: folders, files and variables that are not as they should be.
enum ConfigurationSurroundings {
  static func warnings(about configuration: Configuration) -> [String] {
    var warnings: [String] = []
    if let folder = configuration.identity.configuredKeysFolder {
      if let defect = defect(ofFolder: folder) { warnings.append("identity.keys_dir: \(defect)") }
    }
    if let folder = configuration.customRulesFolder, let defect = defect(ofFolder: folder) {
      warnings.append("custom_rules_dir: \(defect)")
    }
    if let tls = configuration.server.tls {
      for (key, path) in [("certificate", tls.certificate), ("key", tls.key)] {
        if access(path, R_OK) != 0 { warnings.append("server.tls.\(key): \(FileError(path, errno))") }
      }
    }
    var secrets: [(String, Secret)] = []
    if let key = configuration.server.apiKey { secrets.append(("server.api_key", key)) }
    for webhook in configuration.webhooks {
      if let secret = webhook.secret { secrets.append(("the secret of \(webhook.name)", secret)) }
    }
    for (name, secret) in secrets {
      do throws(CommandFailure) {
        _ = try secret.resolve()
      } catch {
        warnings.append("\(name): \(error.message)")
      }
    }
    return warnings
  }

  private static func defect(ofFolder path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return FileError(path, errno).description }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "\(path): not a folder" }
    return access(path, R_OK | X_OK) == 0 ? nil : FileError(path, errno).description
  }
}
