internal import Findings
public import SecretStore
public import Secrets
public import Vaulting

/// A slot whose key is wrapped by AWS KMS: `Encrypt` and `Decrypt` of a symmetric key (AWS KMS API, 2014-11-01).
///
/// Store and slot are in the encryption context, which KMS authenticates and CloudTrail shows. Credentials:
/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` (or `…_FILE`), `AWS_SESSION_TOKEN`. They go below `amazonaws.com`, or where
/// `AWS_ENDPOINT_URL_KMS`, `AWS_ENDPOINT_URL` or `KEYFOLIO_SEAL_ADDRESSES` says; a slot that names another is refused.
public struct AWSKeySeal: WrappingService {
    /// Which service it is.
    public let kind = SealSlot.Kind.awsKMS
    /// Where the key is, as the slot keeps it.
    public let place: String
    private let key: String
    private let region: String
    private let address: ServerAddress
    private let environment: SealEnvironment

    /// Names a key; nothing is asked.
    ///
    /// - Parameters:
    ///   - key: Its id, ARN or alias.
    ///   - region: Such as `eu-central-1`.
    ///   - endpoint: Where the service is, when it is not where the region's is.
    ///   - environment: Gives variables of the environment.
    /// - Throws: `KF-STORE-029` for what names no key.
    public init(
        key: String,
        region: String,
        endpoint: String? = nil,
        _ environment: @escaping @Sendable (String) -> String?
    ) throws(StoreError) {
        guard SealPlace.isPlain(key, ":/_-"), SealPlace.isPlain(region, "-", limit: 64) else {
            throw .serviceRefused("the key or the region of AWS KMS is not valid")
        }
        let suffix = region.hasPrefix("cn-") ? ".cn" : ""
        address = try SealTransport.address(endpoint ?? "https://kms.\(region).amazonaws.com\(suffix)")
        (self.key, self.region, self.environment) = (key, region, SealEnvironment(variable: environment))
        place =
            SealPlace([("region", region), ("key", key), ("endpoint", endpoint == nil ? nil : address.description)])
            .text
    }

    init(place text: String, _ environment: @escaping @Sendable (String) -> String?) throws(StoreError) {
        let place = try SealPlace(text, names: ["region", "key", "endpoint"])
        try self.init(key: place["key"] ?? "", region: place["region"] ?? "", endpoint: place["endpoint"], environment)
        // Without one it is a name below Amazon's own domain: a region has no dots.
        guard place["endpoint"] != nil else { return }
        try self.environment.require(address, in: ["AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"])
    }

    /// Wraps a key.
    ///
    /// - Throws: `KF-STORE-029` for a refusal, `KF-STORE-037` when there is no answer.
    public func wrap(_ key: Secret<[UInt8]>, for binding: SlotBinding) throws(StoreError) -> [UInt8] {
        let answer = try ask("Encrypt", "Plaintext", Base64.encode(key.reveal()), binding)
        guard let blob = answer["CiphertextBlob"]?.asString.flatMap(Base64.decode), !blob.isEmpty else {
            throw .serviceRefused("its answer is not what it answers")
        }
        return blob
    }

    /// Unwraps a key.
    ///
    /// - Throws: `KF-STORE-029` for a refusal, `KF-STORE-037` when there is no answer.
    public func unwrap(_ wrapped: [UInt8], for binding: SlotBinding) throws(StoreError) -> Secret<[UInt8]> {
        let answer = try ask("Decrypt", "CiphertextBlob", Base64.encode(wrapped), binding)
        guard let key = answer["Plaintext"]?.asString.flatMap(Base64.decode) else {
            throw .serviceRefused("its answer is not what it answers")
        }
        return Secret(key)
    }

    private func ask(
        _ action: String,
        _ member: String,
        _ value: String,
        _ binding: SlotBinding
    ) throws(StoreError) -> JSONObject {
        guard let accessKey = environment["AWS_ACCESS_KEY_ID"] else {
            throw .serviceRefused("AWS_ACCESS_KEY_ID is not set")
        }
        guard SealPlace.isPlain(accessKey, "", limit: 128) else {
            throw .serviceRefused("AWS_ACCESS_KEY_ID is no access key's id")
        }
        let secret = try environment.secret("AWS_SECRET_ACCESS_KEY")
        let body: JSONValue = [
            "KeyId": .string(key), member: .string(value),
            "EncryptionContext": [
                "keyfolio:store": .string(binding.storeID), "keyfolio:slot": .string(String(binding.slot)),
            ],
        ]
        let bytes = body.bytes()
        let time = SigningV4.time(.now)
        let contentType = "application/x-amz-json-1.1"
        var signed = [
            ("content-type", contentType), ("host", host), ("x-amz-date", time),
            ("x-amz-target", "TrentService.\(action)"),
        ]
        if let token = environment["AWS_SESSION_TOKEN"] {
            guard
                SealPlace.isPlain(token, "+/=_-.", limit: 8192) || token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw .serviceRefused("AWS_SESSION_TOKEN is no session token") }
            signed.append(("x-amz-security-token", token))
        }
        let signing = SigningV4(accessKey: accessKey, secret: secret.text, region: region, service: "kms")
        let authorization = signing.authorization(signed, target: "/", body: bytes, time: time)
        var question = SealTransport.Question(target: "/", body: bytes, contentType: contentType)
        question.headers = signed.dropFirst(2).map { ($0.0, Secret($0.1)) }
        question.headers.append(("authorization", Secret(authorization)))
        return try SealTransport(address: address, authority: environment["AWS_CA_BUNDLE"]).ask(question) { members in
            // `com.amazonaws.kms#NotFoundException`, or without what is before the sign.
            members["__type"]?.asString.flatMap { $0.split(separator: "#").last.map(String.init) }
        }
    }

    /// As libcurl sends it.
    private var host: String { String(address.description.split(separator: "/").last ?? "") }
}
