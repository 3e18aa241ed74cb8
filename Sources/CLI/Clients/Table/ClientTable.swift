/// Every client that we know. Adding one is adding a row here and a file in `fixtures/clients`, taken from the page that the
/// row names.
///
/// Paths of Windows are left out: this program does not run there.
enum ClientTable {
  static let all: [Client] =
    desktops + editors
    + terminals.map { client in
      var client = client
      client.isInTerminal = true
      return client
    }

  /// The client that a word names.
  static func client(called word: String) -> Client? { all.first { $0.isCalled(word) } }

  // MARK: Applications

  private static let desktops: [Client] = [
    Client(
      id: "claude-desktop", name: "Claude Desktop", aliases: ["claude"],
      places: [
        ClientPlace(
          .user, .json("mcpServers"), "$SUPPORT/Claude/claude_desktop_config.json",
          linux: ["$CONFIG/claude/claude_desktop_config.json"])
      ],
      documentation: "https://modelcontextprotocol.io/docs/develop/connect-local-servers",
      fixture: "claude-desktop.json", afterChange: "Quit it and start it again; closing the window is not enough.",
      rewrittenBy: ["Claude", "claude-desktop"]),
    Client(
      id: "lm-studio", name: "LM Studio", aliases: ["lmstudio"],
      places: [ClientPlace(.user, .json("mcpServers"), "~/.lmstudio/mcp.json", "~/.cache/lm-studio/mcp.json")],
      documentation: "https://lmstudio.ai/docs/app/mcp", fixture: "lm-studio.json",
      afterChange: "It starts the servers again by itself."),
    Client(
      id: "boltai", name: "BoltAI",
      places: [ClientPlace(.user, .json("mcpServers"), macOS: ["~/.boltai/mcp.json"], confidence: .probed)],
      documentation: "https://docs.boltai.com"),
  ]

  // MARK: Editors

  /// Folders of VS Code and what is built from it.
  private static let codeFlavours = ["Code", "Code - Insiders", "VSCodium", "Code - OSS"]

  private static func inCode(_ path: String, also others: [String] = []) -> [String] {
    (codeFlavours + others).map { "$SUPPORT/\($0)/User/\(path)" }
  }

  /// A file of an extension of VS Code.
  private static func extensionFile(_ path: String, also others: [String] = []) -> ClientPlace {
    let paths = inCode("globalStorage/" + path, also: others)
    return ClientPlace(
      .user, .json("mcpServers"), linux: paths + ["~/.vscode-server/data/User/globalStorage/" + path], macOS: paths)
  }

  private static let codeServers = Dialect(.json, [[[.name("servers")]]])
  private static let codeSettings = Dialect(.json, [[[.name("mcp"), .name("servers")]]])

