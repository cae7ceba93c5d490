internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Vaulting

/// Mounts of secrets engines and of ways to log in.
extension LogicalContext {
    func listMounts() throws -> LogicalResponse {
        try require()
        return .data(Self.listing(table.mounts.filter { !$0.isAuth }))
    }

    func listAuthMounts() throws -> LogicalResponse {
        try require()
        return .data(Self.listing(table.mounts.filter(\.isAuth)))
    }

    func readMount() throws -> LogicalResponse {
        try require()
        return .data(try named(isAuth: false).members)
    }

    func readAuthMount() throws -> LogicalResponse {
        try require()
        return .data(try named(isAuth: true).members)
    }

    func readMountTuning() throws -> LogicalResponse {
        try require()
        return .data(try named(isAuth: false).tuning)
    }

    func readAuthTuning() throws -> LogicalResponse {
        try require()
        return .data(try named(isAuth: true).tuning)
    }

    func enableMount() throws -> LogicalResponse {
        if try parameters.text("type") == "transit" { return try enable(MountRecord(try newPath(), .transit)) }
        guard try parameters.text("type") == "kv" || parameters.text("type") == "kv-v2" else {
            throw try Self.unknownType(parameters, "secrets engine")
        }
        var version = try parameters.text("type") == "kv-v2" ? 2 : 1
        if let options = try parameters.object("options"), let value = options["version"], value != .null {
            guard let number = LogicalParameters.integer(value), (1...2).contains(number) else {
                throw LogicalFault.invalid("options.version must be 1 or 2")
            }
            version = number
        }
        return try enable(MountRecord(try newPath(), version == 2 ? .keyValue2 : .keyValue1))
    }

    func enableAuthMount() throws -> LogicalResponse {
        let engine: Route.Engine
        switch try parameters.text("type") {
        case "approle": engine = .appRole
        case "userpass": engine = .userPassword
        case "jwt": engine = .jwt
        case "kubernetes": engine = .kubernetes
        case "cert": engine = .certificate
        case "token": throw LogicalFault.invalid("token credential backend cannot be instantiated")
        default: throw try Self.unknownType(parameters, "auth method")
        }
        return try enable(MountRecord("auth/" + (try newPath()), engine))
    }

    func tuneMount() throws -> LogicalResponse { try tune(try named(isAuth: false)) }

    func tuneAuth() throws -> LogicalResponse { try tune(try named(isAuth: true)) }

    func disableMount() throws -> LogicalResponse {
        let path = routed["path"]
        guard let mount = table[path], !mount.isAuth else {
            try require()
            return .empty
        }
        guard !mount.isBuiltIn else { throw LogicalFault.invalid("cannot unmount \"\(path)/\"") }
        try require()
        if mount.engine == .transit { try removeKeys(of: mount) } else { try removeSecrets(of: mount) }
        return try takeAway(mount)
    }

    func disableAuthMount() throws -> LogicalResponse {
        guard let mount = table["auth/" + routed["path"]] else {
            try require()
            return .empty
        }
        guard !mount.isBuiltIn else { throw LogicalFault.invalid("token credential backend cannot be disabled") }
        try perform(changing: true) { directory in
            for collection in try DirectoryCollections.all(below: mount, directory) {
                for name in try directory.names(in: collection) { try directory.remove(collection, name) }
            }
            try directory.removeAliases(mount: mount.accessor)
            // What was got through the mount ends with it.
            for accessor in try directory.accessors() {
                guard let token = try directory.token(.accessor(accessor)), token.origin.hasPrefix(mount.path + "/")
                else {
                    continue
                }
                try directory.revoke(accessor: accessor)
            }
            try directory.endSessions(.origin(mount.path))
        }
        return try takeAway(mount)
    }

    /// What every `kv` command of the command line asks first: where a path is mounted, and which version answers.
    func preflight() throws -> LogicalResponse {
        let path = routed["path"]
        let refused = LogicalFault(
            403,
            "preflight capability check returned 403, please ensure client's policies grant access to path \"\(path)/\""
        )
        guard let mount = table.find(path), vault.identity.access.mayHoldAnything(under: mount.path + "/") else {
            throw refused
        }
        var members = mount.members
        members["path"] = .string(mount.path + "/")
        return .data(members)
    }

    /// What anybody may see, and whoever has a token a little more.
    func visibleMounts() -> LogicalResponse {
        func shown(_ isAuth: Bool) -> JSONValue {
            var object = JSONObject()
            for mount in table.mounts where mount.isAuth == isAuth {
                let isAllowed = session != nil && vault.identity.access.mayHoldAnything(under: mount.path + "/")
                guard mount.listing == "unauth" || isAllowed else { continue }
                var members = JSONObject(members: [
                    "description": .string(mount.description), "options": mount.options,
                    "type": .string(mount.engine.type),
                ])
                if isAllowed { members = mount.members }
                object[mount.listed] = .object(members)
            }
            return .object(object)
        }
        return .data(JSONObject(members: ["auth": shown(true), "secret": shown(false)]))
    }
}

extension LogicalContext {
    private static func listing(_ mounts: [MountRecord]) -> JSONObject {
        var object = JSONObject()
        for mount in mounts { object[mount.listed] = .object(mount.members) }
        return object
    }

    private static func unknownType(_ parameters: LogicalParameters, _ what: String) throws(LogicalFault)
        -> LogicalFault
    {
        guard let type = try parameters.text("type"), !type.isEmpty else {
            return .invalid("backend type must be specified as a string")
        }
        return .invalid("this server has no \(what) of this type")
    }

