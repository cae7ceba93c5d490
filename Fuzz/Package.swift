// swift-tools-version: 6.2
import PackageDescription

// A package of its own: a fuzz target needs a driver that only `run.sh` links, so it would break a plain `swift build`.
let package = Package(
    name: "keyfolio-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "keyfolio", path: "..")
    ],
    targets: [
        .executableTarget(name: "fuzz-dotenv", dependencies: [.product(name: "DotEnv", package: "keyfolio")]),
        .executableTarget(name: "measure-dotenv", dependencies: [.product(name: "DotEnv", package: "keyfolio")]),
    ],
    swiftLanguageModes: [.v6]
)
