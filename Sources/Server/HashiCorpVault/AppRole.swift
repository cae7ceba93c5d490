internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Where the ways to log in keep what they know: collections of the directory, one for each mount.
enum DirectoryCollections {
    static func roles(_ mount: MountRecord) -> String { "vault.approle/\(mount.kept)/roles" }
    /// The name of a role by its role id.
    static func roleIDs(_ mount: MountRecord) -> String { "vault.approle/\(mount.kept)/role-ids" }
    /// A role's secret ids by their keyed hash. Each role has a collection of its own: a handle of one opens nothing of
    /// another (CVE-2023-24999).
    static func secretIDs(_ mount: MountRecord, _ role: String) -> String {
        "vault.approle/\(mount.kept)/role/\(role)/secret-ids"
    }
    /// The keyed hash of a role's secret id by its accessor.
    static func accessors(_ mount: MountRecord, _ role: String) -> String {
        "vault.approle/\(mount.kept)/role/\(role)/accessors"
    }
    static func users(_ mount: MountRecord) -> String { "vault.userpass/\(mount.kept)/users" }

    /// Everything that a mount keeps.
    static func all(below mount: MountRecord, _ directory: borrowing Directory) throws(StoreError) -> [String] {
        var collections = [roles(mount), roleIDs(mount), users(mount)]
        collections += [TokenMethodCollections.configuration(mount), TokenMethodCollections.roles(mount)]
        for role in try directory.names(in: roles(mount)) {
            collections += [secretIDs(mount, role), accessors(mount, role)]
        }
        return collections
    }
}

/// A role of AppRole: a machine that logs in with a role id and, usually, a secret id.
struct AppRole: Sendable, Equatable {
    /// In lower case.
    let name: String
    var roleID: String
    var bindsSecretID = true
    /// Addresses and networks that a login may come from.
    var addresses: [String] = []
    /// How often a secret id can be used; 0 for as often as one likes.
    var secretIDUses = 0
    /// For how many seconds a secret id is good; 0 for ever.
    var secretIDLifetime = 0
    var hasLocalSecretIDs = false
    var token = TokenSettings()

    init(_ name: String) {
        self.name = name
        roleID = VersionID().uuid
    }

    /// Takes what is said and leaves the rest.
    mutating func update(from parameters: LogicalParameters, isNew: Bool) throws(LogicalFault) {
        if let flag = try parameters.flag("bind_secret_id") { bindsSecretID = flag }
        if let (name, _) = parameters.first(["secret_id_bound_cidrs", "bound_cidr_list"]) {
            addresses = try NetworkList.checked(try parameters.list(name) ?? [], in: name)
        }
        if let number = try parameters.integer("secret_id_num_uses") {
            guard number >= 0 else { throw .invalid("secret_id_num_uses cannot be negative") }
            secretIDUses = number
        }
        if let seconds = try parameters.duration("secret_id_ttl") {
            guard seconds >= 0 else { throw .invalid("secret_id_ttl cannot be negative") }
            secretIDLifetime = seconds
        }
        if let (name, _) = parameters.first(["local_secret_ids", "enable_local_secret_ids"]) {
            let flag = try parameters.flag(name) ?? false
            guard isNew || flag == hasLocalSecretIDs else {
                throw .invalid("local_secret_ids can only be modified during role creation")
            }
            hasLocalSecretIDs = flag
        }
        if let id = try parameters.text("role_id") { roleID = try Self.checkedID(id, "role_id") }
        try token.update(from: parameters)
        try checkConstraints()
    }

    /// A role that anybody could log in with is none.
    func checkConstraints() throws(LogicalFault) {
        guard bindsSecretID || !addresses.isEmpty || !token.addresses.isEmpty else {
            throw .invalid("at least one constraint should be enabled on the role")
        }
    }

    /// An id as a client chose it, without spaces around it: with them it would be another one of the same look.
    static func checkedID(_ text: String, _ name: String) throws(LogicalFault) -> String {
        let id = LogicalParameters.trimmed(text)
        guard !id.isEmpty else { throw .invalid("missing \(name)") }
        guard id.utf8.count <= 4096 else { throw .invalid("\(name) is longer than 4096 bytes") }
        return id
    }

    /// The role as a read shows it.
    var members: JSONObject {
        var members = JSONObject(members: [
            "bind_secret_id": .bool(bindsSecretID), "local_secret_ids": .bool(hasLocalSecretIDs),
            "secret_id_bound_cidrs": addresses.isEmpty ? .null : .texts(addresses),
            "secret_id_num_uses": .integer(secretIDUses), "secret_id_ttl": .integer(secretIDLifetime),
        ])
        for member in token.members { members[member.key] = member.value }
        return members
    }

