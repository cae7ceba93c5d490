internal import Crypto
internal import Findings
internal import SecretStore
internal import Vaulting

/// What is mounted at a path: which engine answers there, and how.
struct MountRecord: Sendable, Hashable {
    /// The path without its slash: `secret`, `auth/approle`, `sys`.
    private(set) var path: String
    /// Under which name its ways to log in are kept: the path where it was made.
    private(set) var kept: String
    var engine: Route.Engine
    var description = ""
    /// Seconds; 0 for the system's. So is the next.
    var defaultLease = 0
    var longestLease = 0
    /// Whether it is listed to whoever has no token: `hidden` or `unauth`; empty for hidden.
    var listing = ""
    /// Whether the mount is a local one; told, and of no effect on one server.
    var isLocal = false
    /// Settings of KV version 2. Seconds, and 0 for none.
    var versionsKept = 0
    var isCheckAndSetRequired = false
    var deletesVersionsAfter = 0
    /// What names the mount for ever: aliases of entities and templates of policies are kept by the accessor, so it goes
    /// with the mount to another path and to a store that is restored, and no later mount at its path has it.
    private(set) var accessor = ""
    private(set) var uuid = ""

    /// What Vault's own default is, and its most: 768 hours.
    static let systemLease = 2_764_800

    /// Whether it is below `auth/`.
    var isAuth: Bool { path.hasPrefix("auth/") }
    /// The path as a listing names it: with a slash, and without `auth/`.
    var listed: String { (isAuth ? String(path.dropFirst(5)) : path) + "/" }
    /// How many segments the path has.
    var segmentCount: Int { path.utf8.reduce(1) { $1 == UInt8(ascii: "/") ? $0 + 1 : $0 } }
    /// The version of a KV mount; nil for any other.
    var keyValueVersion: Int? {
        switch engine {
        case .keyValue1: 1
        case .keyValue2: 2
        default: nil
        }
    }
    /// Where the secrets of a KV mount are in the store.
    var secrets: KVPath { KVPath(mount: path, isFlat: engine == .keyValue1) }

    init(_ path: String, _ engine: Route.Engine, description: String = "") {
        self.path = path
        kept = path
        self.engine = engine
        self.description = description
    }

    /// What every store has.
    static let builtIn: [MountRecord] = [
        MountRecord("sys", .system, description: "system endpoints used for control, policy and debugging"),
        MountRecord("identity", .identity, description: "identity store"),
        MountRecord("auth/token", .token, description: "token based credentials"),
        MountRecord("cubbyhole", .cubbyhole, description: "per-token private secret storage"),
        MountRecord(KVPath.ownMount, .keyValue2, description: "the secrets of the store"),
    ]

    /// The same at another path.
    func moved(to path: String) -> MountRecord {
        var moved = self
        moved.path = path
        return moved
    }

    /// The same, kept under a name that is nobody else's: a mount that was moved keeps the one of its old path.
    func keptApart(from others: [MountRecord]) -> MountRecord {
        guard others.contains(where: { $0.kept == kept }) else { return self }
        var apart = self
        apart.kept = "\(path)#\(VersionID().hex)"
        return apart
    }

    /// The same with an accessor and a UUID of its own: random, so that no two mounts ever have the same.
    func newlyNamed() -> MountRecord { named(VersionID().hex.prefix(16), uuid: VersionID().uuid) }

    /// The same with the names that it has in every store and that nothing keeps: those of a built-in mount are its path's
    /// hash; those of a mount from before accessors were kept are the store's hash of the path where it was made.
    fileprivate func namedByHash(_ directory: borrowing Directory) -> MountRecord {
        guard accessor.isEmpty || uuid.isEmpty else { return self }
        let text = "mount \(kept)"
        let hash = isBuiltIn ? Array(SHA256.hash(data: Array(text.utf8))) : directory.keyedHash(of: text)
        guard let digits = VersionID(bytes: Array(hash.prefix(16))) else { preconditionFailure("a hash has 32 bytes") }
        return named(digits.hex.prefix(8), uuid: digits.uuid)
    }

    private func named(_ digits: Substring, uuid: String) -> MountRecord {
        var named = self
        named.accessor = "\(isAuth ? "auth_" : "")\(engine.type)_\(digits)"
        named.uuid = uuid
        return named
    }

    /// Whether it can be neither made nor taken away.
    var isBuiltIn: Bool { Self.builtIn.contains { $0.path == path } }
}