    private func named(isAuth: Bool) throws(LogicalFault) -> MountRecord {
        let path = (isAuth ? "auth/" : "") + routed["path"]
        guard let mount = table[path], mount.isAuth == isAuth else {
            throw .invalid("No \(isAuth ? "auth engine" : "secret engine mount") at \(routed["path"])/")
        }
        return mount
    }

    /// The path of a mount that is to be made. One segment: that is what a policy's rules and the store's paths agree on.
    private func newPath() throws(LogicalFault) -> String { try Self.checkedMountPath(routed["path"]) }

    static func checkedMountPath(_ path: String) throws(LogicalFault) -> String {
        let isName = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isName, (1...64).contains(path.utf8.count) else {
            throw .invalid("a mount's path is one segment of at most 64 letters, digits and _ - . on this server")
        }
        guard !["sys", "auth", "identity", "cubbyhole"].contains(path.lowercased()) else {
            throw .invalid("existing mount at \(path)/")
        }
        return path
    }

    private func enable(_ new: MountRecord) throws -> LogicalResponse {
        var mount = new.keptApart(from: table.mounts).newlyNamed()
        // Compared without regard to case: two mounts that look alike would be mistaken for one another.
        if table.mounts.contains(where: { $0.path.lowercased() == new.path.lowercased() }) {
            throw LogicalFault.invalid("path is already in use at \(new.listed)")
        }
        mount.description = try parameters.text("description") ?? ""
        mount.isLocal = try parameters.flag("local") ?? false
        if let config = try parameters.object("config") { try mount.update(from: LogicalParameters(config)) }
        try perform(changing: true) { try $0.put(MountTable.collection, mount.path, mount.json) }
        adapter.forgetMounts()
        return .empty
    }

    private func tune(_ old: MountRecord) throws -> LogicalResponse {
        var mount = old
        try mount.update(from: parameters)
        if let text = try parameters.text("description") { mount.description = text }
        if let options = try parameters.object("options"), let value = options["version"], value != .null {
            guard let version = LogicalParameters.integer(value), let now = mount.keyValueVersion,
                (1...2).contains(version)
            else { throw LogicalFault.invalid("options.version must be 1 or 2, and of a kv mount") }
            if version < now { throw LogicalFault.invalid("cannot downgrade mount from version \(now)") }
            if version > now {
                let hasSecrets = try !trusted.list(under: mount.secrets.prefix(""), after: nil, limit: 1).isEmpty
                guard !hasSecrets else {
                    throw LogicalFault.invalid("this server changes the version of an empty kv mount only")
                }
                mount.engine = .keyValue2
            }
        }
        let changed = mount
        try perform(changing: true) { try $0.put(MountTable.collection, changed.path, changed.json) }
        adapter.forgetMounts()
        return .empty
    }

    private func takeAway(_ mount: MountRecord) throws -> LogicalResponse {
        let quotas = try performTrusted(changing: true) { directory in
            try directory.remove(MountTable.collection, mount.path)
            return try RateQuota.move(below: mount.path, to: nil, &directory)
        }
        adapter.forgetMounts()
        if let quotas { adapter.limiter.take(quotas.quotas, quotas.settings) }
        return .empty
    }

    /// The most secrets of a mount that is taken away in one request: more would hold everybody else up.
    private static let mostRemoved = 10_000

    /// Whatever the keys say about their deletion: who takes a mount away may.
    private func removeKeys(of mount: MountRecord) throws {
        try performTrusted(changing: true) { directory in
            let names = try directory.transitKeyNames(mount.kept)
            guard names.count <= Self.mostRemoved else {
                throw LogicalFault.invalid(
                    "the mount has more than \(Self.mostRemoved) keys: delete some of them first"
                )
            }
            for name in names { try directory.removeTransitKey(mount.kept, name) }
        }
    }

    private func removeSecrets(of mount: MountRecord) throws {
        let prefix = try mount.secrets.prefix("")
        let infos = try trusted.list(under: prefix, after: nil, limit: Self.mostRemoved + 1, isHeld: true)
        guard infos.count <= Self.mostRemoved else {
            throw LogicalFault.invalid("the mount has more than \(Self.mostRemoved) secrets: delete some of them first")
        }
        for info in infos { try trusted.remove(info.path) }
    }
}

extension MountRecord {
    /// Takes what a request says about the mount.
    mutating func update(from parameters: LogicalParameters) throws(LogicalFault) {
        if let seconds = try Self.lease("default_lease_ttl", parameters) { defaultLease = seconds }
        if let seconds = try Self.lease("max_lease_ttl", parameters) { longestLease = seconds }
        if longestLease > 0, defaultLease > longestLease {
            throw .invalid("default lease TTL cannot be greater than the maximum lease TTL")
        }
        if let text = try parameters.text("listing_visibility") {
            guard ["", "hidden", "unauth"].contains(text) else {
                throw .invalid("invalid value for listing_visibility")
            }
            listing = text
        }
    }

    private static func lease(_ name: String, _ parameters: LogicalParameters) throws(LogicalFault) -> Int? {
        if case .string("system") = parameters[name] { return 0 }
        guard let seconds = try parameters.duration(name) else { return nil }
        guard (0...GoDuration.largest).contains(seconds) else { throw .invalid("\(name) cannot be negative") }
        return seconds
    }
}
