internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// The native API's login: by a client's secret or a person's password.
enum NativeLogin {
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
            answer(id, request, attempts) { (address) throws(StoreError) in
                try Login.issue(for: .client(id, secret), from: address, origin: "auth/login", vault)
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
            let response = answer(name, request, attempts) { (address) throws(StoreError) in
                let (known, detail) = try vault.perform(.login, .read, on: "auth/login", changing: false, begins: true)
                {
                    (directory) throws(StoreError) in
                    let known = try directory.document(Login.passwords, name)?["hash"]?.asString
                    directory.detail = known == nil ? directory.unknownName(name) : name
                    return (known, directory.detail)
                }
                let isRight = try vault.begun(.login, on: "auth/login", detail: detail) { () throws(StoreError) in
                    try PasswordHash.isRight(password, known)
                }
                guard isRight else {
                    try Login.refuse(known == nil ? nil : name, asked: name, vault)
                    throw .noSuchEntry("principal")
                }
                return try Login.issue(for: .person(name), from: address, origin: "auth/login", vault)
            }
            return .reply(response)
        }
    }

    private static func answer(
        _ name: String,
        _ request: NativeRequest,
        _ attempts: AttemptLimiter,
        _ attempt: (_ address: String) throws(StoreError) -> Login.Issued
    ) -> HTTPResponse {
        let address = request.request.origin.address
        if let seconds = attempts.begin(name: name, address: address) {
            return NativeAdapter.response(AuthenticationError.locked(seconds: seconds))
        }
        do throws(StoreError) {
            let issued = try attempts.end(name: name, address: address) { () throws(StoreError) in
                try attempt(address)
            }
            var object = issued.record.publicJSON
            object["token"] = .string(issued.token.reveal())
            return NativeAdapter.response(.json(.object(object)))
        } catch  where error.isNoSuchEntry {
            return NativeAdapter.response(AuthenticationError.invalid)
        } catch { return NativeAdapter.response(error) }
    }
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
