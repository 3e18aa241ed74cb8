// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that Foundation comes nowhere near the product. `Sources/JSONRPC` is the product's module by
// symbolic link, and so are the generators and oracles, which the unit tests use too.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "fuzz-jsonrpc",
  targets: [
    .target(name: "JSONRPC", swiftSettings: settings),
    .executableTarget(name: "fuzz-jsonrpc", dependencies: ["JSONRPC"], swiftSettings: settings),
  ]
)
