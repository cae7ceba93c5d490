internal import Crypto
internal import SecretStore
internal import Secrets
internal import Vaulting

/// AWS Signature Version 4 of a POST request without a query (AWS, "Create a signed AWS API request").
struct SigningV4: Sendable {
    let accessKey: String
    let secret: Secret<String>
    let region: String
    let service: String

    /// The header `Authorization`.
    ///
    /// - Parameters:
    ///   - headers: All that are signed, with names in lower case, `host` and `x-amz-date` among them.
    ///   - target: The path, which needs no encoding.
    ///   - body: The body.
    ///   - time: In the basic form of ISO 8601, as `x-amz-date` has it.
    func authorization(
        _ headers: [(name: String, value: String)],
        target: String,
        body: [UInt8],
        time: String
    ) -> String {
        let sorted = headers.sorted { $0.name < $1.name }
        let names = sorted.map(\.name).joined(separator: ";")
        let canonical =
            "POST\n\(target)\n\n" + sorted.map { "\($0.name):\($0.value)\n" }.joined() + "\n\(names)\n"
            + Self.hex(SHA256.hash(data: body))
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + Self.hex(SHA256.hash(data: Array(canonical.utf8)))
        var key = unsafe secret.withUnsafeBytes { bytes in
            var start = Array("AWS4".utf8)
            start.reserveCapacity(4 + bytes.count)
            unsafe start.append(contentsOf: bytes)
            defer { start.wipe() }
            return SymmetricKey(data: start)
        }
        for part in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Self.hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
        return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    /// A moment in the basic form.
    static func time(_ moment: Timestamp) -> String {
        moment.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String { Hex.encode(Array(digest)) }
}
