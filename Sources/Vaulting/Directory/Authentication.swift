internal import AccessPolicy
internal import Crypto
internal import Findings
internal import SecretStore
public import Secrets

/// What somebody shows to be let in.
public enum Credential: Sendable {
    /// Nothing.
    case none
    /// A token.
    case token(Secret<String>)
    /// The token of a wrapped answer. It opens nothing but that answer, and no other token comes in as one.
    case wrappingToken(Secret<String>)
    /// A signature with an access key. The closure is given the secret half and an id that no other key has or had, and
    /// says whether the signature is right.
    case accessKey(id: String, isSigned: @Sendable (_ secret: Secret<String>, _ keyID: String) -> Bool)
}

/// Who was let in, by which credential.
public final class Session: Sendable {
    /// The principal; nil for a token that belongs to nobody in particular.
    public let principal: PrincipalRecord?
    /// The token; nil when it was another credential.
    public let token: TokenRecord?
    /// The policies that hold: the token's own, and the principal's with its roles'.
    public let policies: [String]
    /// The policies that come from the principal, or from the entity and its groups.
    public let principalPolicies: [String]
    /// The entity that the token belongs to; nil when it belongs to a principal or to nobody.
    public let entity: EntityRecord?
    /// Who it is at the gate.
    public let identity: Identity

    init(
        principal: PrincipalRecord?,
        token: TokenRecord?,
        policies: [String],
        principalPolicies: [String],
        entity: EntityRecord?,
        identity: Identity
    ) {
        self.entity = entity
        self.principal = principal
        self.token = token
        self.policies = policies
        self.principalPolicies = principalPolicies
        self.identity = identity
    }

    /// The id that Vault's clients know whoever was let in by: the entity's, or the principal's.
    public var entityID: String { entity?.id ?? principal?.id ?? "" }

    /// Whether it may do everything.
    public var isRoot: Bool { identity.access.isRoot }
}

/// What was read of the directory, to be used again until something changes. Inside the engine's lock.
final class DirectoryCache {
    fileprivate var tokens: [TokenHash: Session] = [:]
    /// The tokens that are remembered of an entity, so that a change of one forgets no others.
    private var tokensOfEntities: [String: Set<TokenHash>] = [:]
    fileprivate var keys: [String: (session: Session, secret: Secret<String>, keyID: String)] = [:]
    fileprivate var documents: [String: PolicyDocument] = [:]
    fileprivate var blocks: [Block]?
    var transitKeys = TransitKeyCache()
    /// How far the tokens were gone through for those that have ended: the key of the last row.
    var sweptTokens: [UInt8] = []
    /// Who was found last that manages principals: only where to look first, so nothing has to be forgotten.
    var administrator: String?

    /// How many sessions are remembered: each has its policies compiled.
    private static let sessions = 10_000

    /// Forgets everything.
    func forget() {
        forgetSessions()
        transitKeys.forget()
    }

    private func forgetSessions() {
        tokens.removeAll()
        tokensOfEntities.removeAll()
        keys.removeAll()
        documents.removeAll()
        blocks = nil
    }

    /// Forgets what depends on an entry.
    func forget(_ collection: String, _ name: String) {
        switch collection {
        case CollectionName.tokens:
            guard let hash = Hex.decode(name).flatMap(TokenHash.init), let gone = tokens.removeValue(forKey: hash),
                let entity = gone.token?.entity ?? gone.token?.ownerEntity
            else { return }
            tokensOfEntities[entity]?.remove(hash)
            if tokensOfEntities[entity]?.isEmpty ?? false { tokensOfEntities[entity] = nil }
        case CollectionName.entities, CollectionName.memberships:
            for hash in tokensOfEntities.removeValue(forKey: name) ?? [] { tokens[hash] = nil }
        case CollectionName.principals, CollectionName.roles, CollectionName.policies, CollectionName.accessKeys,
            CollectionName.blocks, CollectionName.groups,
            CollectionName.sessions:
            forgetSessions()
        case _ where CollectionName.isTransitKeys(collection): transitKeys.forget(collection, name)
        default: break
        }
    }

    fileprivate func remember(_ session: Session, for hash: TokenHash) {
        if tokens.count >= Self.sessions {
            tokens.removeAll()
            tokensOfEntities.removeAll()
        }
        tokens[hash] = session
        guard let entity = session.token?.entity ?? session.token?.ownerEntity else { return }
        tokensOfEntities[entity, default: []].insert(hash)
    }
}

/// The SHA-256 of a token, as the key of a dictionary.
private struct TokenHash: Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init?(_ bytes: some Sequence<UInt8>) {
        var words: [UInt64] = []
        var word: UInt64 = 0
        for (position, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if position % 8 == 7 { words.append(word) }
        }
        guard words.count == 4 else { return nil }
        self.words = (words[0], words[1], words[2], words[3])
    }

    static func == (left: TokenHash, right: TokenHash) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

