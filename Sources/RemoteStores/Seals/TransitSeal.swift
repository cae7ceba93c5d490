internal import Findings
public import SecretStore
public import Secrets
public import Vaulting

/// A slot whose key is wrapped by a transit engine: of HashiCorp Vault, OpenBao, or another Keyfolio server
/// (`POST /v1/MOUNT/encrypt/KEY`, `…/decrypt/KEY`).
///
/// Credentials: `VAULT_TOKEN`, or `VAULT_TOKEN_FILE`; `VAULT_CACERT` names the authority. They go where `VAULT_ADDR` or
/// `KEYFOLIO_SEAL_ADDRESSES` says, and a slot that names another address is refused.
public struct TransitSeal: WrappingService {
    /// Which service it is.
    public let kind = SealSlot.Kind.vaultTransit
    /// Where the key is, as the slot keeps it.
    public let place: String
    private let key: String
    private let mount: String
    private let address: ServerAddress
    private let environment: SealEnvironment

    /// Names a key; nothing is asked.
    ///
    /// - Parameters:
    ///   - key: Its name.
    ///   - mount: Where the engine is.
    ///   - address: The server's URL.
    ///   - environment: Gives variables of the environment.
    /// - Throws: `KF-STORE-029` for what names no key.
    public init(
        key: String,
        mount: String = "transit",
        address: String,
        _ environment: @escaping @Sendable (String) -> String?
    ) throws(StoreError) {
        guard SealPlace.isPlain(key, "_-.", limit: 128), SealPlace.isPlain(mount, "/_-.", limit: 256) else {
            throw .serviceRefused("the key or the mount of the transit engine is not valid")
        }
        self.address = try SealTransport.address(address)
        (self.key, self.mount, self.environment) = (key, mount, SealEnvironment(variable: environment))
        place = SealPlace([("address", self.address.description), ("mount", mount), ("key", key)]).text
    }

    init(place text: String, _ environment: @escaping @Sendable (String) -> String?) throws(StoreError) {
        let place = try SealPlace(text, names: ["address", "mount", "key"])
        try self.init(
            key: place["key"] ?? "",
            mount: place["mount"] ?? "",
            address: place["address"] ?? "",
            environment
        )
        try self.environment.require(self.address, in: ["VAULT_ADDR"])
    }

    /// Wraps a key.
    ///
    /// - Throws: `KF-STORE-029` for a refusal, `KF-STORE-037` when there is no answer.
    public func wrap(_ key: Secret<[UInt8]>, for binding: SlotBinding) throws(StoreError) -> [UInt8] {
        let data = try ask("encrypt", ["plaintext": .string(Base64.encode(key.reveal()))])
        guard let text = data["ciphertext"]?.asString, !text.isEmpty else {
            throw .serviceRefused("its answer is not what it answers")
        }
        return Array(text.utf8)
    }

    /// Unwraps a key.
    ///
    /// - Throws: `KF-STORE-029` for a refusal, `KF-STORE-037` when there is no answer.
    public func unwrap(_ wrapped: [UInt8], for binding: SlotBinding) throws(StoreError) -> Secret<[UInt8]> {
        let data = try ask("decrypt", ["ciphertext": .string(String(decoding: wrapped, as: UTF8.self))])
        guard let key = data["plaintext"]?.asString.flatMap(Base64.decode) else {
            throw .serviceRefused("its answer is not what it answers")
        }
        return Secret(key)
    }

    private func ask(_ action: String, _ body: JSONValue) throws(StoreError) -> JSONObject {
        let token = try environment.secret("VAULT_TOKEN")
        let question = SealTransport.Question(
            target: "/v1/\(mount)/\(action)/\(key)",
            body: body.bytes(),
            token: token.text
        )
        // Its texts may say what was sent; the status says enough.
        let answer = try SealTransport(address: address, authority: environment["VAULT_CACERT"])
            .ask(question) { _ in nil }
        return answer["data"]?.asObject ?? JSONObject()
    }
}