  private static let editors: [Client] = [
    Client(
      id: "cursor", name: "Cursor",
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.cursor/mcp.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.cursor/mcp.json"),
      ],
      documentation: "https://cursor.com/docs/context/mcp", fixture: "cursor.json",
      afterChange: "It notices the change, and may ask again whether you trust the server."),
    Client(
      id: "vscode", name: "VS Code", aliases: ["code", "vs-code", "visual-studio-code", "vscodium", "vscode-insiders"],
      places: [
        ClientPlace(.user, codeServers, linux: inCode("mcp.json"), macOS: inCode("mcp.json")),
        ClientPlace(
          .profile, codeServers, linux: inCode("profiles/*/mcp.json"), macOS: inCode("profiles/*/mcp.json")),
        ClientPlace(.user, codeSettings, linux: inCode("settings.json"), macOS: inCode("settings.json")),
        ClientPlace(
          .remote, codeServers,
          linux: ["~/.vscode-server/data/User/mcp.json", "~/.vscode-server-insiders/data/User/mcp.json"]),
        ClientPlace(.project, codeServers, "$PROJECT/.vscode/mcp.json"),
        ClientPlace(
          .project, Dialect(.json, [[[.name("settings"), .name("mcp"), .name("servers")]]]), "$PROJECT/*.code-workspace"
        ),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.mcp.json"),
      ],
      documentation: "https://code.visualstudio.com/docs/agents/reference/mcp-configuration", fixture: "vscode.json",
      afterChange: "It asks again whether you trust a server whose command has changed."),
    Client(
      id: "cline", name: "Cline",
      places: [
        ClientPlace(.user, .json("mcpServers"), "${CLINE_MCP_SETTINGS_PATH}"),
        extensionFile("saoudrizwan.claude-dev/settings/cline_mcp_settings.json", also: ["Cursor", "Windsurf"]),
        ClientPlace(
          .user, .json("mcpServers"), "${CLINE_DIR:-~/.cline}/data/settings/cline_mcp_settings.json"),
      ],
      documentation: "https://docs.cline.bot/mcp/configuring-mcp-servers", fixture: "cline.json",
      afterChange: "It notices the change and starts the servers again."),
    Client(
      id: "windsurf", name: "Windsurf",
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.codeium/windsurf/mcp_config.json", "~/.codeium/mcp_config.json"),
        ClientPlace(.user, .json("mcpServers"), "~/.windsurf/mcp.json", confidence: .probed),
      ],
      documentation: "https://docs.windsurf.com/windsurf/cascade/mcp", fixture: "windsurf.json",
      afterChange: "Refresh the servers in its settings."),
    Client(
      id: "zed", name: "Zed",
      places: [
        ClientPlace(
          .user, .json("context_servers"), linux: ["$CONFIG/zed/settings.json"], macOS: ["~/.config/zed/settings.json"]),
        ClientPlace(.project, .json("context_servers"), "$PROJECT/.zed/settings.json"),
      ],
      documentation: "https://zed.dev/docs/ai/mcp", fixture: "zed.json", afterChange: "It notices the change."),
    Client(
      id: "continue", name: "Continue",
      places: [
        ClientPlace(.user, continueList, "~/.continue/config.yaml"),
        ClientPlace(
          .project, continueList, "$PROJECT/.continue/mcpServers/*.yaml", "$PROJECT/.continue/mcpServers/*.yml"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.continue/mcpServers/*.json"),
      ],
      documentation: "https://docs.continue.dev/customize/deep-dives/mcp", fixture: "continue.yaml"),
    Client(
      id: "roo-code", name: "Roo Code", aliases: ["roo"],
      places: [
        extensionFile("rooveterinaryinc.roo-cline/settings/mcp_settings.json", also: ["Cursor", "Windsurf"]),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.roo/mcp.json"),
      ],
      documentation: "https://docs.roocode.com/features/mcp/using-mcp-in-roo", fixture: "roo-code.json",
      afterChange: "It notices the change and starts the servers again."),
    Client(
      id: "kilo-code", name: "Kilo Code", aliases: ["kilo"],
      places: [
        ClientPlace(.user, opencodeServers, "~/.config/kilo/kilo.jsonc", "~/.config/kilo/kilo.json"),
        ClientPlace(.user, .json("mcpServers"), "~/.kilocode/cli/global/settings/mcp_settings.json"),
        extensionFile("kilocode.kilo-code/settings/mcp_settings.json", also: ["Cursor", "Windsurf"]),
        ClientPlace(
          .project, opencodeServers, "$PROJECT/kilo.jsonc", "$PROJECT/kilo.json", "$PROJECT/.kilo/kilo.jsonc",
          "$PROJECT/.kilo/kilo.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.kilocode/mcp.json"),
      ],
      documentation: "https://kilo.ai/docs/automate/mcp/using-in-kilo-code", fixture: "kilo-code.jsonc"),
    Client(
      id: "trae", name: "Trae",
      places: [
        ClientPlace(.user, .json("mcpServers"), "$SUPPORT/Trae/User/mcp.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.trae/mcp.json", confidence: .probed),
      ],
      documentation: "https://github.com/pathintegral-institute/mcpm.sh/issues/92", fixture: "trae.json"),
    Client(
      id: "kiro", name: "Kiro",
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.kiro/settings/mcp.json", "~/.kiro/agents/*.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.kiro/settings/mcp.json", "$PROJECT/.kiro/agents/*.json"),
      ],
      documentation: "https://kiro.dev/docs/mcp/configuration", fixture: "kiro.json",
      afterChange: "It notices the change and starts the servers again."),
    Client(
      id: "antigravity", name: "Antigravity",
      places: [ClientPlace(.user, .json("mcpServers"), "~/.gemini/antigravity/mcp_config.json")],
      documentation:
        "https://github.com/github/github-mcp-server/blob/main/docs/installation-guides/install-antigravity.md",
      fixture: "antigravity.json"),
    Client(
      id: "qoder", name: "Qoder", places: [ClientPlace(.user, .json("mcpServers"), "~/.qoder/mcp.json")],
      documentation: "https://github.com/stacklok/toolhive/blob/main/pkg/client/config.go", fixture: "qoder.json"),
    Client(
      id: "junie", name: "JetBrains Junie",
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.junie/mcp/mcp.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.junie/mcp/mcp.json"),
      ],
      documentation: "https://junie.jetbrains.com/docs/junie-cli-mcp-configuration.html", fixture: "junie.json"),
    Client(
      id: "copilot-jetbrains", name: "Copilot in JetBrains",
      places: [
        ClientPlace(.user, codeServers, "~/.config/github-copilot/intellij/mcp.json", confidence: .probed)
      ],
      documentation: "https://docs.github.com/en/copilot/how-tos/provide-context/use-mcp/extend-copilot-chat-with-mcp"),
    Client(
      id: "augment", name: "Augment", aliases: ["auggie"],
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.augment/settings.json", confidence: .probed),
        ClientPlace(
          .user, Dialect(.json, [[[.name("augment.advanced"), .name("mcpServers")]]], namesAreInside: true),
          linux: inCode("settings.json"), macOS: inCode("settings.json"), confidence: .probed),
      ],
      documentation: "https://docs.augmentcode.com/setup-augment/mcp"),
    Client(
      id: "visual-studio", name: "Visual Studio",
      places: [ClientPlace(.project, codeServers, "$PROJECT/.vs/mcp.json", "$PROJECT/.mcp.json")],
      documentation: "https://learn.microsoft.com/en-us/visualstudio/ide/mcp-servers", fixture: "visual-studio.json"),
  ]

  private static let continueList = Dialect(.yaml, [[[.name("mcpServers")]]], namesAreInside: true)

  private static let vibeServers = Dialect(.toml, [[[.name("mcp_servers")]]], namesAreInside: true)
  private static let codexServers = Dialect(.toml, [[[.name("mcp_servers")]]])

  /// The second version has a table of servers inside `mcp`, the first has them there directly.
  private static let opencodeServers = Dialect(
    .json, [[[.name("mcp"), .name("servers")], [.name("mcp")]]], environment: ["environment"])

  // MARK: Terminals

  private static let terminals: [Client] = [
    Client(
      id: "claude-code", name: "Claude Code",
      places: [
        ClientPlace(
          .user, Dialect(.json, [[[.name("mcpServers")]], [[.name("projects"), .every, .name("mcpServers")]]]),
          "${CLAUDE_CONFIG_DIR:-~}/.claude.json",
          macOS: ["~/Library/Developer/Xcode/CodingAssistant/ClaudeAgentConfig/.claude.json"]),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.mcp.json"),
        ClientPlace(
          .plugin, Dialect(.json, [[[.name("mcpServers")], []]]), "~/.claude/plugins/cache/*/*/.mcp.json",
          "~/.claude/plugins/cache/*/*/*/.mcp.json"),
        ClientPlace(
          .managed, .json("mcpServers"), linux: ["/etc/claude-code/managed-mcp.json"],
          macOS: ["/Library/Application Support/ClaudeCode/managed-mcp.json"], confidence: .probed),
      ],
      documentation: "https://code.claude.com/docs/en/mcp", fixture: "claude-code.json",
      afterChange: "Start a new session; servers of a project are to be approved again.", rewrittenBy: ["claude"],
      notes: [
        (
          "an administrator's list of allowed commands may have to name the new command",
          [
            "/etc/claude-code/managed-settings.json",
            "/Library/Application Support/ClaudeCode/managed-settings.json",
          ]
        )
      ]),
    Client(
      id: "codex", name: "Codex",
      places: [
        ClientPlace(
          .user, codexServers, "${CODEX_HOME:-~/.codex}/config.toml",
          macOS: ["~/Library/Developer/Xcode/CodingAssistant/codex/config.toml"]),
        ClientPlace(.project, codexServers, "$PROJECT/.codex/config.toml"),
      ],
      documentation: "https://developers.openai.com/codex/mcp", fixture: "codex.toml",
      afterChange: "Start a new session."),
    Client(
      id: "gemini-cli", name: "Gemini CLI", aliases: ["gemini"],
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.gemini/settings.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.gemini/settings.json"),
        ClientPlace(.plugin, .json("mcpServers"), "~/.gemini/extensions/*/gemini-extension.json", confidence: .probed),
        ClientPlace(
          .managed, .json("mcpServers"), linux: ["/etc/gemini-cli/settings.json"],
          macOS: ["/Library/Application Support/GeminiCli/settings.json"], confidence: .probed),
      ],
      documentation: "https://geminicli.com/docs/tools/mcp-server", fixture: "gemini-cli.json",
      afterChange: "Start a new session."),
    Client(
      id: "qwen-code", name: "Qwen Code", aliases: ["qwen"],
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.qwen/settings.json"),
        ClientPlace(
          .project, .json("mcpServers"), "$PROJECT/.qwen/settings.local.json", "$PROJECT/.qwen/settings.json",
          "$PROJECT/.mcp.json"),
      ],
      documentation: "https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp", fixture: "qwen-code.json",
      afterChange: "Start a new session."),
    Client(
      id: "goose", name: "Goose",
      places: [
        ClientPlace(
          .user, Dialect(.yaml, [[[.name("extensions")]]], command: "cmd", environment: ["envs"]),
          "~/.config/goose/config.yaml")
      ],
      documentation: "https://block.github.io/goose/docs/guides/config-files", fixture: "goose.yaml",
      afterChange: "Start a new session.", rewrittenBy: ["goosed"]),
    Client(
      id: "opencode", name: "opencode",
      places: [
        ClientPlace(.user, opencodeServers, "$CONFIG/opencode/opencode.json", "$CONFIG/opencode/opencode.jsonc"),
        ClientPlace(
          .project, opencodeServers, "$PROJECT/opencode.json", "$PROJECT/opencode.jsonc",
          "$PROJECT/.opencode/opencode.json",
          "$PROJECT/.opencode/opencode.jsonc"),
      ],
      documentation: "https://opencode.ai/docs/mcp-servers", fixture: "opencode.jsonc",
      afterChange: "Start a new session."),
    Client(
      id: "amp", name: "Amp",
      places: [
        ClientPlace(.user, .json("amp.mcpServers"), "~/.config/amp/settings.json", "~/.config/amp/settings.jsonc"),
        ClientPlace(.project, .json("amp.mcpServers"), "$PROJECT/.amp/settings.json", "$PROJECT/.amp/settings.jsonc"),
        ClientPlace(
          .managed, .json("amp.mcpServers"), linux: ["/etc/ampcode/managed-settings.json"],
          macOS: ["/Library/Application Support/ampcode/managed-settings.json"]),
      ],
      documentation: "https://ampcode.com/manual", fixture: "amp.json", afterChange: "Start a new session."),
    Client(
      id: "copilot-cli", name: "Copilot CLI", aliases: ["copilot"],
      places: [
        ClientPlace(.user, .json("mcpServers"), "${COPILOT_HOME:-~/.copilot}/mcp-config.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.mcp.json", "$PROJECT/.github/mcp.json"),
      ],
      documentation: "https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
      fixture: "copilot-cli.json", afterChange: "Start a new session."),
    Client(
      id: "crush", name: "Crush",
      places: [
        ClientPlace(.user, .json("mcp"), "$CONFIG/crush/crush.json"),
        ClientPlace(.project, .json("mcp"), "$PROJECT/.crush.json", "$PROJECT/crush.json"),
      ],
      documentation: "https://github.com/charmbracelet/crush#mcps", fixture: "crush.json",
      afterChange: "Start a new session."),
    Client(
      id: "amazon-q", name: "Amazon Q", aliases: ["q"],
      places: [
        ClientPlace(
          .user, .json("mcpServers"), "~/.aws/amazonq/mcp.json", "~/.aws/amazonq/cli-agents/*.json",
          "~/.aws/amazonq/agents/default.json"),
        ClientPlace(
          .project, .json("mcpServers"), "$PROJECT/.amazonq/mcp.json", "$PROJECT/.amazonq/cli-agents/*.json"),
      ],
      documentation:
        "https://docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/command-line-mcp-understanding-config.html",
      fixture: "amazon-q.json", afterChange: "Start a new session."),
    Client(
      id: "warp", name: "Warp",
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.warp/.mcp.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.warp/.mcp.json"),
      ],
      documentation: "https://docs.warp.dev/agent-platform/capabilities/mcp", fixture: "warp.json"),
    Client(
      id: "kimi-cli", name: "Kimi CLI", aliases: ["kimi"],
      places: [ClientPlace(.user, .json("mcpServers"), "~/.kimi/mcp.json")],
      documentation: "https://moonshotai.github.io/kimi-cli/en/customization/mcp.html", fixture: "kimi-cli.json",
      afterChange: "Start a new session."),
    Client(
      id: "factory-droid", name: "Factory Droid", aliases: ["droid", "factory"],
      places: [ClientPlace(.user, .json("mcpServers"), "~/.factory/mcp.json")],
      documentation: "https://docs.factory.ai/cli/configuration/mcp", fixture: "factory-droid.json"),
    Client(
      id: "mistral-vibe", name: "Mistral Vibe", aliases: ["vibe"],
      places: [
        ClientPlace(
          .user, vibeServers, "~/.vibe/config.toml"),
        ClientPlace(.project, vibeServers, "$PROJECT/.vibe/config.toml"),
      ],
      documentation: "https://docs.mistral.ai/vibe/code/cli/mcp-servers", fixture: "mistral-vibe.toml",
      afterChange: "Start a new session."),
    Client(
      id: "tabnine", name: "Tabnine",
      places: [
        ClientPlace(.user, .json("mcpServers"), "~/.tabnine/agent/settings.json"),
        ClientPlace(.project, .json("mcpServers"), "$PROJECT/.tabnine/agent/settings.json"),
        ClientPlace(
          .managed, .json("mcpServers"), linux: ["/etc/tabnine-cli/settings.json"],
          macOS: ["/Library/Application Support/TabnineCli/settings.json"]),
      ],
      documentation:
        "https://docs.tabnine.com/main/getting-started/tabnine-agent/mcp-intro-and-setup/mcp-server-config",
      fixture: "tabnine.json"),
  ]
}
