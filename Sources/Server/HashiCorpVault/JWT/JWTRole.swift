internal import Findings
internal import SecretStore
internal import Vaulting

/// Who may log in with a token at a jwt mount, and what they get.
struct JWTRole: Sendable, Equatable {
    /// The longest name of a claim, and the longest value that a claim is bound to, in bytes.
    private static let longestText = 1024
    /// The most claims, and the most values of one.
    private static let most = 64
    /// Names of metadata that are the server's to give.
    private static let reserved: Set<String> = ["role"]

    /// In lower case.
    let name: String
    var expectation = JWTExpectation()
    var bound = BoundClaims()
    /// Names of metadata by the claims that they are from.
    var mappings: [String: String] = [:]
    /// The claim that names the user.
    var userClaim = ""
    var isUserClaimPointer = false
    /// The claim that names groups; empty for none.
    var groupsClaim = ""
    var token = TokenSettings()

    init(_ name: String) { self.name = name }

    /// Takes what is said and leaves the rest.
    mutating func update(from parameters: LogicalParameters) throws(LogicalFault) {
        switch try parameters.text("role_type") ?? "" {
        case "jwt": break
        case "", "oidc":
            guard parameters["allowed_redirect_uris"] != nil else {
                throw .invalid("'allowed_redirect_uris' must be set if 'role_type' is 'oidc' or unspecified.")
            }
            throw .invalid("this server has roles of the type jwt only")
        default: throw .invalid("invalid 'role_type'")
        }
        try token.update(from: parameters)
        if let seconds = try Self.leeway("expiration_leeway", parameters) { expectation.expiration = seconds }
        if let seconds = try Self.leeway("not_before_leeway", parameters) { expectation.notBefore = seconds }
        if let seconds = try Self.leeway("clock_skew_leeway", parameters) { expectation.clockSkew = seconds }
        if let list = try parameters.list("bound_audiences") {
            expectation.audiences = try Self.bounded(list, "bound_audiences")
        }
        if let text = try parameters.text("bound_subject") {
            expectation.subject = try Self.bounded([text], "bound_subject")[0]
        }
        try bind(parameters)
        if let map = try parameters.map("claim_mappings") { mappings = try Self.checked(map) }
        if let text = try parameters.text("user_claim") { userClaim = try Self.bounded([text], "user_claim")[0] }
        guard !userClaim.isEmpty else { throw .invalid("a user claim must be defined on the role") }
        if let flag = try parameters.flag("user_claim_json_pointer") { isUserClaimPointer = flag }
        if let text = try parameters.text("groups_claim") { groupsClaim = try Self.bounded([text], "groups_claim")[0] }
        guard
            !expectation.audiences.isEmpty || !expectation.subject.isEmpty || bound.values.count > 0
                || !token.addresses.isEmpty
        else { throw .invalid("must have at least one bound constraint when creating/updating a role") }
    }

    private mutating func bind(_ parameters: LogicalParameters) throws(LogicalFault) {
        switch try parameters.text("bound_claims_type") ?? "" {
        case "", "string": bound.areGlobs = false
        case "glob": bound.areGlobs = true
        default: throw .invalid("invalid 'bound_claims_type'")
        }
        if let object = try parameters.object("bound_claims") {
            guard object.count <= Self.most else { throw .invalid("too many claims in 'bound_claims'") }
            for member in object {
                guard let values = BoundClaims.list(member.value), (1...Self.most).contains(values.count),
                    values.allSatisfy({ BoundClaims.list($0)?.count == 1 && $0.asArray == nil }),
                    Self.isName(member.key), values.allSatisfy({ ($0.asString ?? "").utf8.count <= Self.longestText })
                else {
                    throw .invalid(
                        "'bound_claims' has names of claims, each with a string, bool, int or a list of these"
                    )
                }
            }
            bound.values = object
        }
        let areTexts = bound.values.allSatisfy { member in
            (BoundClaims.list(member.value) ?? []).allSatisfy { $0.asString != nil }
        }
        if bound.areGlobs, !areTexts { throw .invalid("claim is not a string: 'bound_claims_type' is glob") }
    }

    private static func checked(_ map: [String: String]) throws(LogicalFault) -> [String: String] {
        guard map.count <= most, map.allSatisfy({ isName($0.key) && isName($0.value) && $0.value.utf8.count <= 128 })
        else {
            throw .invalid("'claim_mappings' has names of at most \(most) claims with names of metadata")
        }
        var targets = Set<String>()
        for (_, target) in map.sorted(by: { $0.key < $1.key }) {
            guard !reserved.contains(target) else {
                throw .invalid("metadata key \"\(target)\" is reserved and may not be a mapping destination")
            }
            guard targets.insert(target).inserted else {
                throw .invalid("multiple keys are mapped to metadata key \"\(target)\"")
            }
        }
        return map
    }

