internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// AppRole: secret ids, and logging in.
extension LogicalContext {
    func issueSecretID() throws -> LogicalResponse {
        try issue(Secret(VersionID().uuid))
    }

    func customSecretID() throws -> LogicalResponse {
        try issue(Secret(try AppRole.checkedID(try parameters.text("secret_id") ?? "", "secret_id")))
    }

    private func issue(_ secretID: Secret<String>) throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let role = try directory.appRole(mount, roleName) else {
                throw LogicalFault.invalid("role \"\(roleName)\" does not exist")
            }
            guard role.bindsSecretID else {
                throw LogicalFault.invalid("bind_secret_id is not set on the role")
            }
            let new = try self.secretID(of: role, at: directory.time)
            let hash = directory.secretIDName(secretID, mount, role.name)
            let collection = DirectoryCollections.secretIDs(mount, role.name)
            guard try directory.document(collection, hash) == nil else {
                throw LogicalFault.invalid("SecretID is already registered")
            }
            try directory.put(collection, hash, new.json)
            try directory.put(
                DirectoryCollections.accessors(mount, role.name),
                new.accessor,
                ["hash": .string(hash)]
            )
            directory.detail = "accessor \(new.accessor)"
            return .data(
                JSONObject(members: [
                    "secret_id": .string(secretID.reveal()), "secret_id_accessor": .string(new.accessor),
                    "secret_id_num_uses": .integer(new.uses ?? 0), "secret_id_ttl": .integer(new.lifetime),
                ])
            )
        }
    }

    /// What a new secret id is to be: what is asked for, within what the role says.
    private func secretID(of role: AppRole, at now: Timestamp) throws(LogicalFault) -> SecretID {
        var new = SecretID(created: now)
        new.metadata = try parameters.map("metadata") ?? [:]
        guard new.metadata.count <= 64 else { throw .invalid("too many names in metadata") }
        new.addresses = try NetworkList.checked(try parameters.list("cidr_list") ?? [], in: "cidr_list")
        new.tokenAddresses = try NetworkList.checked(
            try parameters.list("token_bound_cidrs") ?? [],
            in: "token_bound_cidrs"
        )
        guard NetworkList.isInside(new.addresses, role.addresses) else {
            throw .invalid("CIDR blocks in 'cidr_list' are not a subset of the role's 'secret_id_bound_cidrs'")
        }
        guard NetworkList.isInside(new.tokenAddresses, role.token.addresses) else {
            throw .invalid("CIDR blocks in 'token_bound_cidrs' are not a subset of the role's 'token_bound_cidrs'")
        }
        let uses = try parameters.integer("num_uses")
        guard uses ?? 0 >= 0 else { throw .invalid("num_uses cannot be negative") }
        if let uses, role.secretIDUses > 0, uses == 0 || uses > role.secretIDUses {
            throw .invalid("num_uses cannot be higher than the role's secret_id_num_uses")
        }
        let count = uses ?? role.secretIDUses
        new.uses = count > 0 ? count : nil
        let seconds = try parameters.duration("ttl")
        guard seconds ?? 0 >= 0 else { throw .invalid("ttl cannot be negative") }
        if let seconds, role.secretIDLifetime > 0, seconds == 0 || seconds > role.secretIDLifetime {
            throw .invalid("ttl cannot be longer than the role's secret_id_ttl")
        }
        new.lifetime = seconds ?? role.secretIDLifetime
        if new.lifetime > 0 { new.expires = now.adding(seconds: new.lifetime) }
        return new
    }

    func listSecretIDs() throws -> LogicalResponse {
        let names = try perform(changing: false) { directory in
            _ = try existingRole(directory)
            return try directory.names(in: DirectoryCollections.accessors(mount, roleName))
        }
        return try .keys(names)
    }

    func lookUpSecretID() throws -> LogicalResponse {
        let secretID = try givenSecretID()
        let found = try perform(changing: false) { directory in
            _ = try existingRole(directory)
            let hash = directory.secretIDName(secretID, mount, roleName)
            return try directory.document(DirectoryCollections.secretIDs(mount, roleName), hash).flatMap(SecretID.init)
                .flatMap { $0.isGood(at: directory.time) ? $0 : nil }
        }
        // Vault answers a look-up of what is not there with nothing.
        guard let found else { return .empty }
        return .data(found.members)
    }

    func lookUpSecretIDAccessor() throws -> LogicalResponse {
        let accessor = try givenAccessor()
        let found = try perform(changing: false) { directory in
            _ = try existingRole(directory)
            guard let hash = try hash(of: accessor, directory) else { throw Self.noAccessor(404) }
            return try directory.document(DirectoryCollections.secretIDs(mount, roleName), hash).flatMap(SecretID.init)
                .flatMap { $0.isGood(at: directory.time) ? $0 : nil }
        }
        guard let found else { throw Self.noAccessor(404) }
        return .data(found.members)
    }

    func destroySecretID() throws -> LogicalResponse {
        let secretID = try givenSecretID()
        try perform(changing: true) { directory in
            _ = try existingRole(directory)
            let hash = directory.secretIDName(secretID, mount, roleName)
            try directory.removeSecretID(mount, roleName, hash: hash)
        }
        return .empty
    }

    func destroySecretIDAccessor() throws -> LogicalResponse {
        let accessor = try givenAccessor()
        try perform(changing: true) { directory in
            _ = try existingRole(directory)
            guard let hash = try hash(of: accessor, directory) else { throw Self.noAccessor(404) }
            try directory.removeSecretID(mount, roleName, hash: hash)
        }
        return .empty
    }

    func tidySecretIDs() throws -> LogicalResponse {
        let count = try perform(changing: true) { directory in
            var count = 0
            for role in try directory.names(in: DirectoryCollections.roles(mount)) {
                var ended: [String] = []
                let now = directory.time
                try directory.forEach(in: DirectoryCollections.secretIDs(mount, role)) { (hash, document) in
                    if let found = SecretID(document), !found.isGood(at: now) { ended.append(hash) }
                }
                for hash in ended where try directory.removeSecretID(mount, role, hash: hash) { count += 1 }
            }
            directory.detail = "\(count) secret ids"
            return count
        }
        return LogicalResponse(status: 202, warnings: ["Tidy operation finished: \(count) secret ids were removed."])
    }

    private func existingRole(_ directory: borrowing Directory) throws -> AppRole {
        guard let role = try directory.appRole(mount, roleName) else {
            throw LogicalFault.invalid("role \"\(roleName)\" does not exist")
        }
        return role
    }

    private func hash(of accessor: String, _ directory: borrowing Directory) throws(StoreError) -> String? {
        try directory.document(DirectoryCollections.accessors(mount, roleName), accessor)?["hash"]?.asString
    }

    private func givenSecretID() throws(LogicalFault) -> Secret<String> {
        guard let text = try parameters.text("secret_id"), !LogicalParameters.trimmed(text).isEmpty else {
            throw .invalid("missing secret_id")
        }
        return Secret(text)
    }

    private func givenAccessor() throws(LogicalFault) -> String {
        guard let text = try parameters.text("secret_id_accessor"), !text.isEmpty else {
            throw .invalid("missing secret_id_accessor")
        }
        return text
    }

    private static func noAccessor(_ status: Int) -> LogicalFault {
        LogicalFault(status, "failed to find accessor entry for secret_id_accessor")
    }
}

