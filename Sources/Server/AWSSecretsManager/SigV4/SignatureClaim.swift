internal import HTTPModel
internal import SecretStore

/// What a request says of its own signature, before anybody believes it.
///
/// AWS Signature Version 4 ("Create a signed AWS API request" in the IAM user guide) puts it into the `Authorization`
/// header or, for a presigned address, into the query.
struct SignatureClaim: Sendable, Equatable {
    /// Who signed.
    var accessKeyID: String
    /// The day of the scope, as `20260131`.
    var day: String
    var region: String
    var service: String
    /// What ends the scope; `aws4_request` when all is well.
    var terminator: String
    /// The names of the signed headers, as they were given.
    var signedHeaders: [String]
    /// The signature, 64 hexadecimal digits when all is well.
    var signature: String
    /// The moment of signing as it was written: `20260131T235959Z`.
    var date: String
    /// For how many seconds a presigned address holds; nil when the header carried the signature.
    var lifetime: Int?

    static let algorithm = "AWS4-HMAC-SHA256"

    /// What the header begins with.
    private static let headerStart = Array((algorithm + " ").utf8)

    /// The most signed headers: a dozen is many.
    static let headersAtMost = 64

    /// Reads the claim of a request.
    ///
    /// - Throws: ``AWSError`` when there is none, or one that is not complete.
    init(of request: HTTPRequest) throws(AWSError) {
        let authorization = try request.headers.single("authorization")
        let query = Self.signatureQuery(request.rawQuery)
        if let authorization {
            // With two signatures there would be a choice which one to check.
            guard query == nil else { throw .twoSignatures }
            try self.init(header: authorization, of: request)
        } else if let query {
            try self.init(query: query)
        } else {
            throw AWSError(.missingAuthenticationToken, "Missing Authentication Token")
        }
    }

    private init(header: String, of request: HTTPRequest) throws(AWSError) {
        guard header.utf8.count <= 4096 else { throw .incomplete("Authorization header is too long.") }
        guard header.utf8.starts(with: Self.headerStart) else {
            // Vault's and Azure's bearer tokens come here when a client is pointed at the wrong service.
            throw .incomplete("Authorization header requires the algorithm \(Self.algorithm).")
        }
        // Over bytes: every read of a secret comes by here, and texts are walked character by character.
        var parts = Parts()
        for part in Array(header.utf8)[Self.headerStart.count...].split(separator: UInt8(ascii: ",")) {
            guard parts.take(part.drop { $0 == UInt8(ascii: " ") }) else {
                throw .incomplete("Authorization header holds a part that is not key=value, or one twice.")
            }
        }
        guard let credential = parts.credential else { throw .incompleteHeader(without: "Credential") }
        guard let signature = parts.signature else { throw .incompleteHeader(without: "Signature") }
        guard let headers = parts.signedHeaders else { throw .incompleteHeader(without: "SignedHeaders") }
        guard let date = try request.headers.single("x-amz-date") else {
            throw .incomplete("Authorization header requires existence of an 'X-Amz-Date' header.")
        }
        try self.init(credential: credential, headers: headers, signature: signature, date: date)
    }

    private init(query: HTTPQuery) throws(AWSError) {
        func single(_ name: String) throws(AWSError) -> String {
            var found: String?
            for item in query.items where item.name == name {
                guard found == nil else { throw .twoSignatures }
                found = item.value
            }
            guard let found else { throw .incomplete("AWS query-string parameters must include '\(name)'.") }
            return found
        }
        guard try single("X-Amz-Algorithm") == Self.algorithm else {
            throw .incomplete("X-Amz-Algorithm must be \(Self.algorithm).")
        }
        guard !query.items.contains(where: { $0.name == "X-Amz-Security-Token" }) else { throw .temporaryCredentials }
        let lifetime = Int(try single("X-Amz-Expires"))
        guard let lifetime, (1...604_800).contains(lifetime) else {
            throw AWSError(.invalidSignature, "X-Amz-Expires must be a number of seconds from 1 to 604800.")
        }
        try self.init(
            credential: Array(try single("X-Amz-Credential").utf8)[...],
            headers: Array(try single("X-Amz-SignedHeaders").utf8)[...],
            signature: Array(try single("X-Amz-Signature").utf8)[...],
            date: try single("X-Amz-Date")
        )
        self.lifetime = lifetime
    }

