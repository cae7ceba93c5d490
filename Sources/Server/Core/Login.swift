internal import AccessPolicy
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Gives a token for a client's secret or a person's password: one act, whichever protocol asks for it.
enum Login {
    /// A token with what is kept of it.
    typealias Issued = (token: Secret<String>, record: TokenRecord)

    /// Who wants a token, with what proves it.
    enum Caller {
        case client(String, Secret<String>)
        /// A person whose password was found right.
        case person(String)
    }

    /// Where a person's password is kept: its hash under the person's name.
    static let passwords = "passwords"

    /// Issues a token.
    ///
    /// - Parameters:
    ///   - caller: Who wants it.
    ///   - address: Where it is asked for.
    ///   - origin: What the token says of where it is from.
    ///   - isRenewable: Whether it can live longer than it first does.
    ///   - vault: The store.
    /// - Throws: ``StoreError``: `isNoSuchEntry` for whoever is unknown, proves nothing, is disabled or may not come from
    ///   there. All of these are one answer: who guesses must not learn which it was.
    static func issue(
        for caller: Caller,
        from address: String,
        origin: String,
        isRenewable: Bool = true,
        _ vault: Vault
    ) throws(StoreError) -> Issued {
        try vault.perform(.login, .update, on: "auth/login", changing: true) { (directory) throws(StoreError) in
            var record: TokenRecord
            switch caller {
            case .client(let id, let secret):
                // Whoever mistakes the two may have sent the secret as the id.
                let isKnown = try directory.client(id) != nil
                let isID = isKnown || VersionID(uuid: id) != nil
                directory.detail = "client" + (isID ? " \(id)" : ": \(directory.unknownName(id))")
                guard let client = try directory.client(id, openedBy: secret) else {
                    directory.refusal = .invalid
                    throw .noSuchEntry("client")
                }
                record = TokenRecord(principal: client.principal, policies: client.policies, created: directory.time)
                record.displayName = client.principal ?? "client-\(client.id)"
                record.live(seconds: client.tokenSeconds, from: directory.time)
                directory.caller = Principal(record.displayName)
            case .person(let name):
                directory.detail = name
                directory.caller = Principal(name)
                record = TokenRecord(principal: name, created: directory.time)
                record.displayName = name
                record.live(seconds: 12 * 3600, from: directory.time)
            }
            if let name = record.principal {
                guard let principal = try directory.principal(name) else {
                    directory.refusal = .invalid
                    throw .noSuchEntry("principal")
                }
                guard !principal.isDisabled else {
                    directory.refusal = .disabled
                    throw .noSuchEntry("principal")
                }
                guard principal.addresses.isEmpty || principal.addresses.contains(where: { $0.contains(address) })
                else {
                    directory.refusal = .address
                    throw .noSuchEntry("principal")
                }
            }
            record.origin = origin
            record.isRenewable = isRenewable
            directory.detail = record.displayName
            return (try directory.issue(record), record)
        }
    }

    /// Writes down that a person's password was wrong.
    ///
    /// - Parameters:
    ///   - known: The person's name; nil when nobody has the one that was sent.
    ///   - name: What was sent.
    static func refuse(_ known: String?, asked name: String, _ vault: Vault) throws(StoreError) {
        do throws(StoreError) {
            try vault.perform(.login, .update, on: "auth/login", changing: false) { (directory) throws(StoreError) in
                directory.detail = known ?? directory.unknownName(name)
                // Who tried is not known; whose name it was, is.
                directory.caller = known.map { Principal($0) }
                directory.refusal = .invalid
                throw .noSuchEntry("principal")
            }
        } catch  where error.isNoSuchEntry {}
    }
}

extension AuditAction {
    /// Somebody logged in, or tried to.
    static let login = AuditAction(rawValue: "auth.login")
}
