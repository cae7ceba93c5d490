internal import Crypto
internal import Findings
public import SecretStore
public import Secrets

/// An AWS access key that was issued here. Its secret half must be known to check signatures, so it is kept, sealed like
/// a payload; it opens what its principal may, and nothing in AWS.
public struct AccessKeyRecord: Sendable {
    /// The key's id.
    public var id: String
    /// Whose it is.
    public var principal: String?
    /// The policies of the key itself, beside those of its principal.
    public var policies: [String]
    /// The secret half.
    public var secret: Secret<String>
    /// When it was made.
    public var created: Timestamp
    /// Whether it opens nothing for now.
    public var isDisabled = false

    /// A new key.
    ///
    /// - Parameters:
    ///   - id: The id, when its maker chooses it; nil for a random one of AWS's form.
    ///   - secret: The secret half; nil for a random one of AWS's form.
    public init(
        principal: String?,
        policies: [String] = [],
        id: String? = nil,
        secret: Secret<String>? = nil,
        created: Timestamp
    ) {
        self.id = id ?? "AKIA\(Self.random(16, Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)))"
        self.secret = secret ?? Secret(CredentialText.makeName(40))
        self.principal = principal
        self.policies = policies
        self.created = created
    }

    private static func random(_ count: Int, _ alphabet: [UInt8]) -> String {
        var generator = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] },
            as: UTF8.self
        )
    }

    var json: JSONValue {
        [
            "created": .string(created.description), "disabled": .bool(isDisabled), "id": .string(id),
            "policies": .texts(policies), "principal": .string(orNull: principal), "secret": .string(secret.reveal()),
        ]
    }

    init?(_ value: JSONValue) {
        guard let id = value["id"]?.asString, let secret = value["secret"]?.asString,
            let created = value["created"]?.asString.flatMap(Timestamp.init)
        else { return nil }
        self.init(
            principal: value["principal"]?.asString,
            policies: value["policies"].texts,
            id: id,
            secret: Secret(secret),
            created: created
        )
        isDisabled = value["disabled"] == .bool(true)
    }
}

/// A client of the OAuth 2.0 client credentials grant (RFC 6749, section 4.4): what Azure calls an application.
public struct ClientRecord: Sendable {
    /// The client's id.
    public var id: String
    /// Whose it is.
    public var principal: String?
    /// The policies of its tokens, beside those of its principal.
    public var policies: [String]
    /// The SHA-256 of each secret that opens it, in hexadecimal: two while one is replaced.
    public var secrets: [String]
    /// How many seconds its tokens live.
    public var tokenSeconds = 3600
    /// When it was made.
    public var created: Timestamp

    /// A new client.
    public init(
        principal: String?,
        policies: [String] = [],
        id: String? = nil,
        secrets: [Secret<String>],
        created: Timestamp
    ) {
        self.id = id ?? VersionID().uuid
        self.principal = principal
        self.policies = policies
        self.secrets = secrets.map(Directory.name(of:))
        self.created = created
    }

    var json: JSONValue {
        [
            "created": .string(created.description), "id": .string(id), "policies": .texts(policies),
            "principal": .string(orNull: principal), "secrets": .texts(secrets), "seconds": .integer(tokenSeconds),
        ]
    }

    init?(_ value: JSONValue) {
        guard let id = value["id"]?.asString, let created = value["created"]?.asString.flatMap(Timestamp.init) else {
            return nil
        }
        self.init(
            principal: value["principal"]?.asString,
            policies: value["policies"].texts,
            id: id,
            secrets: [],
            created: created
        )
        secrets = value["secrets"].texts
        tokenSeconds = value["seconds"]?.asInteger ?? tokenSeconds
    }
}

extension Directory {
    /// Keeps an access key.
    public mutating func put(_ key: AccessKeyRecord) throws(StoreError) {
        try put(CollectionName.accessKeys, key.id, key.json)
    }

    /// An access key.
    public func accessKey(_ id: String) throws(StoreError) -> AccessKeyRecord? {
        try document(CollectionName.accessKeys, id).flatMap(AccessKeyRecord.init)
    }

    /// The ids of all access keys with their owners, ordered.
    public func accessKeys() throws(StoreError) -> [AccessKeyRecord] {
        var keys: [AccessKeyRecord] = []
        try forEach(in: CollectionName.accessKeys) { (_, document) in
            if let key = AccessKeyRecord(document) { keys.append(key) }
        }
        return keys.sorted { $0.id < $1.id }
    }

    /// Takes an access key away.
    @discardableResult
    public mutating func removeAccessKey(_ id: String) throws(StoreError) -> Bool {
        try remove(CollectionName.accessKeys, id)
    }

    /// Keeps a client.
    public mutating func put(_ client: ClientRecord) throws(StoreError) {
        try put(CollectionName.clients, client.id, client.json)
    }

    /// A client.
    public func client(_ id: String) throws(StoreError) -> ClientRecord? {
        try document(CollectionName.clients, id).flatMap(ClientRecord.init)
    }

    /// All clients, by id.
    public func clients() throws(StoreError) -> [ClientRecord] {
        var clients: [ClientRecord] = []
        try forEach(in: CollectionName.clients) { (_, document) in
            if let client = ClientRecord(document) { clients.append(client) }
        }
        return clients.sorted { $0.id < $1.id }
    }

    /// Takes a client away.
    @discardableResult
    public mutating func removeClient(_ id: String) throws(StoreError) -> Bool {
        try remove(CollectionName.clients, id)
    }

    /// The client that a secret opens; a client that is not there costs the same.
    ///
    /// - Throws: ``StoreError``.
    public func client(_ id: String, openedBy secret: Secret<String>) throws(StoreError) -> ClientRecord? {
        let client = try client(id)
        let given = SymmetricKey(data: Array(Directory.name(of: secret).utf8))
        var isRight = false
        // The library compares keys in constant time.
        for known in client?.secrets ?? [CredentialText.makeName(64)] {
            if SymmetricKey(data: Array(known.utf8)) == given { isRight = true }
        }
        return isRight ? client : nil
    }
}
