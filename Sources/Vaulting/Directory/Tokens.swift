internal import AccessPolicy
internal import Crypto
public import Findings
public import SecretStore
public import Secrets

/// A token as it is kept: everything but the token, of which only the hash is known.
public struct TokenRecord: Sendable, Hashable {
    /// What a token is good for.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Kept, with an accessor: it can be looked up, renewed and revoked.
        case service
        /// Kept nowhere: what it may do is sealed in the token itself. See ``BatchToken``.
        case batch
        /// Kept, and good for one thing, once: to get the answer that was kept with it.
        case wrapping
    }

    /// What it is good for.
    public var kind = Kind.service
    /// What names the token and opens nothing.
    public var accessor: String
    /// Whose it is; nil for one that belongs to nobody in particular, such as the first of a store.
    public var principal: String?
    /// The policies of the token itself, beside those of its principal.
    public var policies: [String]
    /// What its maker notes about it.
    public var metadata: [String: String] = [:]
    /// What it is called in listings.
    public var displayName = "token"
    /// How many uses are left; nil for any number.
    public var uses: Int?
    /// When it was made.
    public var created: Timestamp
    /// For how many seconds it was made; nil for ever.
    public var lifetime: Int?
    /// When it ends; nil for never.
    public var expires: Timestamp?
    /// Beyond when no renewal takes it.
    public var latest: Timestamp?
    /// The seconds that each renewal gives, for a token that can be renewed for ever.
    public var period: Int?
    /// Whether it can be renewed.
    public var isRenewable = true
    /// The accessor of the token that it was made with, and ends with; nil for an orphan.
    public var parent: String?
    /// Only from these networks; from anywhere when empty.
    public var addresses: [AddressRange] = []
    /// How it was made, such as `auth/token/create`.
    public var origin = "auth/token/create"
    /// The role of tokens that it was made with.
    public var role: String?
    /// When it was renewed last.
    public var renewed: Timestamp?
    /// The principal who made it for themselves: it opens nothing when they may do nothing, or their sessions were ended.
    public var owner: String?
    /// The id of the entity whose it is; nil for a token of a principal, or of nobody in particular.
    public var entity: String?
    /// The id of the entity that made it for itself: it opens nothing when that may do nothing.
    public var ownerEntity: String?
    /// What a served protocol keeps with it.
    public var extra: [String: String] = [:]

    /// A token for a principal.
    public init(principal: String?, policies: [String] = [], created: Timestamp) {
        accessor = CredentialText.makeName()
        self.principal = principal
        self.policies = policies
        self.created = created
    }

    /// Sets the time that it has.
    ///
    /// - Parameter seconds: From now on; nil for ever.
    public mutating func live(seconds: Int?, from now: Timestamp) {
        lifetime = seconds
        expires = seconds.map { now.adding(seconds: $0) }
        if let latest { expires = min(expires ?? latest, latest) }
    }

    /// Whether its time is over, or its last use was made.
    func isOver(at now: Timestamp) -> Bool { uses == 0 || expires.map { $0 <= now } ?? false }
}

extension TokenRecord {
    /// The token as a document.
    public var json: JSONValue {
        var object = JSONObject()
        object["accessor"] = .string(accessor)
        if kind != .service { object["kind"] = .string(kind.rawValue) }
        object["principal"] = principal.map(JSONValue.string)
        object["policies"] = .texts(policies)
        object["metadata"] = .map(metadata)
        object["display_name"] = .string(displayName)
        object["uses"] = uses.map(JSONValue.integer)
        object["created"] = .string(created.description)
        object["lifetime"] = lifetime.map(JSONValue.integer)
        object["expires"] = expires.map { .string($0.description) }
        object["latest"] = latest.map { .string($0.description) }
        object["period"] = period.map(JSONValue.integer)
        object["renewable"] = .bool(isRenewable)
        object["parent"] = parent.map(JSONValue.string)
        object["addresses"] = .texts(addresses.map(\.text))
        object["origin"] = .string(origin)
        object["role"] = role.map(JSONValue.string)
        object["renewed"] = renewed.map { .string($0.description) }
        object["owner"] = owner.map(JSONValue.string)
        object["entity"] = entity.map(JSONValue.string)
        object["owner_entity"] = ownerEntity.map(JSONValue.string)
        object["extra"] = .map(extra)
        return .object(object)
    }

    init?(_ value: JSONValue) {
        guard let accessor = value["accessor"]?.asString,
            let created = value["created"]?.asString.flatMap(Timestamp.init)
        else { return nil }
        self.init(principal: value["principal"]?.asString, policies: value["policies"].texts, created: created)
        self.accessor = accessor
        if let name = value["kind"]?.asString {
            // A kind that this version does not know may be good for anything, so the token is none.
            guard let known = Kind(rawValue: name) else { return nil }
            kind = known
        }
        metadata = value["metadata"].map
        displayName = value["display_name"]?.asString ?? displayName
        uses = value["uses"]?.asInteger
        lifetime = value["lifetime"]?.asInteger
        expires = value["expires"]?.asString.flatMap(Timestamp.init)
        latest = value["latest"]?.asString.flatMap(Timestamp.init)
        period = value["period"]?.asInteger
        isRenewable = value["renewable"] == .bool(true)
        parent = value["parent"]?.asString
        addresses = value["addresses"].texts.compactMap(AddressRange.init)
        origin = value["origin"]?.asString ?? origin
        role = value["role"]?.asString
        renewed = value["renewed"]?.asString.flatMap(Timestamp.init)
        owner = value["owner"]?.asString
        entity = value["entity"]?.asString
        ownerEntity = value["owner_entity"]?.asString
        extra = value["extra"].map
    }
}

