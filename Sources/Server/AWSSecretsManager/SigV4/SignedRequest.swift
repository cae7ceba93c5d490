internal import Crypto
internal import HTTPModel
internal import SecretStore
internal import Secrets

/// The AWS services that are spoken, by their names in a credential scope.
enum AWSService: String, Sendable, CaseIterable {
    case secretsManager = "secretsmanager"
    case cloudTrail = "cloudtrail"
}

/// A request whose signature is of the right form, for the right service, of about now, over the body that came with it.
/// Whether the signature itself is right, only the secret key tells: ``isSigned(with:record:keys:)``.
///
/// What is refused here and not only compared: `host` or an `x-amz-…` header that nobody signed (it could have been
/// exchanged on the way), a header twice that must be read once, a body that is not part of the signature, a moment more
/// than five minutes away, a scope of another day or service.
struct SignedRequest: Sendable {
    /// Who claims to have signed.
    let accessKeyID: String
    /// The region of the scope: a namespace of its own.
    let region: String
    /// The service of the scope.
    let service: AWSService
    /// The moment of signing.
    let moment: Timestamp
    /// Whether the signature stands in the query: such an address may be used again until it expires.
    let isPresigned: Bool
    /// The signature's 32 bytes.
    let signature: [UInt8]

    private let day: String
    private let stringToSign: [UInt8]

    /// How far a client's clock may be away, both ways. AWS: five minutes.
    static let skew: Int64 = 300

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - request: The request as it came.
    ///   - service: The service that the request is for; nil takes either.
    ///   - now: What the clock says.
    /// - Throws: ``AWSError`` with AWS's code and text.
    init(_ request: HTTPRequest, for service: AWSService? = nil, now: Timestamp) throws(AWSError) {
        guard try request.headers.single("x-amz-security-token") == nil else { throw .temporaryCredentials }
        let claim = try SignatureClaim(of: request)
        self.service = try Self.checkedScope(claim, service: service)
        moment = try Self.checkedMoment(claim, now: now)
        try Self.checkSignedHeaders(claim.signedHeaders, of: request)
        guard let signature = Self.bytes(of: claim.signature) else { throw .signatureDoesNotMatch }
        var payloadHash: [UInt8] = []
        payloadHash.reserveCapacity(64)
        payloadHash.appendSHA256(of: request.body)
        try Self.checkPayload(request, hash: payloadHash)
        guard
            let canonical = CanonicalRequest.bytes(
                of: request,
                signedHeaders: claim.signedHeaders,
                payloadHash: payloadHash,
                isPresigned: claim.lifetime != nil
            )
        else { throw .signatureDoesNotMatch }
        accessKeyID = claim.accessKeyID
        region = claim.region
        day = claim.day
        isPresigned = claim.lifetime != nil
        self.signature = signature
        stringToSign = Self.stringToSign(claim, canonical: canonical)
    }

    /// Whether the signature was made with a secret.
    ///
    /// - Parameters:
    ///   - secret: The secret access key.
    ///   - record: The random identifier of the access key's record.
    ///   - keys: The keys derived so far.
    func isSigned(with secret: Secret<String>, record: String, keys: SigningKeys) -> Bool {
        let scope = SigningKeys.Scope(record: record, day: day, region: region, service: service.rawValue)
        return keys.isValid(signature, of: stringToSign, secret: secret, scope: scope)
    }

    private static func stringToSign(_ claim: SignatureClaim, canonical: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for part in [
            SignatureClaim.algorithm, "\n", claim.date, "\n", claim.day, "/", claim.region, "/", claim.service,
        ] {
            bytes.append(contentsOf: part.utf8)
        }
        bytes.append(contentsOf: "/aws4_request\n".utf8)
        bytes.appendSHA256(of: canonical)
        return bytes
    }

    private static func checkedScope(_ claim: SignatureClaim, service: AWSService?) throws(AWSError) -> AWSService {
        guard (1...128).contains(claim.accessKeyID.utf8.count), claim.accessKeyID.utf8.allSatisfy(isWordByte) else {
            throw .unknownAccessKey
        }
        guard let named = AWSService(rawValue: claim.service), service == nil || named == service else {
            let expected = (service ?? .secretsManager).rawValue
            throw AWSError(.invalidSignature, "Credential should be scoped to correct service: '\(expected)'. ")
        }
        guard AWSRegion.isName(claim.region) else {
            throw AWSError(.invalidSignature, "Credential should be scoped to a valid region. ")
        }
        guard claim.terminator == "aws4_request" else {
            throw AWSError(
                .invalidSignature,
                "Credential should be scoped with a valid terminator: 'aws4_request'. "
            )
        }
        return named
    }

