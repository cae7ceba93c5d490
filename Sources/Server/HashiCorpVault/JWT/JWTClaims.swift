internal import Findings
internal import SecretStore

/// What a verified token says, and whether a role takes it.
struct JWTClaims: Sendable {
    let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    /// A claim by its name, or by a JSON pointer (RFC 6901) when the name begins with a slash.
    ///
    /// - Returns: nil when it is not there or `null`.
    subscript(name: String) -> JSONValue? {
        let found = name.utf8.first == UInt8(ascii: "/") ? pointed(name) : object[name]
        return found == .null ? nil : found
    }

    private func pointed(_ pointer: String) -> JSONValue? {
        var value = JSONValue.object(object)
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let key = Self.unescaped(part) else { return nil }
            switch value {
            case .object(let members):
                guard let next = members[key] else { return nil }
                value = next
            case .array(let elements):
                guard let index = Int(key), String(index) == key, elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    /// `~1` is a slash and `~0` a tilde.
    private static func unescaped(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
        var bytes: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whom the token is for: a text or an array of texts (RFC 7519, section 4.1.3). nil when it is neither.
    var audiences: [String]? {
        switch object["aud"] {
        case nil, .null?: return []
        case .string(let one)?: return [one]
        case .array(let elements)?:
            let texts = elements.compactMap(\.asString)
            return texts.count == elements.count ? texts : nil
        default: return nil
        }
    }
}

/// What a token must say beside what a role binds, and how far clocks may differ.
struct JWTExpectation: Sendable, Equatable {
    /// Empty for any.
    var issuer = ""
    var subject = ""
    var audiences: [String] = []
    /// Seconds: 0 for what Vault takes then, which is 60 for the clocks and 150 for the others; negative for none.
    var clockSkew = 0
    var expiration = 0
    var notBefore = 0
    /// Whether a token must say when it ends.
    var needsEnd = false

    /// Holds claims against it, in Vault's order and with its texts.
    ///
    /// The leeways are as Vault documents them: that of the clocks widens each comparison; the two others stand in for an
    /// end or a beginning that the token does not say.
    ///
    /// - Parameters:
    ///   - claims: What a verified token says.
    ///   - now: The time.
    func check(_ claims: JWTClaims, at now: Timestamp) throws(JWTRefusal) {
        guard let given = claims.audiences else { throw JWTRefusal("invalid audience (aud) claim") }
        if !issuer.isEmpty, !(claims.object["iss"]?.asString?.isExactly(issuer) ?? false) {
            throw JWTRefusal("invalid issuer (iss) claim")
        }
        if !subject.isEmpty, !(claims.object["sub"]?.asString?.isExactly(subject) ?? false) {
            throw JWTRefusal("invalid subject (sub) claim")
        }
        if !audiences.isEmpty, !audiences.contains(where: { one in given.contains { $0.isExactly(one) } }) {
            throw JWTRefusal("invalid audience (aud) claim: audience claim does not match any expected audience")
        }
        try checkTimes(claims, at: now)
    }

    private func checkTimes(_ claims: JWTClaims, at now: Timestamp) throws(JWTRefusal) {
        let issued = try Self.moment("iat", claims)
        let start = try Self.moment("nbf", claims)
        let end = try Self.moment("exp", claims)
        guard issued != nil || start != nil || end != nil else {
            throw JWTRefusal("no issued at (iat), not before (nbf), or expiration time (exp) claims in token")
        }
        if needsEnd, end == nil { throw JWTRefusal("no expiration time (exp) claim in token") }
        func seconds(_ leeway: Int, _ usual: Int) -> Int { leeway < 0 ? 0 : leeway == 0 ? usual : leeway }
        let skew = seconds(clockSkew, 60)
        let latestStart = max(issued ?? .earliest, start ?? .earliest)
        let expires = end ?? latestStart.adding(seconds: seconds(expiration, 150))
        let begins = start ?? issued ?? expires.adding(seconds: -seconds(notBefore, 150))
        if now.adding(seconds: skew) < begins {
            throw JWTRefusal("invalid not before (nbf) claim: token not yet valid")
        }
        if now.adding(seconds: -skew) > expires {
            throw JWTRefusal("invalid expiration time (exp) claim: token is expired")
        }
        if let issued, now.adding(seconds: skew) < issued {
            throw JWTRefusal("invalid issued at (iat) claim: token issued in the future")
        }
    }

    /// A moment as RFC 7519, section 2, has it: a number of seconds, whole or not. A zero is 1970.
    private static func moment(_ name: String, _ claims: JWTClaims) throws(JWTRefusal) -> Timestamp? {
        switch claims.object[name] {
        case nil, .null?: return nil
        case .integer(let seconds)?: return Timestamp(microseconds: 0).adding(seconds: seconds)
        case .number(let number)?:
            guard let seconds = Double(number.spelling), seconds.magnitude < 1e12 else { break }
            return Timestamp(microseconds: Int64(seconds * 1_000_000))
        default: break
        }
        throw JWTRefusal("the \(name) claim is not a number of seconds")
    }
}

/// What a role demands of claims: a text is one of some, or fits one of some patterns with `*`.
struct BoundClaims: Sendable, Equatable {
    /// By the claim's name or pointer, in the order in which they were written.
    var values = JSONObject()
    /// Whether texts are patterns in which `*` stands for any bytes.
    var areGlobs = false

    /// Holds claims against it.
    func check(_ claims: JWTClaims) throws(JWTRefusal) {
        for bound in values {
            guard let found = claims[bound.key] else { throw JWTRefusal("claim \(Self.quoted(bound.key)) is missing") }
            guard let given = Self.list(found), let wanted = Self.list(bound.value) else {
                throw JWTRefusal("received claim is not a string, bool, int or list")
            }
            guard wanted.contains(where: { one in given.contains { matches(one, $0) } }) else {
                throw JWTRefusal("claim \(Self.quoted(bound.key)) does not match any associated bound claim values")
            }
        }
    }

    private func matches(_ wanted: JSONValue, _ given: JSONValue) -> Bool {
        guard case .string(let pattern) = wanted else { return !areGlobs && wanted == given }
        guard case .string(let text) = given else { return false }
        return areGlobs ? Self.fits(text, pattern) : text.isExactly(pattern)
    }

    /// A value that stands for itself, or the values of an array; nil for anything else.
    static func list(_ value: JSONValue) -> [JSONValue]? {
        switch value {
        case .array(let elements): elements
        case .string, .bool, .integer, .number: [value]
        default: nil
        }
    }

    /// Whether a text fits a pattern in which `*` stands for any bytes, none as well. It takes no more steps than the
    /// product of the lengths.
    static func fits(_ text: String, _ pattern: String) -> Bool {
        let (text, pattern) = (Array(text.utf8), Array(pattern.utf8))
        let star = UInt8(ascii: "*")
        var (position, index) = (0, 0)
        var back: (position: Int, index: Int)?
        while position < text.count {
            if index < pattern.count, pattern[index] == star {
                back = (position, index)
                index += 1
            } else if index < pattern.count, pattern[index] == text[position] {
                position += 1
                index += 1
            } else if let last = back {
                back = (last.position + 1, last.index)
                position = last.position + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == star }
    }

    /// A name of the role's own between quotation marks: what it has was checked when the role was written.
    private static func quoted(_ name: String) -> String { "\"\(name)\"" }
}