extension Engine {
    /// Finds out who somebody is. Only inside a transaction: a token of few uses is counted down.
    func authenticate(
        _ credential: Credential,
        from address: String,
        at now: Timestamp,
        isCounted: Bool = true
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        if try isBlocked(address, at: now) { return .failure(.address) }
        switch credential {
        case .none: return .failure(.missing)
        case .token(let token): return try authenticate(token, from: address, at: now, isCounted: isCounted)
        case .wrappingToken(let token): return try authenticate(wrapping: token, from: address, at: now)
        case .accessKey(let id, let isSigned):
            return try authenticate(keyID: id, from: address, at: now, isSigned)
        }
    }

    /// Whether an address may not come in.
    func isBlocked(_ address: String, at now: Timestamp) throws(StoreError) -> Bool {
        if directory.blocks == nil {
            directory.blocks = try Directory(engine: self, time: now, identity: .owner(Principal("keyfolio"))).blocks()
        }
        guard let blocks = directory.blocks, !blocks.isEmpty else { return false }
        return blocks.contains { $0.range.contains(address) && ($0.until.map { $0 > now } ?? true) }
    }

    private func authenticate(
        _ token: Secret<String>,
        from address: String,
        at now: Timestamp,
        isCounted: Bool
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        let digest = unsafe token.withUnsafeBytes { unsafe SHA256.hash(data: $0) }
        guard let hash = TokenHash(digest) else { return .failure(.invalid) }
        if let session = directory.tokens[hash] {
            guard try isParentThere(session.token, at: now) else { return .failure(.invalid) }
            return Self.admit(session, from: address, at: now)
        }
        var sealed: String?
        let found: TokenRecord?
        if let record = BatchToken.open(token, keys) {
            // What the log calls a token without an accessor.
            sealed = "batch-" + Hex.encode(Array(digest.prefix(12)))
            found = record
        } else {
            found = try entry(CollectionName.tokens, Hex.encode(Array(digest))).flatMap(TokenRecord.init)
        }
        guard var record = found, record.kind != .wrapping, record.uses != 0, try isParentThere(record, at: now) else {
            return .failure(.invalid)
        }
        let made = try session(
            principal: record.principal,
            policies: record.policies,
            token: record,
            keyID: sealed,
            at: now
        )
        guard case .success(let session) = made else { return made }
        let admitted = Self.admit(session, from: address, at: now)
        guard case .success = admitted else { return admitted }
        guard let uses = record.uses else {
            directory.remember(session, for: hash)
            return admitted
        }
        guard isCounted else { return admitted }
        // Counted before it is used, in the same transaction: whoever comes with it at the same time finds one use less.
        // One without a use left opens nothing; it is taken away when the request has ended, with what is kept with it.
        record.uses = max(0, uses - 1)
        var counter = Directory(engine: self, time: now, identity: session.identity)
        try counter.change(record)
        noteChange()
        return admitted
    }

    /// How many tokens there may be before one: each of them is looked at.
    static let generationsOfTokens = 32

    /// Whether the token that a token was made with has not ended, nor that one's: a time that has run out takes no row
    /// away, and the children end with it all the same.
    func isParentThere(_ token: TokenRecord?, at now: Timestamp) throws(StoreError) -> Bool {
        guard var accessor = token?.parent else { return true }
        let view = Directory(engine: self, time: now, identity: .owner(Principal("keyfolio")))
        for _ in 0..<Self.generationsOfTokens {
            guard let parent = try view.token(.accessor(accessor)) else { return false }
            guard let next = parent.parent else { return true }
            accessor = next
        }
        return false
    }

    /// Lets the token of a wrapped answer in: with no policy, so that it is good for nothing but what is asked of the
    /// session's token itself.
    private func authenticate(
        wrapping token: Secret<String>,
        from address: String,
        at now: Timestamp
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        let view = Directory(engine: self, time: now, identity: .owner(Principal("keyfolio")))
        guard let record = try view.token(.token(token)), record.kind == .wrapping else { return .failure(.invalid) }
        let made = try session(principal: nil, policies: [], token: record, at: now)
        guard case .success(let session) = made else { return made }
        return Self.admit(session, from: address, at: now)
    }

    private static func admit(
        _ session: Session,
        from address: String,
        at now: Timestamp
    ) -> Result<Session, AuthenticationError> {
        if let expires = session.token?.expires, expires <= now { return .failure(.invalid) }
        if let ranges = session.token?.addresses, !ranges.isEmpty, !ranges.contains(where: { $0.contains(address) }) {
            return .failure(.address)
        }
        if let ranges = session.principal?.addresses, !ranges.isEmpty,
            !ranges.contains(where: { $0.contains(address) })
        {
            return .failure(.address)
        }
        return .success(session)
    }

