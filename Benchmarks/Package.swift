// swift-tools-version: 6.2
import PackageDescription

// A package of its own: a plain build of keyfolio needs none of this.
let package = Package(
    name: "keyfolio-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "keyfolio", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "store-bench",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DotEnv", package: "keyfolio"),
                .product(name: "SecretStore", package: "keyfolio"),
                .product(name: "Secrets", package: "keyfolio"),
                .product(name: "StorageSQLite", package: "keyfolio"),
                .product(name: "Vaulting", package: "keyfolio"),
            ]
        ),
        .executableTarget(name: "peak-memory"),
    ],
    swiftLanguageModes: [.v6]
)
