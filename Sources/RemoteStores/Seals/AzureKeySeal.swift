internal import Findings
public import SecretStore
public import Secrets
public import Vaulting

/// A slot whose key is wrapped by an RSA key of Azure Key Vault: `wrapkey` and `unwrapkey` with RSA-OAEP-256 (REST API 7.4).
///
/// A token comes from Microsoft Entra ID by client credentials: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
/// `AZURE_CLIENT_SECRET` (or `…_FILE`); `AZURE_AUTHORITY_HOST` names another authority. The token goes where
/// `AZURE_KEYVAULT_URL` or `KEYFOLIO_SEAL_ADDRESSES` says, and a slot that names another address is refused.
public struct AzureKeySeal: WrappingService {
    /// Which service it is.
    public let kind = SealSlot.Kind.azureKeyVault
    /// Where the key is, as the slot keeps it.
    public let place: String
    private let name: String
    private let address: ServerAddress
    private let environment: SealEnvironment

    /// Names a key; nothing is asked. Its newest version wraps, and the version that wrapped unwraps.
    ///
    /// - Parameters:
    ///   - key: Its URL, such as `https://team.vault.azure.net/keys/keyfolio`.
    ///   - environment: Gives variables of the environment.
    /// - Throws: `KF-STORE-029` for what names no key.
    public init(
        key: String,
        _ environment: @escaping @Sendable (String) -> String?
    ) throws(StoreError) {
        guard let start = key.firstRange(of: "/keys/") else {
            throw .serviceRefused("the key's URL is not https://VAULT.vault.azure.net/keys/NAME")
        }
        let name = String(key[start.upperBound...])
        guard SealPlace.isPlain(name, "-", limit: 127) else {
            throw .serviceRefused("the key's URL is not https://VAULT.vault.azure.net/keys/NAME")
        }
        address = try SealTransport.address(String(key[..<start.lowerBound]))
        (self.name, self.environment) = (name, SealEnvironment(variable: environment))
        place = SealPlace([("key", "\(address)/keys/\(name)")]).text
    }

    init(place text: String, _ environment: @escaping @Sendable (String) -> String?) throws(StoreError) {
        try self.init(key: try SealPlace(text, names: ["key"])["key"] ?? "", environment)
        try self.environment.require(address, in: ["AZURE_KEYVAULT_URL"])
    }

    /// Wraps a key. What is kept is the version of the service's key, a line break, and what it wrapped.
    ///
    /// - Throws: `KF-STORE-029` for a refusal, `KF-STORE-037` when there is no answer.
    public func wrap(_ key: Secret<[UInt8]>, for binding: SlotBinding) throws(StoreError) -> [UInt8] {
        let answer = try ask("wrapkey", version: nil, value: key.reveal())
        guard let value = answer["value"]?.asString.flatMap(Base64.decodeForURL), !value.isEmpty,
            let version = answer["kid"]?.asString?.split(separator: "/").last.map(String.init),
            SealPlace.isPlain(version, "", limit: 64)
        else { throw .serviceRefused("its answer is not what it answers") }
        return Array("\(version)\n".utf8) + value
    }

    /// Unwraps a key.
    ///
    /// - Throws: `KF-STORE-029` for a refusal, `KF-STORE-037` when there is no answer.
    public func unwrap(_ wrapped: [UInt8], for binding: SlotBinding) throws(StoreError) -> Secret<[UInt8]> {
        guard let end = wrapped.firstIndex(of: 0x0A) else {
            throw .serviceRefused("the slot names no version of its key")
        }
        let version = String(decoding: wrapped[..<end], as: UTF8.self)
        guard SealPlace.isPlain(version, "", limit: 64) else {
            throw .serviceRefused("the slot names no version of its key")
        }
        let answer = try ask("unwrapkey", version: version, value: Array(wrapped[(end + 1)...]))
        guard let key = answer["value"]?.asString.flatMap(Base64.decodeForURL) else {
            throw .serviceRefused("its answer is not what it answers")
        }
        return Secret(key)
    }

    private func ask(_ action: String, version: String?, value: [UInt8]) throws(StoreError) -> JSONObject {
        let token = try token()
        let body: JSONValue = ["alg": "RSA-OAEP-256", "value": .string(Base64.encodeForURL(value))]
        let place = "/keys/\(name)" + (version.map { "/\($0)" } ?? "")
        let question = SealTransport.Question(
            target: "\(place)/\(action)?api-version=7.4",
            body: body.bytes(),
            token: token
        )
        return try SealTransport(address: address, authority: environment["SSL_CERT_FILE"]).ask(question) { members in
            members["error"]?["code"]?.asString
        }
    }

    /// A token for the vault, by client credentials (RFC 6749, 4.4).
    private func token() throws(StoreError) -> Secret<String> {
        guard let resource = Self.resource(of: address) else {
            throw .serviceRefused("the key's address is below none of Key Vault's domains, such as vault.azure.net")
        }
        let scope = "\(resource)/.default"
        guard let tenant = environment["AZURE_TENANT_ID"], SealPlace.isPlain(tenant, "-.", limit: 128) else {
            throw .serviceRefused("AZURE_TENANT_ID is not set, or names no tenant")
        }
        guard let client = environment["AZURE_CLIENT_ID"], SealPlace.isPlain(client, "-", limit: 128) else {
            throw .serviceRefused("AZURE_CLIENT_ID is not set, or names no client")
        }
        let secret = try environment.secret("AZURE_CLIENT_SECRET")
        let authority = environment["AZURE_AUTHORITY_HOST"] ?? "https://login.microsoftonline.com"
        let form =
            "grant_type=client_credentials&client_id=\(client)&scope=\(Self.encoded(scope))&client_secret="
            + Self.encoded(secret.text.reveal())
        let question = SealTransport.Question(
            target: "/\(tenant)/oauth2/v2.0/token",
            body: Array(form.utf8),
            contentType: "application/x-www-form-urlencoded"
        )
        let host = try SealTransport.address(authority)
        let answer = try SealTransport(address: host, authority: environment["SSL_CERT_FILE"]).ask(question) {
            members in
            members["error"]?.asString
        }
        guard let token = answer["access_token"]?.asString else {
            throw .serviceRefused("its answer is not what it answers")
        }
        return Secret(token)
    }

    /// The domains of Key Vault and of Managed HSM in Azure's clouds.
    private static let domains = [
        "vault.azure.net", "vault.usgovcloudapi.net", "vault.azure.cn", "vault.microsoftazure.de",
        "managedhsm.azure.net", "managedhsm.usgovcloudapi.net", "managedhsm.azure.cn",
    ]

    /// The resource that a token for a vault is for, such as `https://vault.azure.net`; nil for a host that is no vault's.
    /// This machine's own address, where an emulator is, stands for a vault of the public cloud.
    static func resource(of address: ServerAddress) -> String? {
        if address.isPlain { return "https://\(domains[0])" }
        guard let dot = address.host.firstIndex(of: "."), dot != address.host.startIndex else { return nil }
        let domain = address.host[address.host.index(after: dot)...]
        return domains.first { $0 == domain }.map { "https://\($0)" }
    }

    /// RFC 3986, section 2.3: all but the unreserved characters.
    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if SealPlace.isPlain(String(UnicodeScalar(byte)), "-_~") || byte == 0x2E {
                bytes.append(byte)
            } else {
                bytes.append(0x25)
                bytes += Array(Hex.encode([byte]).uppercased().utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