    private func authenticate(
        keyID id: String,
        from address: String,
        at now: Timestamp,
        _ isSigned: @Sendable (Secret<String>, String) -> Bool
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        if let known = directory.keys[id] {
            guard isSigned(known.secret, known.keyID) else { return .failure(.badSignature) }
            return Self.admit(known.session, from: address, at: now)
        }
        guard let key = try entry(CollectionName.accessKeys, id).flatMap(AccessKeyRecord.init), !key.isDisabled else {
            return .failure(.invalid)
        }
        // A key that is made anew under the same id is another key.
        let keyID = Hex.encode(unsafe key.secret.withUnsafeBytes { unsafe keys.fingerprint.code(for: $0) })
        guard isSigned(key.secret, keyID) else { return .failure(.badSignature) }
        let made = try session(principal: key.principal, policies: key.policies, keyID: id, at: now)
        guard case .success(let session) = made else { return made }
        directory.keys[id] = (session, key.secret, keyID)
        return Self.admit(session, from: address, at: now)
    }

    /// A session of a principal, with its policies compiled.
    func session(
        principal name: String?,
        policies own: [String],
        token: TokenRecord? = nil,
        keyID: String? = nil,
        at now: Timestamp
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        let view = Directory(engine: self, time: now, identity: .owner(Principal("keyfolio")))
        var principal: PrincipalRecord?
        var inherited: [String] = []
        if let name {
            guard let found = try view.principal(name) else { return .failure(.invalid) }
            guard !found.isDisabled else { return .failure(.disabled) }
            principal = found
            for role in found.roles { inherited += try view.policies(ofRole: role) ?? [] }
            inherited += found.policies
        }
        var entity: EntityRecord?
        var groups: [GroupRecord] = []
        if let id = token?.entity ?? token?.ownerEntity {
            guard let found = try view.entity(id) else { return .failure(.invalid) }
            guard !found.isDisabled else { return .failure(.disabled) }
            if token?.entity != nil {
                entity = found
                groups = try view.groups(ofEntity: id)
                inherited += try view.policies(ofEntity: found)
            }
        }
        var owner = principal
        if let name = token?.owner, principal == nil {
            guard let found = try view.principal(name) else { return .failure(.invalid) }
            guard !found.isDisabled else { return .failure(.disabled) }
            owner = found
        }
        if let token, try hasEnded(token, owner, view) { return .failure(.invalid) }
        let names = Set(own + inherited)
        let access: AccessControl
        if names.contains(PolicyName.root) {
            access = .root
        } else {
            var documents: [(name: String, document: PolicyDocument)] = []
            for name in names.sorted() {
                if let document = try document(ofPolicy: name, view) { documents.append((name, document)) }
            }
            let values = entity.map { TemplateValues($0, groups: groups) } ?? TemplateValues(principal)
            access = AccessControl(documents, identity: values)
        }
        let shown = principal?.name ?? token?.displayName ?? "key"
        return .success(
            Session(
                principal: principal,
                token: token,
                policies: names.sorted(),
                principalPolicies: Set(inherited).sorted(),
                entity: entity,
                identity: Identity(
                    principal: Principal(shown),
                    access: access,
                    session: keyID ?? token?.accessor
                )
            )
        )
    }

    /// Whether the sessions that a token belongs to were ended since it was made.
    private func hasEnded(
        _ token: TokenRecord,
        _ principal: PrincipalRecord?,
        _ view: borrowing Directory
    ) throws(StoreError) -> Bool {
        var scopes = [SessionScope.everyone]
        if let principal { scopes += [.principal(principal.name)] + principal.roles.map(SessionScope.role) }
        // What is kept nowhere cannot be taken away: it ends when what came the same way was ended.
        if token.kind == .batch { scopes += SessionScope.origins(of: token.origin) }
        for scope in scopes {
            let ended = try view.document(CollectionName.sessions, scope.name)?["ended"]?.asString
            if let time = ended.flatMap(Timestamp.init), token.created <= time { return true }
        }
        return false
    }

    private func document(
        ofPolicy name: String,
        _ view: borrowing Directory
    ) throws(StoreError) -> PolicyDocument? {
        if let document = directory.documents[name] { return document }
        guard let text = try view.policy(name) else { return nil }
        guard let document = try? PolicyDocument(parsing: text) else { throw .tampered("a policy") }
        directory.documents[name] = document
        return document
    }
}

extension TemplateValues {
    /// What the templates of policies see of a principal.
    init(_ principal: PrincipalRecord?) {
        self.init(
            entityID: principal?.id,
            entityName: principal?.name,
            metadata: principal?.metadata ?? [:]
        )
    }
}
