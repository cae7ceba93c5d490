internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Somebody who logs in with a password at a userpass mount.
struct PasswordUser: Sendable, Equatable {
    /// In lower case.
    let name: String
    /// As ``PasswordHash`` writes it.
    var hash: String?
    var token = TokenSettings()

    init(_ name: String) { self.name = name }

    var json: JSONValue { ["hash": .string(orNull: hash), "token": token.json] }

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        hash = value["hash"]?.asString
        token = TokenSettings(value["token"] ?? .null)
    }
}

/// Userpass: users, and logging in.
extension LogicalContext {
    /// One name in every case: two spellings would have two counts of failures (CVE-2025-6004).
    var userName: String { routed["user"].lowercased() }

    private var users: String { DirectoryCollections.users(mount) }

    func listUsers() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.names(in: users) })
    }

    func readUser() throws -> LogicalResponse {
        let found = try perform(changing: false) { directory in
            try directory.document(users, userName).map { PasswordUser(userName, $0) }
        }
        guard let found else { throw LogicalFault.notFound }
        return .data(found.token.members)
    }

    /// - Parameter hash: The hash of the password that the body has; nil when it has none. Made before, elsewhere: it
    ///   takes its time.
    func writeUser(_ hash: String?) throws -> LogicalResponse {
        try perform(changing: true, exists: { try $0.document(users, userName) != nil }) { directory in
            let old = try directory.document(users, userName).map { PasswordUser(userName, $0) }
            var user = old ?? PasswordUser(userName)
            if old == nil, hash == nil { throw LogicalFault.invalid("missing password") }
            if let hash { user.hash = hash }
            try user.token.update(from: parameters)
            try directory.put(users, userName, user.json)
        }
        return .empty
    }

    func deleteUser() throws -> LogicalResponse {
        try perform(changing: true) { _ = try $0.remove(users, userName) }
        return .empty
    }

    func writeUserPassword(_ hash: String?) throws -> LogicalResponse {
        guard let hash else { throw LogicalFault.invalid("missing password") }
        return try changeUser { user in user.hash = hash }
    }

    func writeUserPolicies() throws -> LogicalResponse {
        try changeUser { user in
            var only = JSONObject()
            for name in ["token_policies", "policies"] { only[name] = parameters[name] }
            try user.token.update(from: LogicalParameters(only))
        }
    }

    private func changeUser(_ body: (inout PasswordUser) throws -> Void) throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard var user = try directory.document(users, userName).map({ PasswordUser(userName, $0) }) else {
                throw LogicalFault.invalid("username does not exist")
            }
            try body(&user)
            try directory.put(users, userName, user.json)
        }
        return .empty
    }

    /// The hash of the user's password; nil when there is no such user.
    func knownHash() throws -> String? {
        try beginLogin { directory in
            let user = try directory.document(users, userName).map { PasswordUser(userName, $0) }
            note(isKnown: user != nil, &directory)
            return user?.hash
        }
    }

    /// Says in the record who was tried.
    private func note(isKnown: Bool, _ directory: inout Directory) {
        directory.detail = isKnown ? "user \(userName)" : "user: \(directory.unknownName(userName))"
    }

    /// The end of a login: the password was compared elsewhere.
    ///
    /// - Parameters:
    ///   - isRight: Whether it was the one.
    ///   - hash: The hash that it was compared with: when that has changed meanwhile, the password is another one.
    func userLogin(isRight: Bool, hash: String?) throws -> LogicalResponse {
        let displayName = "\(mount.listed.dropLast())-\(userName)"
        return try endLogin { directory in
            let found = try directory.document(users, userName).map { PasswordUser(userName, $0) }
            note(isKnown: found != nil, &directory)
            if found != nil { directory.caller = Principal(displayName) }
            guard isRight, let hash, let user = found, user.hash == hash else { throw LogicalFault.wrongPassword }
            try checkAddress(user.token.addresses, else: .denied, &directory)
            return try login(
                user.token,
                addresses: user.token.addresses,
                displayName: displayName,
                metadata: ["username": userName],
                alias: LoginAlias(name: userName),
                &directory
            )
        }
    }
}