    var json: JSONValue {
        [
            "addresses": .texts(addresses), "binds": .bool(bindsSecretID), "id": .string(roleID),
            "lifetime": .integer(secretIDLifetime), "local": .bool(hasLocalSecretIDs), "token": token.json,
            "uses": .integer(secretIDUses),
        ]
    }

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        roleID = value["id"]?.asString ?? ""
        bindsSecretID = value["binds"] != .bool(false)
        addresses = value["addresses"].texts
        secretIDUses = value["uses"]?.asInteger ?? 0
        secretIDLifetime = value["lifetime"]?.asInteger ?? 0
        hasLocalSecretIDs = value["local"] == .bool(true)
        token = TokenSettings(value["token"] ?? .null)
    }
}

/// A secret id as it is kept: everything but the id itself, of which only a keyed hash is known.
struct SecretID: Sendable, Equatable {
    let accessor: String
    var created: Timestamp
    var updated: Timestamp
    var expires: Timestamp?
    /// Seconds; 0 for ever.
    var lifetime = 0
    /// How many uses are left; nil for any number.
    var uses: Int?
    var metadata: [String: String] = [:]
    var addresses: [String] = []
    var tokenAddresses: [String] = []

    init(created: Timestamp) {
        accessor = VersionID().uuid
        self.created = created
        updated = created
    }

    /// Whether it is good at a moment.
    func isGood(at now: Timestamp) -> Bool { expires.map { $0 > now } ?? true }

    /// The secret id as a look-up shows it.
    var members: JSONObject {
        JSONObject(members: [
            "cidr_list": .texts(addresses), "creation_time": .string(VaultTime.text(created)),
            "expiration_time": .string(expires.map(VaultTime.text) ?? VaultTime.zero),
            "last_updated_time": .string(VaultTime.text(updated)),
            "metadata": LogicalContext.customMetadata(metadata), "secret_id_accessor": .string(accessor),
            "secret_id_num_uses": .integer(uses ?? 0), "secret_id_ttl": .integer(lifetime),
            "token_bound_cidrs": .texts(tokenAddresses),
        ])
    }

    var json: JSONValue {
        var object = JSONObject(members: [
            "accessor": .string(accessor), "addresses": .texts(addresses), "created": .string(created.description),
            "lifetime": .integer(lifetime), "metadata": .map(metadata), "token_addresses": .texts(tokenAddresses),
            "updated": .string(updated.description),
        ])
        object["uses"] = uses.map(JSONValue.integer)
        object["expires"] = expires.map { .string($0.description) }
        return .object(object)
    }

    init?(_ value: JSONValue) {
        guard let accessor = value["accessor"]?.asString,
            let created = value["created"]?.asString.flatMap({ Timestamp($0) })
        else { return nil }
        self.accessor = accessor
        self.created = created
        updated = value["updated"]?.asString.flatMap { Timestamp($0) } ?? created
        expires = value["expires"]?.asString.flatMap { Timestamp($0) }
        lifetime = value["lifetime"]?.asInteger ?? 0
        uses = value["uses"]?.asInteger
        metadata = value["metadata"].map
        addresses = value["addresses"].texts
        tokenAddresses = value["token_addresses"].texts
    }
}

extension Directory {
    /// The name under which a secret id is kept: its keyed hash, bound to its mount and role.
    func secretIDName(_ secretID: Secret<String>, _ mount: MountRecord, _ role: String) -> String {
        let text = LogicalParameters.trimmed(secretID.reveal())
        return Hex.encode(keyedHash(of: "\(mount.kept)\n\(role)\n\(text)"))
    }

    /// A role of a mount.
    func appRole(_ mount: MountRecord, _ name: String) throws(StoreError) -> AppRole? {
        try document(DirectoryCollections.roles(mount), name).map { AppRole(name, $0) }
    }

    /// Takes a secret id away with what leads to it.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    mutating func removeSecretID(
        _ mount: MountRecord,
        _ role: String,
        hash: String
    ) throws(StoreError) -> Bool {
        let collection = DirectoryCollections.secretIDs(mount, role)
        guard let found = try document(collection, hash).flatMap(SecretID.init) else { return false }
        try remove(DirectoryCollections.accessors(mount, role), found.accessor)
        return try remove(collection, hash)
    }
}
