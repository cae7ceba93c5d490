// swift-tools-version: 6.2
import PackageDescription

/// What every target of the house is built with: see ARCHITECTURE.md, "How it is built".
let houseRules: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "keyfolio",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "DotEnv", targets: ["DotEnv"]),
        .library(name: "Findings", targets: ["Findings"]),
        .library(name: "Secrets", targets: ["Secrets"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // C that Swift cannot reach: prctl and friends.
        .target(name: "CPlatform"),

        .target(name: "Secrets", dependencies: ["CPlatform"], swiftSettings: houseRules),
        .testTarget(name: "SecretsTests", dependencies: ["Secrets"], swiftSettings: houseRules),

        .target(name: "DotEnv", swiftSettings: houseRules),
        .testTarget(name: "DotEnvTests", dependencies: ["DotEnv"], exclude: ["Fixtures", "Readers"], swiftSettings: houseRules),

        .target(name: "Findings", swiftSettings: houseRules),
        .testTarget(name: "FindingsTests", dependencies: ["Findings"], swiftSettings: houseRules),
    ],
    swiftLanguageModes: [.v6]
)