    private static func checkedMoment(_ claim: SignatureClaim, now: Timestamp) throws(AWSError) -> Timestamp {
        guard let moment = Timestamp(basic: claim.date) else {
            throw AWSError(
                .incompleteSignature,
                "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601"
            )
        }
        guard claim.date.utf8.prefix(8).elementsEqual(claim.day.utf8) else {
            throw AWSError(
                .invalidSignature,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."
            )
        }
        let skew = skew * 1_000_000
        if moment.microseconds > now.microseconds + skew {
            let limit = Timestamp(microseconds: now.microseconds + skew).basic
            throw AWSError(
                .invalidSignature,
                "Signature not yet current: \(moment.basic) is still later than \(limit) (\(now.basic) + 5 min.)"
            )
        }
        let lifetime = claim.lifetime.map { Int64($0) * 1_000_000 }
        if moment.microseconds < now.microseconds - (lifetime ?? skew) {
            let limit = Timestamp(microseconds: now.microseconds - (lifetime ?? skew)).basic
            let distance = claim.lifetime.map { "\($0) s" } ?? "5 min."
            throw AWSError(
                .invalidSignature,
                "Signature expired: \(moment.basic) is now earlier than \(limit) (\(now.basic) - \(distance))"
            )
        }
        return moment
    }

    /// The list must be what both sides sign: sorted, in lower case, each once, `host` and every `x-amz-…` header of the
    /// request in it, and nothing that the request does not have.
    private static func checkSignedHeaders(_ names: [String], of request: HTTPRequest) throws(AWSError) {
        for position in names.indices {
            let name = names[position]
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !(0x41...0x5A).contains($0) }),
                position == 0 || names[position - 1].utf8.lexicographicallyPrecedes(name.utf8)
            else { throw .signatureDoesNotMatch }
        }
        guard names.contains("host") else {
            throw AWSError(
                .invalidSignature,
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
            )
        }
        var isThere = Array(repeating: false, count: names.count)
        for field in request.headers.fields {
            if let position = names.firstIndex(where: { field.name.isSameASCII(as: $0) }) {
                let isRepeated = isThere[position]
                isThere[position] = true
                // Other fields are joined with commas; of these one is signed and the other one could be read.
                guard !isRepeated || !readOnce.contains(names[position]) else {
                    throw AWSError(.incompleteSignature, "The header '\(names[position])' must not be repeated.")
                }
            } else if field.name.isAmazonHeader {
                // The name is shown only as far as it is one: it comes from a stranger.
                throw AWSError(.invalidSignature, "Every header that begins with 'x-amz-' must be a signed header.")
            } else if field.name.isSameASCII(as: "host") {
                throw .signatureDoesNotMatch
            }
        }
        guard isThere.allSatisfy({ $0 }) else { throw .signatureDoesNotMatch }
    }

    private static let readOnce: Set<String> = [
        "host", "content-type", "content-length", "content-encoding", "x-amz-content-sha256", "x-amz-date",
        "x-amz-target", "x-amz-security-token",
    ]

    private static func checkPayload(_ request: HTTPRequest, hash: [UInt8]) throws(AWSError) {
        guard let told = try request.headers.single("x-amz-content-sha256") else { return }
        if told.utf8.elementsEqual(hash) { return }
        if told.hasPrefix("STREAMING-") || told == "UNSIGNED-PAYLOAD" {
            throw AWSError(.invalidSignature, "This service takes requests only whose whole payload is signed.")
        }
        throw .signatureDoesNotMatch
    }

    private static func bytes(of signature: String) -> [UInt8]? {
        guard signature.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var high: UInt8?
        for character in signature.utf8 {
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let upper = high {
                bytes.append(upper << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// Names of regions, such as `eu-west-1`.
enum AWSRegion {
    /// Whether a text can be the name of a region: small letters, digits and hyphens, at most 64, a letter first.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
    }
}

extension AWSError {
    static let signatureDoesNotMatch = AWSError(
        .invalidSignature,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
            + "and signing method. Consult the service documentation for details."
    )

    static let unknownAccessKey = AWSError(
        .unrecognizedClient,
        "The security token included in the request is invalid."
    )
}

extension String {
    fileprivate var isAmazonHeader: Bool {
        guard utf8.count >= 6 else { return false }
        return zip(utf8, "x-amz-".utf8).allSatisfy { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}

extension Timestamp {
    /// Reads ISO 8601's basic form, as `20260131T235959Z`, and nothing else.
    init?(basic text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        var extended = Array("0000-00-00T00:00:00.000000Z".utf8)
        for (from, to) in zip([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14], Self.digitPlaces) {
            extended[to] = bytes[from]
        }
        self.init(String(decoding: extended, as: UTF8.self))
    }

    /// ISO 8601's basic form, as `20260131T235959Z`.
    var basic: String {
        let extended = Array(description.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for place in Self.digitPlaces {
            if bytes.count == 8 { bytes.append(UInt8(ascii: "T")) }
            bytes.append(extended[place])
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digitPlaces = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
}
