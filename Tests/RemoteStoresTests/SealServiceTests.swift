import SecretStore
import Secrets
import Testing
import Vaulting

@testable import RemoteStores

@Suite struct SealServiceTests {
    private static let none: @Sendable (String) -> String? = { _ in nil }
    private static let named: @Sendable (String) -> String? = {
        $0 == "KEYFOLIO_SEAL_ADDRESSES" ? "https://kms.x, https://vault:8200/,https://team.vault.azure.net" : nil
    }
    private let binding = SlotBinding(storeID: "00", slot: 1)

    @Test func `a signature is the one that AWS's own library makes`() {
        // botocore's, as in Tests/ServerTests/AWS/Fixtures: "an empty object".
        let signing = SigningV4(
            accessKey: "AKIDEXAMPLE",
            secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1",
            service: "secretsmanager"
        )
        let header = signing.authorization(
            [
                ("x-amz-target", "secretsmanager.GetSecretValue"), ("host", "localhost:8200"),
                ("content-type", "application/x-amz-json-1.1"), ("x-amz-date", "20260131T235930Z"),
            ],
            target: "/",
            body: Array("{}".utf8),
            time: "20260131T235930Z"
        )
        #expect(header.hasSuffix("Signature=500f7528b221580b4197909f1f939a11484d111291662b077083f80818f5504d"))
        #expect(header.contains("Credential=AKIDEXAMPLE/20260131/us-east-1/secretsmanager/aws4_request"))
        #expect(SigningV4.time(Timestamp(microseconds: 1_769_903_970_000_000)) == "20260131T235930Z")
    }

