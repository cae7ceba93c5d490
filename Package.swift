// swift-tools-version: 6.2
import PackageDescription

/// The command has no clients, so its imports need no access levels.
let commandRules: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// What every target of the house is built with: see ARCHITECTURE.md, "How it is built".
let houseRules: [SwiftSetting] = commandRules + [.enableUpcomingFeature("InternalImportsByDefault")]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let nio = ["NIOCore", "NIOPosix", "NIOTLS"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")

let package = Package(
    name: "keyfolio",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AccessPolicy", targets: ["AccessPolicy"]),
        .library(name: "Age", targets: ["Age"]),
        .library(name: "Certificates", targets: ["Certificates"]),
        .library(name: "DotEnv", targets: ["DotEnv"]),
        .library(name: "Findings", targets: ["Findings"]),
        .library(name: "Interchange", targets: ["Interchange"]),
        .library(name: "HTTPModel", targets: ["HTTPModel"]),
        .library(name: "Manifest", targets: ["Manifest"]),
        .library(name: "SecretStore", targets: ["SecretStore"]),
        .library(name: "Secrets", targets: ["Secrets"]),
        .library(name: "Server", targets: ["Server"]),
        .library(name: "StorageSQLite", targets: ["StorageSQLite"]),
        .library(name: "Vaulting", targets: ["Vaulting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        // Nothing is built with it: `make docs` only.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // C that Swift cannot reach: prctl and friends.
        .target(name: "CPlatform"),

        .target(name: "Secrets", dependencies: ["CPlatform"], swiftSettings: houseRules),
        .testTarget(name: "SecretsTests", dependencies: ["Secrets"], swiftSettings: houseRules),

        .target(
            name: "Age",
            dependencies: ["CPlatform", "Secrets", crypto, cryptoExtras],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "AgeTests",
            dependencies: ["Age", "Secrets", crypto, cryptoExtras],
            exclude: ["Fixtures"],
            swiftSettings: houseRules
        ),

        .target(name: "DotEnv", swiftSettings: houseRules),
        .testTarget(
            name: "DotEnvTests",
            dependencies: ["DotEnv"],
            exclude: ["Fixtures", "Readers"],
            swiftSettings: houseRules
        ),

        .target(name: "Findings", swiftSettings: houseRules),
        .testTarget(name: "FindingsTests", dependencies: ["Findings"], swiftSettings: houseRules),

        .target(name: "Launch", dependencies: ["CPlatform", "Secrets"], swiftSettings: houseRules),
        // What the tests of Launch run in real processes, at real terminals; not a product.
        .executableTarget(
            name: "launch-probe",
            dependencies: ["CPlatform", "Launch", "Secrets"],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "LaunchTests",
            dependencies: ["CPlatform", "Launch", "Secrets", "launch-probe"],
            exclude: ["Terminal"],
            swiftSettings: houseRules
        ),

        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "Manifest", dependencies: ["Findings", "Secrets", "CLibYAML"], swiftSettings: houseRules),
        .testTarget(name: "ManifestTests", dependencies: ["Findings", "Manifest"], swiftSettings: houseRules),

        .target(name: "SecretStore", dependencies: ["Findings", "Secrets"], swiftSettings: houseRules),
        .testTarget(name: "SecretStoreTests", dependencies: ["SecretStore", "Secrets"], swiftSettings: houseRules),

        .target(name: "AccessPolicy", dependencies: ["Findings"], swiftSettings: houseRules),
        .testTarget(name: "AccessPolicyTests", dependencies: ["AccessPolicy", "Findings"], swiftSettings: houseRules),

        .target(
            name: "Vaulting",
            dependencies: ["AccessPolicy", "CPlatform", "Findings", "SecretStore", "Secrets", crypto, cryptoExtras],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "VaultingTests",
            dependencies: ["Findings", "Vaulting", "SecretStore", "Secrets", crypto],
            swiftSettings: houseRules
        ),

        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "StorageSQLite",
            dependencies: ["CSQLite", "SecretStore", "Vaulting"],
            swiftSettings: houseRules
        ),
        // What the tests of the store kill, starve and run side by side; not a product.
        .executableTarget(
            name: "vault-torture",
            dependencies: ["CSQLite", "SecretStore", "Secrets", "Server", "StorageSQLite", "Vaulting"],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "StorageSQLiteTests",
            dependencies: [
                "AccessPolicy", "CSQLite", "Findings", "SecretStore", "Secrets", "StorageSQLite", "vault-torture",
                "Vaulting",
            ],
            exclude: ["Fixtures"],
            swiftSettings: houseRules
        ),

        .target(name: "Probes", dependencies: ["Findings", "Secrets"], swiftSettings: houseRules),
        .testTarget(name: "ProbesTests", dependencies: ["Findings", "Probes", "Secrets"], swiftSettings: houseRules),

        .target(
            name: "Interchange",
            dependencies: ["DotEnv", "Findings", "Manifest", "Secrets"],
            swiftSettings: houseRules
        ),

        .testTarget(
            name: "InterchangeTests",
            dependencies: ["DotEnv", "Interchange", "Secrets"],
            exclude: ["Readers"],
            swiftSettings: houseRules
        ),

        // libcurl, opened when a server is talked to; the client of a Keyfolio server.
        .target(name: "CCurl"),
        .target(
            name: "RemoteStores",
            dependencies: ["CCurl", "CPlatform", "Findings", "SecretStore", "Secrets", "Vaulting", crypto],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "RemoteStoresTests",
            dependencies: ["Findings", "RemoteStores", "SecretStore", "Secrets", "Vaulting"],
            swiftSettings: houseRules
        ),

        .target(
            name: "Workspace",
            dependencies: [
                "CPlatform", "DotEnv", "Findings", "Manifest", "Probes", "RemoteStores", "SecretStore", "Secrets",
                "StorageSQLite", "Vaulting",
            ],
            swiftSettings: houseRules
        ),
        // The server: the messages, the four protocols over the gate, the transport, the program.
        .target(name: "HTTPModel", swiftSettings: houseRules),
        .testTarget(name: "HTTPModelTests", dependencies: ["HTTPModel"], swiftSettings: houseRules),
        .target(
            name: "Server",
            dependencies: [
                "AccessPolicy", "CPlatform", "Findings", "HTTPModel", "SecretStore", "Secrets", "StorageSQLite",
                "Vaulting", crypto, cryptoExtras, asn1,
            ],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "AccessPolicy", "Findings", "HTTPModel", "SecretStore", "Secrets", "Server", "StorageSQLite",
                "Vaulting", crypto, cryptoExtras,
            ],
            exclude: ["AWS/Fixtures"],
            swiftSettings: houseRules
        ),
        // Who vouches for certificates of clients: the server's reader of X.509.
        .target(
            name: "Certificates",
            dependencies: ["SecretStore", "Server", x509, asn1, crypto],
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "CertificatesTests",
            dependencies: [
                "Certificates", "HTTPModel", "Findings", "SecretStore", "Secrets", "Server", "StorageSQLite",
                "Vaulting", x509, asn1, crypto,
            ],
            swiftSettings: houseRules
        ),
        .target(
            name: "HTTPService",
            dependencies: ["CPlatform", "HTTPModel", nioTLS, nioHTTP2, x509, asn1, crypto] + nio,
            swiftSettings: houseRules
        ),
        .testTarget(
            name: "HTTPServiceTests",
            dependencies: ["HTTPModel", "HTTPService", nioTLS, nioHTTP2, x509, asn1, crypto] + nio,
            swiftSettings: houseRules
        ),
        .executableTarget(
            name: "keyfolio-server",
            dependencies: [
                "AccessPolicy", "CPlatform", "Certificates", "Findings", "HTTPModel", "HTTPService", "Launch",
                "RemoteStores",
                "SecretStore",
                "Secrets", "Server",
                "StorageSQLite", "Vaulting", "Workspace",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: commandRules
        ),
        .executableTarget(
            name: "keyfolio",
            dependencies: [
                "AccessPolicy", "Age", "CPlatform", "DotEnv", "Findings", "HTTPModel", "Interchange", "Launch",
                "Manifest",
                "Probes", "RemoteStores",
                "SecretStore", "Secrets", "Workspace",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: commandRules
        ),
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "keyfolio", "keyfolio-server", "Workspace",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Clients"],
            swiftSettings: houseRules
        ),
        .testTarget(name: "WorkspaceTests", dependencies: ["Workspace"], swiftSettings: commandRules),
    ],
    swiftLanguageModes: [.v6]
)
