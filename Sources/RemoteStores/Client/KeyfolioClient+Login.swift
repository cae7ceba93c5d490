internal import Findings
public import Secrets

/// Who logs in, and with what.
public enum LoginProof: Sendable {
    /// A client's id and its secret.
    case client(id: String, secret: Secret<String>)
    /// A person's name and password.
    case person(name: String, password: Secret<String>)
}

/// Who the caller of a server is.
public struct Caller: Sendable {
    /// The name, as the audit log has it.
    public let name: String
    /// Whether everything is allowed.
    public let isRoot: Bool
    /// The policies that count, those of roles among them.
    public let policies: [String]
    /// When the token ends, in UTC (RFC 3339); nil when it does not.
    public let expires: String?
}

extension KeyfolioClient {
    /// Logs in.
    ///
    /// - Returns: The token, and when it ends.
    /// - Throws: The server's own error when the secret is wrong.
    public func logIn(_ proof: LoginProof) throws(RemoteError) -> (token: Secret<String>, expires: String?) {
        let body: JSONValue =
            switch proof {
            case .client(let id, let secret): ["client": .string(id), "secret": .string(secret.reveal())]
            case .person(let name, let password): ["name": .string(name), "password": .string(password.reveal())]
            }
        let issued = try record(.issuedToken, of: ask(.post, ["login"], body: body, isLogin: true))
        let expires = issued.text("expires")
        return (Secret(issued.text("token")), expires.isEmpty ? nil : expires)
    }

    /// Who the token makes the caller.
    public func whoAmI() throws(RemoteError) -> Caller {
        let answer = try ask(.get, ["self"])
        let caller = try record(.caller, of: answer)
        return Caller(
            name: caller.text("name"),
            isRoot: caller.flag("root"),
            policies: caller.texts("policies"),
            expires: answer["token"]?["expires"]?.asString
        )
    }

    /// Ends the token, and those that were made with it.
    public func logOut() throws(RemoteError) { _ = try call(.delete, ["self"]) }
}
