internal import AccessPolicy
internal import Findings
public import SecretStore

extension Directory {
    /// A principal.
    ///
    /// - Parameter name: In any spelling that is the same name.
    /// - Throws: ``StoreError``.
    public func principal(_ name: String) throws(StoreError) -> PrincipalRecord? {
        try document(CollectionName.principals, try PrincipalRecord.normalized(name)).flatMap(PrincipalRecord.init)
    }

    /// Keeps a principal. Roles and policies that it gets must be there. One that it has may have been taken away since:
    /// that must keep nobody from disabling it.
    ///
    /// - Throws: ``StoreError``.
    public mutating func put(_ principal: PrincipalRecord) throws(StoreError) {
        let known = try self.principal(principal.name)
        for role in principal.roles where known?.roles.contains(role) != true {
            guard try policies(ofRole: role) != nil else { throw .noSuchEntry("role") }
        }
        for policy in principal.policies where known?.policies.contains(policy) != true {
            guard try self.policy(policy) != nil else { throw .noSuchEntry("policy") }
        }
        try put(CollectionName.principals, principal.name, principal.json)
    }

    /// Every principal, by name.
    public func principals() throws(StoreError) -> [PrincipalRecord] {
        var principals: [PrincipalRecord] = []
        try forEach(in: CollectionName.principals) { (_, document) in
            if let principal = PrincipalRecord(document) { principals.append(principal) }
        }
        return principals.sorted { $0.name < $1.name }
    }

    /// Takes a principal away with its keys and clients; its tokens, and those made with them, have ended.
    @discardableResult
    public mutating func removePrincipal(_ name: String) throws(StoreError) -> Bool {
        let name = try PrincipalRecord.normalized(name)
        for key in try accessKeys() where key.principal == name { try removeAccessKey(key.id) }
        for client in try clients() where client.principal == name { try removeClient(client.id) }
        // Also for a later one of the same name: a token is bound to the name.
        try endSessions(.principal(name))
        return try remove(CollectionName.principals, name)
    }
}

extension Directory {
    /// The text of a policy: one that was written here, or that every store has.
    ///
    /// - Throws: ``StoreError``.
    public func policy(_ name: String) throws(StoreError) -> String? {
        if let text = try document(CollectionName.policies, name)?["text"]?.asString { return text }
        return Self.builtInPolicy(name)
    }

    /// Writes a policy. The built-in roles' own texts stay as they are; `default` may be changed.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-082` when the text is none; it says where and why, and nothing of the text.
    public mutating func setPolicy(_ name: String, _ text: String) throws(StoreError) {
        let name = try Self.policyName(name)
        guard name != PolicyName.root, BuiltInRole(rawValue: name) == nil else { throw .builtInPolicy(name) }
        do throws(PolicyError) { _ = try PolicyDocument(parsing: text) } catch {
            throw .invalidAttribute(error.message)
        }
        try put(CollectionName.policies, name, ["text": .string(text)])
    }

    /// Takes a policy away.
    ///
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func removePolicy(_ name: String) throws(StoreError) -> Bool {
        let name = try Self.policyName(name)
        guard name != PolicyName.standard else {
            throw .invalidAttribute("the policy \(name) is every token's: it can be changed, and not be taken away")
        }
        guard name != PolicyName.root, BuiltInRole(rawValue: name) == nil else { throw .builtInPolicy(name) }
        return try remove(CollectionName.policies, name)
    }

    /// The names of all policies, ordered, `root` among them.
    public func policyNames() throws(StoreError) -> [String] {
        let builtIn = BuiltInRole.allCases.map(\.rawValue) + [PolicyName.standard, PolicyName.root]
        return Set(try names(in: CollectionName.policies) + builtIn).sorted()
    }

    /// The policies of a role; nil when there is no such role. Each built-in role is the policy of its name.
    public func policies(ofRole name: String) throws(StoreError) -> [String]? {
        if BuiltInRole(rawValue: name) != nil { return [name] }
        return try document(CollectionName.roles, name).map { $0["policies"].texts }
    }

    /// Makes a role of policies, or changes it.
    public mutating func setRole(_ name: String, policies: [String], summary: String) throws(StoreError) {
        let name = try Self.policyName(name)
        guard name != PolicyName.root, BuiltInRole(rawValue: name) == nil else { throw .builtInRole(name) }
        var spelled: [String] = []
        for policy in policies {
            let policy = try Self.policyName(policy)
            guard policy != PolicyName.root else { throw .invalidAttribute("a role cannot be root") }
            guard try self.policy(policy) != nil else { throw .noSuchEntry("policy") }
            spelled.append(policy)
        }
        try put(CollectionName.roles, name, ["policies": .texts(spelled), "summary": .string(summary)])
    }

