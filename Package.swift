// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "oktsec",
  platforms: [.macOS(.v14)],
  targets: [
    // System libraries.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    // What Swift cannot say: the processor's SHA extensions.
    .target(name: "CShims"),

    // The corridor.
    .target(name: "JSONRPC", swiftSettings: settings),
    .target(name: "Matching", swiftSettings: settings),
    .target(
      name: "Guard", dependencies: ["JSONRPC", "Matching", "CShims"],
      swiftSettings: settings),
    .target(name: "Audit", dependencies: ["Guard", "CSQLite"], swiftSettings: settings),

    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
    .target(name: "RuleFiles", dependencies: ["YAML", "Guard"], swiftSettings: settings),

    // Tests.
    .testTarget(name: "JSONRPCTests", dependencies: ["JSONRPC"], swiftSettings: settings),
    .testTarget(name: "MatchingTests", dependencies: ["Matching"], swiftSettings: settings),
    .testTarget(name: "GuardTests", dependencies: ["Guard", "JSONRPC"], swiftSettings: settings),
    .testTarget(name: "AuditTests", dependencies: ["Audit", "Guard"], swiftSettings: settings),
    .testTarget(
      name: "RuleFilesTests", dependencies: ["RuleFiles", "YAML", "Guard", "Matching"], swiftSettings: settings),
  ]
)
