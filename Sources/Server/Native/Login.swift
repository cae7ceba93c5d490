internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Gives a token for a client's secret or a person's password.
enum Login {
    /// Where a person's password is kept: its hash under the person's name.
    static let passwords = "passwords"

    static func plan(_ request: NativeRequest, _ attempts: AttemptLimiter) -> Plan {
        do throws(StoreError) {
            if let id = try request.optionalText("client") {
                return client(id, Secret(try request.text("secret")), request, attempts)
            }
            let name = try PrincipalRecord.normalized(try request.text("name"))
            return person(name, Secret(try request.text("password")), request, attempts)
        } catch { return .reply(NativeAdapter.response(error)) }
    }

    /// A client's secret is random and long: one hash, in the group.
    private static func client(
        _ id: String,
        _ secret: Secret<String>,
        _ request: NativeRequest,
        _ attempts: AttemptLimiter
    ) -> Plan {
        .visit { vault in
            answer(name: id, request, attempts) { () throws(StoreError) in
                try issue(for: .client(id, secret), from: request.request.origin.address, vault)
            }
        }
    }

    /// A password is not: it is hashed slowly, on another thread, whether or not anybody has the name.
    private static func person(
        _ name: String,
        _ password: Secret<String>,
        _ request: NativeRequest,
        _ attempts: AttemptLimiter
    ) -> Plan {
        .work { vault in
            let response = answer(name: name, request, attempts) { () throws(StoreError) -> Issued? in
                let known = try vault.perform(.login, .read, on: "auth/login", changing: false, detail: "begins") {
                    (directory) throws(StoreError) in
                    try directory.document(passwords, name)?["hash"]?.asString
                }
                guard try PasswordHash.isRight(password, known) else {
                    // A name that nobody has may be a password in the wrong place.
                    try vault.recordRefusal(.invalid, detail: known == nil ? "an unknown name" : name)
                    return nil
                }
                return try issue(for: .person(name), from: request.request.origin.address, vault)
            }
            return .reply(response)
        }
    }

    private typealias Issued = (token: Secret<String>, record: TokenRecord)

    private enum Who {
        case client(String, Secret<String>)
        case person(String)
    }

    private static func issue(for who: Who, from address: String, _ vault: Vault) throws(StoreError) -> Issued? {
        try vault.perform(.login, .update, on: "auth/login", changing: true) { (directory) throws(StoreError) in
            var record: TokenRecord
            switch who {
            case .client(let id, let secret):
                // Whoever mistakes the two may have sent the secret as the id.
                directory.detail = VersionID(uuid: id) == nil ? "a client" : "client \(id)"
                guard let client = try directory.client(id, openedBy: secret) else { throw .noSuchEntry("client") }
                record = TokenRecord(principal: client.principal, policies: client.policies, created: directory.time)
                record.displayName = client.principal ?? "client-\(client.id)"
                record.live(seconds: client.tokenSeconds, from: directory.time)
            case .person(let name):
                guard let principal = try directory.principal(name), !principal.isDisabled else {
                    throw .noSuchEntry("principal")
                }
                record = TokenRecord(principal: name, created: directory.time)
                record.displayName = name
                record.live(seconds: 12 * 3600, from: directory.time)
            }
            // From where a principal may not come, the answer is that of a wrong secret.
            if let name = record.principal, let principal = try directory.principal(name),
                principal.isDisabled
                    || (!principal.addresses.isEmpty && !principal.addresses.contains { $0.contains(address) })
            {
                throw .noSuchEntry("principal")
            }
            record.origin = "auth/login"
            directory.detail = record.displayName
            return (try directory.issue(record), record)
        }
    }

    /// An attempt that found nobody ended in a record; here it is one that failed.
    private static func attemptOnce(_ attempt: () throws(StoreError) -> Issued?) throws(StoreError) -> Issued? {
        do throws(StoreError) { return try attempt() } catch  where error.isNoSuchEntry { return nil } catch {
            throw error
        }
    }

    private static func answer(
        name: String,
        _ request: NativeRequest,
        _ attempts: AttemptLimiter,
        _ attempt: () throws(StoreError) -> Issued?
    ) -> HTTPResponse {
        let address = request.request.origin.address
        if let seconds = attempts.begin(name: name, address: address, at: .now) {
            return NativeAdapter.response(AuthenticationError.locked(seconds: seconds))
        }
        do throws(StoreError) {
            guard let issued = try attemptOnce(attempt) else {
                attempts.lose(name: name, address: address, at: .now)
                return NativeAdapter.response(AuthenticationError.invalid)
            }
            attempts.succeed(name: name, address: address)
            var object = issued.record.publicJSON
            object["token"] = .string(issued.token.reveal())
            return NativeAdapter.response(.json(.object(object)))
        } catch { return NativeAdapter.response(error) }
    }
}

extension AuditAction {
    /// Somebody logged in, or tried to.
    static let login = AuditAction(rawValue: "auth.login")
}

extension TokenRecord {
    /// What may be shown of a token.
    var publicJSON: JSONObject {
        var object = JSONObject()
        object["accessor"] = .string(accessor)
        object["principal"] = principal.map(JSONValue.string)
        object["policies"] = .texts(policies)
        object["displayName"] = .string(displayName)
        object["created"] = .string(created.description)
        object["expires"] = expires.map { .string($0.description) }
        object["uses"] = uses.map(JSONValue.integer)
        object["renewable"] = .bool(isRenewable)
        object["origin"] = .string(origin)
        object["addresses"] = .texts(addresses.map(\.text))
        object["metadata"] = .map(metadata)
        return object
    }
}
