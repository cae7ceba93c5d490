/// Why a token is not believed. The text is the one that Vault's own library has, where it has one; it holds nothing of
/// the token.
struct JWTRefusal: Error, Sendable, Equatable {
    let text: String

    init(_ text: String) { self.text = text }

    /// It is no token, or one in another spelling than the standard's.
    static let malformed = JWTRefusal(
        "error verifying token signature: failed to parse the token: it is not a JWT in compact serialization"
    )
    /// Keys are being fetched, for this token or for another mount's: nobody else waits for that meanwhile.
    static let busy = JWTRefusal("the issuer's keys are being fetched: try again in a few seconds")
    /// No key that is configured verifies it.
    static let badSignature = JWTRefusal(
        "error verifying token signature: no known key successfully validated the token signature"
    )
    /// It says that it is signed in a way that is not allowed.
    static let badAlgorithm = JWTRefusal(
        "invalid algorithm (alg) header parameter: token signed with unexpected algorithm"
    )
}