extension LogicalContext {
    /// Logs a machine in. What is counted is counted in the transaction that gives the token: two logins with the last
    /// use of a secret id are one (CVE-2025-6014).
    func appRoleLogin() throws -> LogicalResponse {
        let roleID = LogicalParameters.trimmed(try parameters.text("role_id") ?? "")
        guard !roleID.isEmpty else { throw LogicalFault.invalid("missing role_id") }
        let secretID = try parameters.secret("secret_id")
        return try endLogin { directory in
            let refused = LogicalFault.wrongRole
            note(role: roleID, isKnown: false, &directory)
            guard let name = try directory.document(DirectoryCollections.roleIDs(mount), roleID)?["role"]?.asString,
                let role = try directory.appRole(mount, name)
            else { throw refused }
            note(role: name, isKnown: true, &directory)
            var metadata: [String: String] = [:]
            var tokenAddresses = role.token.addresses
            if role.bindsSecretID {
                guard let secretID, !LogicalParameters.trimmed(secretID.reveal()).isEmpty else {
                    directory.refusal = .missing
                    throw LogicalFault.invalid("missing secret_id")
                }
                let used = try use(secretID, of: role, refused, &directory)
                metadata = used.metadata
                if !used.tokenAddresses.isEmpty { tokenAddresses = used.tokenAddresses }
            }
            try checkAddress(role.addresses, else: refused, &directory)
            metadata["role_name"] = name
            return try login(
                role.token,
                addresses: tokenAddresses,
                displayName: "\(mount.listed.dropLast())-\(name)",
                metadata: metadata,
                alias: LoginAlias(name: roleID),
                &directory
            )
        }
    }

