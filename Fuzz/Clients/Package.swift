// swift-tools-version: 6.2
import PackageDescription

// A package of its own. The modules and the editors are the product's by symbolic link, and so is the generator, which the
// unit tests use too.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "fuzz-clients",
  targets: [
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .target(name: "CShims"),
    .target(name: "CRuleTables", exclude: ["rules.bin"]),
    .target(name: "JSONRPC", swiftSettings: settings),
    .target(name: "Matching", swiftSettings: settings),
    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
    .target(
      name: "Guard", dependencies: ["JSONRPC", "Matching", "CShims", "CRuleTables", "CSodium", "CZlib"], swiftSettings: settings),
    .target(name: "Threads", swiftSettings: settings),
    .target(name: "StdioProxy", dependencies: ["JSONRPC", "Guard", "Threads", "CShims"], swiftSettings: settings),
    .executableTarget(
      name: "fuzz-clients", dependencies: ["JSONRPC", "YAML", "Guard", "StdioProxy"], swiftSettings: settings),
  ]
)