    @Test func `what names no key is refused without being repeated`() {
        let makers: [() throws -> Void] = [
            { _ = try AWSKeySeal(key: "", region: "eu-central-1", Self.none) },
            { _ = try AWSKeySeal(key: "canary\nkey", region: "eu-central-1", Self.none) },
            { _ = try AWSKeySeal(key: "a", region: "canary.evil.example/", Self.none) },
            { _ = try AWSKeySeal(key: "a", region: "r", endpoint: "http://canary.example", Self.none) },
            { _ = try AWSKeySeal(key: "a", region: "r", endpoint: "https://canary:word@host", Self.none) },
            { _ = try TransitSeal(key: "../canary", address: "https://vault", Self.none) },
            { _ = try TransitSeal(key: "a", mount: "a/../canary", address: "https://vault", Self.none) },
            { _ = try TransitSeal(key: "a", address: "http://canary.example:8200", Self.none) },
            { _ = try AzureKeySeal(key: "https://canary.vault.azure.net/secrets/a", Self.none) },
            { _ = try AzureKeySeal(key: "https://vault.azure.net/keys/canary?x", Self.none) },
            { _ = try AzureKeySeal(key: "http://canary.example/keys/a", Self.none) },
        ]
        for maker in makers {
            #expect {
                try maker()
            } throws: { error in
                let error = error as? StoreError
                return error?.code == "KF-STORE-029" && error?.message.contains("canary") == false
            }
        }
    }

    @Test func `without credentials a service is not asked, and the variable is named`() throws {
        let services: [(any WrappingService, String)] = [
            (try AWSKeySeal(key: "a", region: "r", endpoint: "http://127.0.0.1:1", Self.none), "AWS_ACCESS_KEY_ID"),
            (try TransitSeal(key: "a", address: "http://127.0.0.1:1", Self.none), "VAULT_TOKEN"),
            (try AzureKeySeal(key: "http://127.0.0.1:1/keys/a", Self.none), "AZURE_TENANT_ID"),
        ]
        for (service, name) in services {
            #expect {
                _ = try service.wrap(Secret([1, 2, 3]), for: binding)
            } throws: { error in
                (error as? StoreError)?.code == "KF-STORE-029" && "\(error)".contains(name)
            }
        }
    }

    @Test func `where nobody answers, that is said, and nothing of the credentials`() throws {
        let service = try TransitSeal(key: "a", address: "http://127.0.0.1:1") { name in
            name == "VAULT_TOKEN" ? "canary-token" : nil
        }
        #expect {
            _ = try service.unwrap(Array("vault:v1:x".utf8), for: binding)
        } throws: { error in
            (error as? StoreError)?.code == "KF-STORE-037" && !"\(error)".contains("canary")
        }
    }

    @Test func `a place has no credentials, and the same place leads to the same service again`() throws {
        let services: [any WrappingService] = [
            try AWSKeySeal(key: "alias/k", region: "eu-central-1", Self.none),
            try AWSKeySeal(
                key: "arn:aws:kms:eu-central-1:1:key/a-b",
                region: "r",
                endpoint: "https://kms.x",
                Self.none
            ),
            try TransitSeal(key: "k", mount: "team/transit", address: "https://Vault:8200/", Self.none),
            try AzureKeySeal(key: "https://team.vault.azure.net/keys/k", Self.none),
        ]
        for service in services {
            let again: any WrappingService =
                switch service.kind {
                case .awsKMS: try AWSKeySeal(place: service.place, Self.named)
                case .vaultTransit: try TransitSeal(place: service.place, Self.named)
                default: try AzureKeySeal(place: service.place, Self.named)
                }
            #expect(again.place == service.place)
        }
        for wrong in ["", "region=a", "region=a\nkey=b\nkey=c", "region=a\nkey=b\nother=c", "key"] {
            #expect(throws: StoreError.self) { _ = try AWSKeySeal(place: wrong, Self.none) }
        }
    }

    @Test func `a slot that names an address of its own gets no credential, and the variable is named`() throws {
        let evil = "https://evil.example"
        let cases: [(SealSlot.Kind, place: String, right: String, variable: String)] = [
            (.vaultTransit, "address=\(evil)\nmount=transit\nkey=k", "https://vault:8200", "VAULT_ADDR"),
            (.vaultTransit, "address=https://vault:8201\nmount=transit\nkey=k", "https://vault:8200", "VAULT_ADDR"),
            (
                .vaultTransit, "address=http://127.0.0.1:8200\nmount=transit\nkey=k", "https://127.0.0.1:8200",
                "VAULT_ADDR"
            ),
            (.azureKeyVault, "key=\(evil)/keys/k", "https://team.vault.azure.net", "AZURE_KEYVAULT_URL"),
            (
                .azureKeyVault, "key=https://evil.vault.azure.net/keys/k", "https://team.vault.azure.net",
                "AZURE_KEYVAULT_URL"
            ),
            (.awsKMS, "region=eu-central-1\nkey=k\nendpoint=\(evil)", "https://kms.x", "AWS_ENDPOINT_URL"),
        ]
        for (kind, place, right, variable) in cases {
            for value in [nil, "", right, " , "] {
                #expect {
                    _ = try Self.service(kind, place) { name in
                        switch name {
                        case variable, "KEYFOLIO_SEAL_ADDRESSES": return value
                        case "AWS_ENDPOINT_URL_KMS": return nil
                        default:
                            Issue.record("\(name) was read")
                            return "canary"
                        }
                    }
                } throws: { error in
                    let error = error as? StoreError
                    return error?.code == "KF-STORE-029" && error?.message.contains(variable) == true
                }
            }
            for name in [variable, "KEYFOLIO_SEAL_ADDRESSES"] {
                let address =
                    String(
                        place.split(separator: "\n").first { $0.contains("https://") || $0.contains("http://") } ?? ""
                    )
                    .split(separator: "=").last.map { $0.split(separator: "/keys/")[0] } ?? ""
                _ = try Self.service(kind, place) { $0 == name ? "\(right),\(address)/" : nil }
            }
        }
        // What is no address is said to be none, and not passed over.
        #expect {
            _ = try Self.service(.vaultTransit, cases[0].place) { $0 == "VAULT_ADDR" ? "evil.example" : nil }
        } throws: { "\($0)".contains("VAULT_ADDR") }
        _ = try Self.service(.vaultTransit, cases[0].place) { name in
            ["VAULT_ADDR": "http://evil.example", "KEYFOLIO_SEAL_ADDRESSES": evil][name]
        }
        // A region leads nowhere but below Amazon's domain.
        _ = try Self.service(.awsKMS, "region=eu-central-1\nkey=k", Self.none)
        #expect(throws: StoreError.self) { try Self.service(.awsKMS, "region=evil.example\nkey=k", Self.none) }
    }

    private static func service(
        _ kind: SealSlot.Kind,
        _ place: String,
        _ environment: @escaping @Sendable (String) -> String?
    ) throws -> any WrappingService {
        switch kind {
        case .awsKMS: try AWSKeySeal(place: place, environment)
        case .vaultTransit: try TransitSeal(place: place, environment)
        default: try AzureKeySeal(place: place, environment)
        }
    }

    @Test func `a token of Azure is for a domain of Key Vault, or there is none`() throws {
        let cases: [(String, String?)] = [
            ("https://team.vault.azure.net", "https://vault.azure.net"),
            ("https://TEAM.vault.azure.cn:443/", "https://vault.azure.cn"),
            ("https://team.vault.usgovcloudapi.net", "https://vault.usgovcloudapi.net"),
            ("https://hsm.managedhsm.azure.net", "https://managedhsm.azure.net"),
            ("http://127.0.0.1:1", "https://vault.azure.net"), ("https://evil.example", nil), ("https://evil", nil),
            ("https://a.management.azure.com", nil), ("https://vault.azure.net", nil),
            ("https://.vault.azure.net", nil),
            ("https://a.b.vault.azure.net", nil), ("https://vault.azure.net.evil.example", nil),
            ("https://10.0.0.1", nil),
        ]
        for (address, resource) in cases { #expect(AzureKeySeal.resource(of: try ServerAddress(address)) == resource) }
        let service = try AzureKeySeal(key: "https://evil.example/keys/k") { name in
            Issue.record("\(name) was read")
            return nil
        }
        #expect(throws: StoreError.self) { try service.wrap(Secret([1]), for: binding) }
    }
}