    private init(
        credential: ArraySlice<UInt8>,
        headers: ArraySlice<UInt8>,
        signature: ArraySlice<UInt8>,
        date: String
    ) throws(AWSError) {
        let scope = credential.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard scope.count == 5, credential.count <= 512 else {
            throw .incomplete(
                "Credential must have exactly 5 slash-delimited elements, "
                    + "e.g. keyid/date/region/service/term."
            )
        }
        accessKeyID = String(decoding: scope[0], as: UTF8.self)
        day = String(decoding: scope[1], as: UTF8.self)
        region = String(decoding: scope[2], as: UTF8.self)
        service = String(decoding: scope[3], as: UTF8.self)
        terminator = String(decoding: scope[4], as: UTF8.self)
        let names = headers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard names.count <= Self.headersAtMost else {
            throw .incomplete("There are more than \(Self.headersAtMost) signed headers.")
        }
        signedHeaders = names.map { String(decoding: $0, as: UTF8.self) }
        self.signature = String(decoding: signature, as: UTF8.self)
        self.date = date
    }

    /// The parameters of a query that carries a signature; nil for every other query.
    private static func signatureQuery(_ text: String?) -> HTTPQuery? {
        guard let text, text.utf8.count <= CanonicalRequest.queryAtMost,
            let query = HTTPQuery(text, plusIsSpace: false),
            query.items.contains(where: { $0.name == "X-Amz-Signature" || $0.name == "X-Amz-Credential" })
        else { return nil }
        return query
    }
}

/// The parts of the `Authorization` header.
private struct Parts {
    var credential: ArraySlice<UInt8>?
    var signedHeaders: ArraySlice<UInt8>?
    var signature: ArraySlice<UInt8>?

    private static let credentialName = Array("Credential=".utf8)
    private static let signedHeadersName = Array("SignedHeaders=".utf8)
    private static let signatureName = Array("Signature=".utf8)

    /// Takes a part; one that is not known is passed over.
    ///
    /// - Returns: False when it is none, or comes again.
    mutating func take(_ part: ArraySlice<UInt8>) -> Bool {
        if part.starts(with: Self.credentialName) {
            defer { credential = part.dropFirst(Self.credentialName.count) }
            return credential == nil
        } else if part.starts(with: Self.signedHeadersName) {
            defer { signedHeaders = part.dropFirst(Self.signedHeadersName.count) }
            return signedHeaders == nil
        } else if part.starts(with: Self.signatureName) {
            defer { signature = part.dropFirst(Self.signatureName.count) }
            return signature == nil
        }
        return part.contains(UInt8(ascii: "="))
    }
}

extension HTTPHeaders {
    /// The value of a field that may stand once only; nil when it is not there.
    ///
    /// - Throws: ``AWSError`` when it stands there twice: one could be signed and the other one read.
    func single(_ name: String) throws(AWSError) -> String? {
        var found: String?
        for field in fields where field.name.isSameASCII(as: name) {
            guard found == nil else { throw .incomplete("The header '\(name)' must not be repeated.") }
            found = field.value
        }
        return found
    }
}

extension AWSError {
    fileprivate static func incomplete(_ message: String) -> AWSError { AWSError(.incompleteSignature, message) }

    fileprivate static func incompleteHeader(without part: String) -> AWSError {
        .incomplete("Authorization header requires '\(part)' parameter.")
    }

    fileprivate static let twoSignatures = AWSError(
        .incompleteSignature,
        "The request is signed twice: in the Authorization header and in the query, or with a parameter given twice."
    )

    /// For `X-Amz-Security-Token`: temporary credentials come from AWS's STS, which is not here.
    static let temporaryCredentials = AWSError(
        .unrecognizedClient,
        "The security token included in the request is invalid. Keyfolio issues no temporary credentials: unset "
            + "AWS_SESSION_TOKEN and use an access key of Keyfolio."
    )
}
