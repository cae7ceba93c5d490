internal import Findings
internal import SecretStore

/// What the fuzz target drives: the readers of tokens, of issuers' keys and of what roles bind, with the invariants that
/// hold for any input.
public enum JWTFuzzing {
    /// Reads a token and a document of keys.
    ///
    /// - Parameters:
    ///   - token: Anything.
    ///   - keys: Anything.
    /// - Returns: False when an invariant is broken: something that nobody signed is believed, or a refusal shows what was
    ///   sent.
    public static func readsToken(_ token: String, keys document: [UInt8]) -> Bool {
        let set = JSONWebKeySet(document)
        do throws(JWTRefusal) {
            let read = try JSONWebToken(token)
            _ = try read.claims(verifiedBy: set?.keys(for: read) ?? [], Set(JWTAlgorithm.allCases))
            // The seeds hold no private key, so nothing that comes of them is signed by a key of the document, unless the
            // document is one of the seeds' own.
            return set != nil
        } catch {
            return error.text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !error.text.isEmpty
        }
    }

    /// Holds claims against a role, as if they had been verified.
    ///
    /// - Returns: False when an invariant is broken: a subject or an issuer that the role does not bind is taken, or a time
    ///   long ago.
    public static func judgesClaims(_ claims: [UInt8], role: [UInt8]) -> Bool {
        let limits = JSONWebToken.limits
        guard let claims = (try? JSONValue(parsing: claims, limits: limits))?.asObject,
            let body = (try? JSONValue(parsing: role, limits: limits))?.asObject
        else { return true }
        var role = JWTRole("fuzz")
        guard (try? role.update(from: LogicalParameters(body))) != nil else { return true }
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        guard let user = try? role.user(JWTClaims(claims), issuer: "issuer", at: now) else { return true }
        let end = claims["exp"]?.asInteger
        let isNamed = !user.name.isEmpty && user.metadata["role"] == "fuzz"
        let isOfIssuer = claims["iss"]?.asString?.isExactly("issuer") ?? false
        let hasSubject =
            role.expectation.subject.isEmpty
            || claims["sub"]?.asString?.isExactly(role.expectation.subject) ?? false
        let hasAudience =
            claims["aud"] == nil || claims["aud"] == .null || claims["aud"] == []
            || !role.expectation.audiences.isEmpty
        let skew = max(60, role.expectation.clockSkew)
        let isInTime = end.map { $0 >= 1_800_000_000 - skew } ?? true
        return isNamed && isOfIssuer && hasSubject && hasAudience && isInTime && JWTRole("fuzz", role.json) == role
    }

    /// Fits a text to a pattern.
    ///
    /// - Returns: False when an invariant is broken: a text does not fit itself, or a longer pattern takes less.
    public static func fits(_ text: String, _ pattern: String) -> Bool {
        let fits = BoundClaims.fits(text, pattern)
        let isPlain = !pattern.utf8.contains(UInt8(ascii: "*"))
        if isPlain, fits != text.isExactly(pattern) { return false }
        return !fits || (BoundClaims.fits(text + "x", pattern + "*") && BoundClaims.fits("x" + text, "*" + pattern))
    }
}
