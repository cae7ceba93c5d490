import JWTKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Issues and checks the tokens that a login gives: JWT (RFC 7519), HS256 under SECRET_KEY, 15 minutes.
///
/// Whoever holds a token signed with another key, another environment's or the previous one, must log in again.
struct Tokens: Sendable {
    static let lifetime: Duration = .seconds(15 * 60)
    static let issuer = "portfolio-backend"
    static let audience = "portfolio-suite"
    /// Longer than any token of ours; what is longer is not looked at.
    static let maximumLength = 2048

    private let keys: JWTKeyCollection

    /// - Parameter secretKey: SECRET_KEY as text; its characters are the HMAC key, as in most web frameworks.
    init(secretKey: Sensitive) async {
        keys = await JWTKeyCollection()
            .add(hmac: HMACKey(from: secretKey.reveal()), digestAlgorithm: .sha256)
    }

    /// - Parameters:
    ///   - user: Whose token it is.
    ///   - now: When it is issued.
    /// - Returns: The token in its compact form.
    /// - Throws: What the signer throws.
    func issue(for user: User, now: Date = .now) async throws -> String {
        let now = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        return try await keys.sign(
            Claims(
                iss: IssuerClaim(value: Self.issuer),
                aud: AudienceClaim(value: Self.audience),
                sub: SubjectClaim(value: String(user.id)),
                iat: IssuedAtClaim(value: now),
                exp: ExpirationClaim(value: now + TimeInterval(Self.lifetime.components.seconds))
            )
        )
    }

    /// The user that a token speaks for, or nil. Why it is refused stays here: the caller learns nothing from it.
    ///
    /// - Parameter token: What came after `Bearer`.
    func userID(from token: String) async -> Int? {
        guard token.utf8.count <= Self.maximumLength else { return nil }
        guard let claims = try? await keys.verify(token, as: Claims.self) else { return nil }
        return Int(claims.sub.value)
    }
}

/// What a token says. Each claim is required: a token without one does not decode.
private struct Claims: JWTPayload {
    let iss: IssuerClaim
    let aud: AudienceClaim
    let sub: SubjectClaim
    let iat: IssuedAtClaim
    let exp: ExpirationClaim

    func verify(using algorithm: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
        try aud.verifyIntendedAudience(includes: Tokens.audience)
        guard algorithm.name == "HS256", iss.value == Tokens.issuer else {
            throw JWTError.claimVerificationFailure(failedClaim: iss, reason: "not ours")
        }
    }
}
