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
        .target(name: "FuzzDriver"),
        fuzzer("fuzz-age", of: ["Age", "Secrets"]),
        fuzzer("fuzz-certificate", of: ["Certificates", "Server"]),
        fuzzer("fuzz-dotenv", of: ["DotEnv"]),
        fuzzer("fuzz-interchange", of: ["DotEnv", "Interchange", "Secrets"]),
        fuzzer("fuzz-json11", of: ["Server"]),
        fuzzer("fuzz-jwt", of: ["Server"]),
        fuzzer("fuzz-manifest", of: ["Findings", "Manifest", "Secrets"]),
        fuzzer("fuzz-paths", of: ["Server"]),
        fuzzer("fuzz-policy", of: ["AccessPolicy", "Findings"]),
        fuzzer("fuzz-sigv4", of: ["HTTPModel", "Server"]),
        fuzzer("fuzz-transit", of: ["Server"]),
        .executableTarget(name: "measure-dotenv", dependencies: [.product(name: "DotEnv", package: "keyfolio")]),
    ],
    swiftLanguageModes: [.v6]
)

/// A fuzz target, of modules of the house.
func fuzzer(_ name: String, of modules: [String]) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzDriver"] + modules.map { .product(name: $0, package: "keyfolio") }
    )
}