extension MountRecord {
    /// The mount as a document of the directory.
    var json: JSONValue {
        [
            "accessor": .string(accessor), "cas": .bool(isCheckAndSetRequired), "default": .integer(defaultLease),
            "delete": .integer(deletesVersionsAfter),
            "description": .string(description), "engine": .string(engine.rawValue), "kept": .string(kept),
            "listing": .string(listing),
            "local": .bool(isLocal), "longest": .integer(longestLease), "uuid": .string(uuid),
            "versions": .integer(versionsKept),
        ]
    }

    init?(_ path: String, _ value: JSONValue) {
        guard let engine = value["engine"]?.asString.flatMap(Route.Engine.init(rawValue:)) else { return nil }
        self.init(path, engine, description: value["description"]?.asString ?? "")
        kept = value["kept"]?.asString ?? path
        accessor = value["accessor"]?.asString ?? ""
        uuid = value["uuid"]?.asString ?? ""
        defaultLease = value["default"]?.asInteger ?? 0
        longestLease = value["longest"]?.asInteger ?? 0
        listing = value["listing"]?.asString ?? ""
        isLocal = value["local"] == .bool(true)
        isCheckAndSetRequired = value["cas"] == .bool(true)
        deletesVersionsAfter = value["delete"]?.asInteger ?? 0
        versionsKept = value["versions"]?.asInteger ?? 0
    }

    /// Settings as `sys/mounts` shows them.
    var members: JSONObject {
        var config = JSONObject(members: [
            "default_lease_ttl": .integer(defaultLease), "force_no_cache": false,
            "max_lease_ttl": .integer(longestLease),
        ])
        if !listing.isEmpty { config["listing_visibility"] = .string(listing) }
        if isAuth { config["token_type"] = "default-service" }
        return JSONObject(members: [
            "accessor": .string(accessor), "config": .object(config), "deprecation_status": "supported",
            "description": .string(description), "external_entropy_access": false, "local": .bool(isLocal),
            "options": options, "plugin_version": "", "running_plugin_version": "", "running_sha256": "",
            "seal_wrap": false, "type": .string(engine.type), "uuid": .string(uuid),
        ])
    }

    /// `options`: the version of a KV mount.
    var options: JSONValue {
        keyValueVersion.map { .object(JSONObject(members: ["version": .string(String($0))])) } ?? .null
    }

    /// Settings as `…/tune` shows them: what holds, not what was said.
    var tuning: JSONObject {
        var members = JSONObject(members: [
            "default_lease_ttl": .integer(defaultLease == 0 ? Self.systemLease : defaultLease),
            "description": .string(description), "force_no_cache": false,
            "max_lease_ttl": .integer(longestLease == 0 ? Self.systemLease : longestLease),
        ])
        if !listing.isEmpty { members["listing_visibility"] = .string(listing) }
        if isAuth { members["token_type"] = "default-service" }
        if keyValueVersion != nil { members["options"] = options }
        return members
    }
}

/// All mounts, and the names of secrets about which something was said before there was a first version.
struct MountTable: Sendable {
    static let collection = "vault.mounts"
    static let waitingCollection = "vault.waiting-metadata"

    /// By path.
    let mounts: [MountRecord]
    /// By the length of their paths, the longest one first.
    private let deepestFirst: [MountRecord]
    /// Paths of the store.
    let waiting: Set<String>

    /// Reads the directory.
    init(_ directory: borrowing Directory) throws(StoreError) {
        var byPath: [String: MountRecord] = [:]
        for mount in MountRecord.builtIn { byPath[mount.path] = mount }
        try directory.forEach(in: Self.collection) { (path, document) in
            if let mount = MountRecord(path, document) { byPath[path] = mount }
        }
        var mounts: [MountRecord] = []
        for mount in byPath.values { mounts.append(mount.namedByHash(directory)) }
        self.mounts = mounts.sorted { $0.path < $1.path }
        deepestFirst = mounts.sorted { $0.path.utf8.count > $1.path.utf8.count }
        waiting = Set(try directory.names(in: Self.waitingCollection))
    }

    /// The mount that answers for a path: the one with the longest path above it.
    func find(_ path: String) -> MountRecord? {
        let bytes = path.utf8
        return deepestFirst.first { mount in
            let own = mount.path.utf8
            guard bytes.count >= own.count, bytes.starts(with: own) else { return false }
            return bytes.dropFirst(own.count).first.map { $0 == UInt8(ascii: "/") } ?? true
        }
    }

    /// The mount at a path.
    subscript(path: String) -> MountRecord? { mounts.first { $0.path == path } }
}
