// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

// lld's output starts sooner and needs less memory than that of the default linker, since nothing outside looks symbols up in
// it (decision 12).
let linking: [LinkerSetting] = [
  .unsafeFlags(
    ["-use-ld=lld", "-Xlinker", "--icf=safe", "-Xlinker", "--no-export-dynamic"],
    .when(platforms: [.linux], configuration: .release))
]

let package = Package(
  name: "oktsec",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Without its traits Hummingbird links FoundationEssentials only; see docs/decisions.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.24.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.29.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
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

    // The HTTP side. It alone builds the HTTP stack.
    .target(
      name: "HTTPAdapter",
      dependencies: [
        "Guard", "Audit", "MCPServer", "JSONRPC", "Threads",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    // Pages: requests in, replies out. It knows no HTTP library.
    .target(
      name: "Dashboard", dependencies: ["Guard", "Audit", "JSONRPC", "Threads"],
      resources: [
        .embedInCode("Assets/dashboard.css"), .embedInCode("Assets/dashboard.js"), .embedInCode("Assets/icon.svg"),
      ],
      swiftSettings: settings),

    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
    .target(name: "RuleFiles", dependencies: ["YAML", "Guard", "Matching"], swiftSettings: settings),

    // Commands, config, the clients' files: what both executables are made of.
    .target(
      name: "CLI",
      dependencies: [
        "JSONRPC", "Guard", "Audit", "StdioProxy", "MCPServer", "Dashboard", "Threads", "YAML", "RuleFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(name: "oktsec", dependencies: ["CLI"], swiftSettings: settings, linkerSettings: linking),
    // What `oktsec serve` becomes. The HTTP stack is linked here and nowhere else.
    .executableTarget(
      name: "oktsec-serve",
      dependencies: ["CLI", "HTTPAdapter", "Dashboard", "MCPServer", "Audit", "Guard", "Threads"],
      swiftSettings: settings, linkerSettings: linking),
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
      name: "HTTPAdapterTests", dependencies: ["HTTPAdapter", "Guard", "Audit", "JSONRPC", "MCPServer", "Threads"],
      swiftSettings: settings),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Audit", "Guard", "Threads", "CLI"],
      swiftSettings: settings),
    .testTarget(
      name: "OktsecTests", dependencies: ["CLI", "Guard", "Audit", "StdioProxy", "MCPServer"],
      swiftSettings: settings),
  ]
)
