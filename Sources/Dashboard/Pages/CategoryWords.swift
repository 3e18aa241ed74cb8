import Guard

/// Words about rules.
enum CategoryWords {
  static func title(_ category: Category) -> String {
    switch category {
    case .promptInjection: "Prompt injection"
    case .indirectInjection: "Indirect injection"
    case .mcpAttack: "MCP attacks"
    case .mcpConfig: "MCP configuration"
    case .credentialLeak: "Credentials"
    case .exfiltration: "Exfiltration"
    case .commandExecution: "Command execution"
    case .externalDownload: "External downloads"
    case .ssrfCloud: "SSRF and cloud metadata"
    case .supplyChain: "Supply chain"
    case .supplyChainExfil: "Supply chain exfiltration"
    case .thirdPartyContent: "Third-party content"
    case .unicodeAttack: "Unicode attacks"
    case .interAgent: "Between agents"
    case .structure: "Structure"
    case .pii: "Personal data"
    case .inspection: "Inspection itself"
    case .custom: "Your own"
    }
  }

  static func text(_ category: Category) -> String {
    switch category {
    case .promptInjection: "Texts that try to give a model new orders."
    case .indirectInjection: "Orders hidden in what a tool returns."
    case .mcpAttack: "Poisoned tool descriptions, shadowing, rug pulls."
    case .mcpConfig: "Dangerous settings of servers and clients."
    case .credentialLeak: "Keys, tokens and passwords on their way out or in."
    case .exfiltration: "Data sent where it does not belong."
    case .commandExecution: "Shell commands and code that should not run."
    case .externalDownload: "Programs fetched from elsewhere and started."
    case .ssrfCloud: "Requests to metadata services and private addresses."
    case .supplyChain: "Packages and installers that are not what they seem."
    case .supplyChainExfil: "Packages that send away what they find."
    case .thirdPartyContent: "Content of strangers taken as instructions."
    case .unicodeAttack: "Invisible, reordered and look-alike characters."
    case .interAgent: "Agents that push others beyond their task."
    case .structure: "Messages built to be read in two ways."
    case .pii: "Numbers and details of real people."
    case .inspection: "What could not be read, or only under protest."
    case .custom: "Rules from your own folder."
    }
  }
}

extension OverrideAction {
  /// What it makes of a finding, in words.
  var words: String {
    switch self {
    case .block: "always block"
    case .quarantine: "always quarantine"
    case .allowAndFlag: "only flag"
    case .ignore: "off"
    }
  }
}
