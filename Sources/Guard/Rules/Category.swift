/// The families of rules. A rule file may name only these.
package enum Category: String, Sendable, CaseIterable {
  case promptInjection = "prompt-injection"
  case indirectInjection = "indirect-injection"
  case mcpAttack = "mcp-attack"
  case mcpConfig = "mcp-config"
  case credentialLeak = "credential-leak"
  case exfiltration
  case commandExecution = "command-execution"
  case externalDownload = "external-download"
  case ssrfCloud = "ssrf-cloud"
  case supplyChain = "supply-chain"
  case supplyChainExfil = "supply-chain-exfil"
  case thirdPartyContent = "third-party-content"
  case unicodeAttack = "unicode-attack"
  case interAgent = "inter-agent"
  case structure
  case pii
  /// Findings of the inspection itself: what could not be read, or was read under protest.
  case inspection
  case custom
}