/// Which token is meant.
public enum TokenReference: Sendable {
    /// By itself.
    case token(Secret<String>)
    /// By what names it and opens nothing.
    case accessor(String)
}

extension Directory {
    /// Makes a token, and takes a few away that have ended: see ``sweepTokens(rows:)``.
    ///
    /// - Parameters:
    ///   - record: What it is to be. A batch token has no accessor, whatever the record says.
    ///   - text: The token, when its maker chooses it; nil for a random one. A batch token's cannot be chosen.
    /// - Returns: The token. It is shown this once.
    /// - Throws: ``StoreError``, also when there is such a token, or a batch token would be too long.
    public mutating func issue(_ record: TokenRecord, text: Secret<String>? = nil) throws(StoreError) -> Secret<String>
    {
        if record.kind == .batch { return try BatchToken.seal(record, engine.keys) }
        try sweepTokens(rows: Self.rowsSweptForEachToken)
        let token = text ?? CredentialText.make(record.kind == .wrapping ? .wrappingToken : .token)
        let hash = Self.name(of: token)
        guard try document(CollectionName.tokens, hash) == nil else {
            throw .invalidAttribute("there is such a token already")
        }
        try put(CollectionName.tokens, hash, record.json)
        try put(CollectionName.accessors, record.accessor, ["token": .string(hash)])
        if let parent = record.parent {
            var (above, generations) = (parent, 1)
            while let next = try self.token(.accessor(above))?.parent {
                (above, generations) = (next, generations + 1)
                guard generations <= Engine.generationsOfTokens else {
                    throw .invalidAttribute("a token has at most \(Engine.generationsOfTokens) before it")
                }
            }
            try put("\(CollectionName.children).\(parent)", record.accessor, [:])
        }
        return token
    }

    /// A token that is kept and has not ended.
    ///
    /// - Throws: ``StoreError``.
    public func token(_ reference: TokenReference) throws(StoreError) -> TokenRecord? {
        if case .token(let text) = reference, let record = BatchToken.open(text, engine.keys) {
            return try hasEnded(record) ? nil : record
        }
        guard let hash = try hash(of: reference), let found = try document(CollectionName.tokens, hash),
            let record = TokenRecord(found)
        else { return nil }
        return record.isOver(at: time) ? nil : record
    }

    /// Changes a token that is kept.
    ///
    /// - Throws: ``StoreError``.
    public mutating func change(_ record: TokenRecord) throws(StoreError) {
        guard let hash = try hash(of: .accessor(record.accessor)) else { throw .noSuchEntry("token") }
        try put(CollectionName.tokens, hash, record.json)
    }

    /// Ends a token and the tokens that were made with it.
    ///
    /// - Parameter sparingChildren: Leaves those as orphans.
    /// - Returns: How many ended.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func revoke(accessor: String, sparingChildren: Bool = false) throws(StoreError) -> Int {
        var waiting = [accessor]
        var count = 0
        while let next = waiting.popLast() {
            let collection = "\(CollectionName.children).\(next)"
            let children = try names(in: collection)
            for child in children {
                try remove(collection, child)
                guard sparingChildren else {
                    waiting.append(child)
                    continue
                }
                if var record = try token(.accessor(child)) {
                    record.parent = nil
                    try change(record)
                }
            }
            if try end(next) { count += 1 }
        }
        return count
    }

    /// Takes a token away with what leads to it.
    mutating func end(_ accessor: String) throws(StoreError) -> Bool {
        guard let hash = try hash(of: .accessor(accessor)) else { return false }
        if let parent = try document(CollectionName.tokens, hash).flatMap(TokenRecord.init)?.parent {
            try remove("\(CollectionName.children).\(parent)", accessor)
        }
        let kept = Self.documents(ofToken: accessor)
        for name in try names(in: kept) { try remove(kept, name) }
        try remove(CollectionName.tokens, hash)
        try remove(CollectionName.accessors, accessor)
        return true
    }

    /// The accessors of all tokens that are kept, ordered.
    ///
    /// - Throws: ``StoreError``.
    public func accessors() throws(StoreError) -> [String] { try names(in: CollectionName.accessors) }

    /// Takes tokens away that have ended by themselves.
    ///
    /// - Returns: How many.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func tidyTokens() throws(StoreError) -> Int {
        var ended: [String] = []
        let now = time
        try forEach(in: CollectionName.tokens) { (_, document) in
            if let record = TokenRecord(document), record.isOver(at: now) {
                ended.append(record.accessor)
            }
        }
        var count = 0
        for accessor in ended { count += try revoke(accessor: accessor) }
        return count
    }

    /// Whether a batch token opens nothing any more: its time is over, its parent gone, or its sessions were ended.
    private func hasEnded(_ record: TokenRecord) throws(StoreError) -> Bool {
        guard record.expires.map({ $0 > time }) ?? false, try engine.isParentThere(record, at: time) else {
            return true
        }
        let session = try engine.session(
            principal: record.principal,
            policies: record.policies,
            token: record,
            at: time
        )
        if case .success = session { return false }
        return true
    }

    private func hash(of reference: TokenReference) throws(StoreError) -> String? {
        switch reference {
        case .token(let token): Self.name(of: token)
        case .accessor(let accessor): try document(CollectionName.accessors, accessor)?["token"]?.asString
        }
    }

    /// The name under which a token is kept: its SHA-256. A token has more than 200 random bits, so nothing slower is
    /// needed.
    static func name(of token: Secret<String>) -> String {
        let digest = unsafe token.withUnsafeBytes { unsafe SHA256.hash(data: $0) }
        return Hex.encode(Array(digest))
    }
}
