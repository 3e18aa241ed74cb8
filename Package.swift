// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "oktsec",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // System libraries.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium",
      providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // What Swift cannot say: the processor's SHA extensions, fork and exec.
    .target(name: "CShims"),
    // The compiled rules, embedded in the binary.
    .target(name: "CRuleTables", exclude: ["rules.bin"]),

    // Locks, detached threads and the steady clock.
    .target(name: "Threads", swiftSettings: settings),

    // The corridor.
    .target(name: "JSONRPC", swiftSettings: settings),
    .target(name: "Matching", swiftSettings: settings),
    .target(
      name: "Guard", dependencies: ["JSONRPC", "Matching", "CShims", "CRuleTables", "CSodium", "CZlib"],
      swiftSettings: settings),
    .target(name: "Audit", dependencies: ["Guard", "Threads", "CSQLite"], swiftSettings: settings),
    .target(name: "StdioProxy", dependencies: ["JSONRPC", "Guard", "Threads", "CShims"], swiftSettings: settings),

    .target(name: "MCPServer", dependencies: ["JSONRPC", "Guard", "Audit"], swiftSettings: settings),

    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
    .target(name: "RuleFiles", dependencies: ["YAML", "Guard", "Matching"], swiftSettings: settings),

    .executableTarget(
      name: "oktsec",
      dependencies: [
        "JSONRPC", "Guard", "Audit", "StdioProxy", "MCPServer", "YAML", "RuleFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    // Compiles rules/*.yaml to Sources/CRuleTables/rules.bin; run by `make generate`, never shipped.
    .executableTarget(name: "rulegen", dependencies: ["RuleFiles", "Guard"], swiftSettings: settings),

    // A server with every fixture of the official conformance suite; never shipped.
    .executableTarget(
      name: "mcp-everything", dependencies: ["MCPServer", "JSONRPC"], path: "Tests/EverythingServer",
      swiftSettings: settings),

    // Tests.
    .testTarget(name: "JSONRPCTests", dependencies: ["JSONRPC"], swiftSettings: settings),
    .testTarget(name: "MatchingTests", dependencies: ["Matching"], swiftSettings: settings),
    .testTarget(name: "GuardTests", dependencies: ["Guard", "JSONRPC"], swiftSettings: settings),
    .testTarget(
      name: "AuditTests", dependencies: ["Audit", "Guard", "Threads"], exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "StdioProxyTests", dependencies: ["StdioProxy", "Guard", "JSONRPC", "Threads"], swiftSettings: settings),
    .testTarget(
      name: "RuleFilesTests", dependencies: ["RuleFiles", "YAML", "Guard", "Matching"], swiftSettings: settings),
    .testTarget(
      name: "MCPServerTests", dependencies: ["MCPServer", "JSONRPC", "Guard", "Audit"], swiftSettings: settings),
    .testTarget(
      name: "OktsecTests", dependencies: ["oktsec", "Guard", "Audit", "StdioProxy", "MCPServer"],
      swiftSettings: settings),
  ]
)