    private func use(
        _ secretID: Secret<String>,
        of role: AppRole,
        _ refused: LogicalFault,
        _ directory: inout Directory
    ) throws -> SecretID {
        let hash = directory.secretIDName(secretID, mount, role.name)
        let collection = DirectoryCollections.secretIDs(mount, role.name)
        guard var found = try directory.document(collection, hash).flatMap(SecretID.init),
            found.isGood(at: directory.time)
        else { throw refused }
        try checkAddress(found.addresses, else: refused, &directory)
        if let uses = found.uses {
            if uses <= 1 {
                try directory.removeSecretID(mount, role.name, hash: hash)
            } else {
                found.uses = uses - 1
                found.updated = directory.time
                try directory.put(collection, hash, found.json)
            }
        }
        return found
    }

    /// Gives a token to whoever has logged in.
    func login(
        _ settings: TokenSettings,
        addresses: [String],
        displayName: String,
        metadata: [String: String],
        alias: LoginAlias,
        extra: [String: String] = [:],
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        // As whom the token's acts are recorded.
        directory.caller = Principal(displayName)
        let entity = try directory.entity(loggingInAs: alias.name, mount: mount.accessor, metadata: alias.metadata)
        guard !entity.isDisabled else {
            directory.refusal = .disabled
            throw LogicalFault.denied
        }
        var record = TokenRecord(principal: nil, created: directory.time)
        record.policies = settings.policies
        if !settings.hasNoDefaultPolicy, !record.policies.contains("default") {
            record.policies.append("default")
            record.policies.sort()
        }
        record.metadata = metadata
        record.extra = extra
        record.entity = entity.id
        record.displayName = displayName
        record.origin = request.path
        record.uses = settings.uses > 0 ? settings.uses : nil
        record.addresses = addresses.compactMap(AddressRange.init)
        if settings.explicitLongestLifetime > 0 {
            record.extra["explicit_max_ttl"] = String(settings.explicitLongestLifetime)
            record.latest = directory.time.adding(seconds: settings.explicitLongestLifetime)
        }
        let mountMost = mount.longestLease == 0 ? MountRecord.systemLease : mount.longestLease
        let most = settings.longestLifetime > 0 ? min(settings.longestLifetime, mountMost) : mountMost
        record.extra["max_ttl"] = String(most)
        var seconds = settings.lifetime > 0 ? settings.lifetime : mount.defaultLease
        if seconds == 0 { seconds = MountRecord.systemLease }
        if settings.period > 0 {
            record.period = settings.period
            seconds = settings.period
        } else {
            seconds = min(seconds, most)
        }
        record.live(seconds: seconds, from: directory.time)
        if settings.givesBatch { record.makeBatch() }
        let token = try directory.issue(record)
        directory.detail = (directory.detail.map { $0 + ", " } ?? "") + record.named
        let owner = try directory.owner(of: record)
        return LogicalResponse(auth: record.auth(token: token.reveal(), of: owner, at: directory.time))
    }
}

/// Who somebody is to the way to log in that they came by.
struct LoginAlias: Sendable {
    let name: String
    /// What that way says about them.
    var metadata: [String: String] = [:]
}
