// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nothing of RE2 comes near the product. `Sources/Matching` is the product's module by symbolic link.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "fuzz-matching",
  targets: [
    .target(name: "Matching", swiftSettings: settings + [.unsafeFlags(["-enable-testing"])]),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .executableTarget(
      name: "fuzz-matching", dependencies: ["Matching", "CRE2"], swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)