    /// Every role with its policies and what it is for, by name.
    public func roles() throws(StoreError) -> [(name: String, policies: [String], summary: String)] {
        var roles: [(name: String, policies: [String], summary: String)] = BuiltInRole.allCases.map {
            ($0.rawValue, [$0.rawValue], $0.summary)
        }
        try forEach(in: CollectionName.roles) { (name, document) in
            roles.append((name, document["policies"].texts, document["summary"]?.asString ?? ""))
        }
        return roles.sorted { $0.name < $1.name }
    }

    /// Takes a role away.
    @discardableResult
    public mutating func removeRole(_ name: String) throws(StoreError) -> Bool {
        guard BuiltInRole(rawValue: name) == nil else { throw .builtInRole(name) }
        return try remove(CollectionName.roles, name)
    }

    /// The one spelling of a policy's name.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-082`.
    public static func policyName(_ name: String) throws(StoreError) -> String {
        do throws(PolicyError) { return try PolicyName.normalized(name) } catch {
            throw .invalidAttribute(error.message)
        }
    }

    static func builtInPolicy(_ name: String) -> String? {
        if name == PolicyName.standard { return DefaultPolicy.text }
        return BuiltInRole(rawValue: name)?.text
    }
}

/// A network that may not come in.
public struct Block: Sendable, Hashable {
    /// The network.
    public let range: AddressRange
    /// Until when; nil for as long as it stands.
    public let until: Timestamp?
    /// Why.
    public let reason: String

    /// Puts a block together.
    public init(_ range: AddressRange, until: Timestamp? = nil, reason: String = "") {
        self.range = range
        self.until = until
        self.reason = reason
    }
}

/// Whose sessions are meant.
public enum SessionScope: Sendable, Hashable {
    /// Everybody's.
    case everyone
    /// One principal's.
    case principal(String)
    /// Those of all who have a role.
    case role(String)
    /// Those of batch tokens that came from a path or from below it, such as `auth/userpass`.
    case origin(String)

    /// The scope in words: `principal:ada`.
    public var text: String { name }

    var name: String {
        switch self {
        case .everyone: "everyone"
        case .principal(let name): "principal:\(name)"
        case .role(let name): "role:\(name)"
        case .origin(let path): "origin:\(path)"
        }
    }

    /// The scopes of an origin: itself, and every path that it is below.
    static func origins(of origin: String) -> [SessionScope] {
        var path = Substring(origin)
        var scopes = [SessionScope.origin(origin)]
        while let slash = path.lastIndex(of: "/") {
            path = path[..<slash]
            scopes.append(.origin(String(path)))
        }
        return scopes
    }
}

extension Directory {
    /// Lets nobody of a network in from now on, whatever credential they have.
    public mutating func put(_ block: Block) throws(StoreError) {
        var document: JSONObject = JSONObject()
        document["reason"] = .string(block.reason)
        document["until"] = block.until.map { .string($0.description) }
        try put(CollectionName.blocks, block.range.text, .object(document))
    }

    /// Every block that stands, by network.
    public func blocks() throws(StoreError) -> [Block] {
        var blocks: [Block] = []
        let now = time
        try forEach(in: CollectionName.blocks) { (name, document) in
            guard let range = AddressRange(name) else { return }
            let until = document["until"]?.asString.flatMap(Timestamp.init)
            if until.map({ $0 <= now }) ?? false { return }
            blocks.append(Block(range, until: until, reason: document["reason"]?.asString ?? ""))
        }
        return blocks.sorted { $0.range.text < $1.range.text }
    }

    /// Takes a block away.
    @discardableResult
    public mutating func removeBlock(_ range: String) throws(StoreError) -> Bool {
        try remove(CollectionName.blocks, range)
    }

    /// Ends the sessions of somebody: every token that was made before now opens nothing any more. Keys and clients stay;
    /// what they open from then on is a new session.
    public mutating func endSessions(_ scope: SessionScope) throws(StoreError) {
        try put(CollectionName.sessions, scope.name, ["ended": .string(time.description)])
    }
}
