// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product does not carry it. The modules are the product's, by symbolic link.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "http-bench",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: [])
  ],
  targets: [
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .target(name: "CShims"),
    .target(name: "CRuleTables", exclude: ["rules.bin"]),
    .target(name: "JSONRPC", swiftSettings: settings),
    .target(name: "Matching", swiftSettings: settings),
    .target(
      name: "Guard", dependencies: ["JSONRPC", "Matching", "CShims", "CRuleTables", "CSodium", "CZlib"],
      swiftSettings: settings),
    .executableTarget(
      name: "http-bench",
      dependencies: ["Guard", "JSONRPC", .product(name: "Hummingbird", package: "hummingbird")],
      swiftSettings: settings),
  ]
)