    /// Whether a text is short, not empty, and without what drives a terminal: errors show it.
    private static func isName(_ text: String) -> Bool {
        (1...longestText).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x22 }
    }

    private static func bounded(_ list: [String], _ name: String) throws(LogicalFault) -> [String] {
        guard list.count <= most, list.allSatisfy({ $0.isEmpty || isName($0) }) else {
            throw .invalid("'\(name)' has too many values, or one that is too long or has control characters")
        }
        return list
    }

    private static func leeway(_ name: String, _ parameters: LogicalParameters) throws(LogicalFault) -> Int? {
        try parameters.duration(name)
    }

    /// The role as a read shows it.
    var members: JSONObject {
        var members = JSONObject(members: [
            "allowed_redirect_uris": .null,
            "bound_audiences": expectation.audiences.isEmpty ? .null : .texts(expectation.audiences),
            "bound_claims": bound.values.count == 0 ? .null : .object(bound.values),
            "bound_claims_type": bound.areGlobs ? "glob" : "string", "bound_subject": .string(expectation.subject),
            "claim_mappings": mappings.isEmpty ? .null : .map(mappings),
            "clock_skew_leeway": .integer(expectation.clockSkew),
            "expiration_leeway": .integer(expectation.expiration), "groups_claim": .string(groupsClaim), "max_age": 0,
            "not_before_leeway": .integer(expectation.notBefore), "oidc_scopes": .null, "role_type": "jwt",
            "user_claim": .string(userClaim), "user_claim_json_pointer": .bool(isUserClaimPointer),
            "verbose_oidc_logging": false,
        ])
        for member in token.members { members[member.key] = member.value }
        return members
    }

    var json: JSONValue {
        [
            "audiences": .texts(expectation.audiences), "bound": .object(bound.values),
            "expiration": .integer(expectation.expiration),
            "globs": .bool(bound.areGlobs), "groups": .string(groupsClaim), "mappings": .map(mappings),
            "not_before": .integer(expectation.notBefore), "pointer": .bool(isUserClaimPointer),
            "skew": .integer(expectation.clockSkew), "subject": .string(expectation.subject), "token": token.json,
            "user": .string(userClaim),
        ]
    }

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        expectation.audiences = value["audiences"].texts
        expectation.subject = value["subject"]?.asString ?? ""
        expectation.expiration = value["expiration"]?.asInteger ?? 0
        expectation.notBefore = value["not_before"]?.asInteger ?? 0
        expectation.clockSkew = value["skew"]?.asInteger ?? 0
        bound.values = value["bound"]?.asObject ?? JSONObject()
        bound.areGlobs = value["globs"] == .bool(true)
        mappings = value["mappings"].map
        userClaim = value["user"]?.asString ?? ""
        isUserClaimPointer = value["pointer"] == .bool(true)
        groupsClaim = value["groups"]?.asString ?? ""
        token = TokenSettings(value["token"] ?? .null)
    }
}

extension JWTRole {
    /// Who a token is of, when the role takes it.
    struct User: Sendable {
        let name: String
        /// What the claims that are mapped say, and the role.
        let metadata: [String: String]
    }

    /// The longest name of a user, and the longest value of metadata, in bytes.
    private static let longestValue = 512

    /// Holds a verified token against the role.
    ///
    /// - Parameters:
    ///   - claims: What it says.
    ///   - issuer: The issuer that the mount demands; empty for any.
    ///   - now: The time.
    /// - Throws: What Vault answers. It names claims, and never what they hold.
    func user(_ claims: JWTClaims, issuer: String, at now: Timestamp) throws(LogicalFault) -> User {
        var expectation = expectation
        expectation.issuer = issuer
        do throws(JWTRefusal) { try expectation.check(claims, at: now) } catch {
            throw .invalid("error validating token: \(error.text)")
        }
        // A token for another service is one that the other service could use here (CVE-2024-5798).
        if expectation.audiences.isEmpty, claims.audiences?.isEmpty == false {
            throw .invalid("audience claim found in JWT but no audiences bound to the role")
        }
        guard let value = isUserClaimPointer ? claims[userClaim] : JWTClaims.plain(userClaim, claims) else {
            throw .invalid("claim \"\(userClaim)\" not found in token")
        }
        guard let name = value.asString, (1...Self.longestValue).contains(name.utf8.count) else {
            throw .invalid("claim \"\(userClaim)\" could not be converted to string")
        }
        var metadata: [String: String] = [:]
        for (claim, target) in mappings {
            guard let value = claims[claim] else { continue }
            guard let text = value.asString, text.utf8.count <= Self.longestValue else {
                throw .invalid("error converting claim '\(claim)' to string")
            }
            metadata[target] = text
        }
        metadata["role"] = self.name
        if !groupsClaim.isEmpty {
            guard let groups = claims[groupsClaim] else {
                throw .invalid("failed to fetch groups: \"\(groupsClaim)\" claim not found in token")
            }
            guard let list = BoundClaims.list(groups), list.allSatisfy({ $0.asString != nil }) else {
                throw .invalid("\"\(groupsClaim)\" claim could not be converted to string list")
            }
        }
        do throws(JWTRefusal) { try bound.check(claims) } catch {
            throw .invalid("error validating claims: \(error.text)")
        }
        return User(name: name, metadata: metadata)
    }
}

extension JWTClaims {
    /// A claim whose name may begin with a slash.
    static func plain(_ name: String, _ claims: JWTClaims) -> JSONValue? {
        let found = claims.object[name]
        return found == .null ? nil : found
    }
}
