internal import Findings
public import RemoteStores
public import Secrets

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One server that somebody logged in at.
public struct Login: Sendable {
    /// The server.
    public let address: ServerAddress
    /// What opens it.
    public let token: Secret<String>
    /// When that ends, in UTC (RFC 3339); nil when it does not.
    public let expires: String?
    /// The file of the authority that was believed at the login; nil for the system's.
    public let authority: String?

    /// Puts the parts together.
    public init(address: ServerAddress, token: Secret<String>, expires: String?, authority: String?) {
        (self.address, self.token, self.expires, self.authority) = (address, token, expires, authority)
    }
}

/// What `keyfolio login` remembers, in a file that only the user reads: the newest login first, one for each server.
public enum Logins {
    /// Where it is: `login.json` in the user's folder of settings.
    public static var path: String { Paths.join(folder, "login.json") }

    static var folder: String { Paths.join(User.configurationFolder, "keyfolio") }

    private static let limits = JSONLimits(bytes: 1 << 20, depth: 8, values: 10_000)
    private static let most = 100

    /// Every login.
    ///
    /// - Throws: `KF-REMOTE-021` when the file is not what this program wrote, or others may read it.
    public static func read() throws -> [Login] {
        // Nearly every start finds no file here: that is one system call.
        guard var bytes = try Files.readIfThere(path, limit: limits.bytes) else { return [] }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard let status = Files.status(path), status.isRegular, status.owner == User.id else {
            throw RemoteError.badLogin(path, "is no file of this user's")
        }
        guard status.mode & 0o077 == 0 else {
            throw RemoteError.badLogin(path, "can be read or written by others, so the token in it is theirs, too")
        }
        guard let document = try? JSONValue(parsing: bytes, limits: limits), document["version"] == 1,
            let entries = document["logins"]?.asArray, entries.count <= most
        else { throw RemoteError.badLogin(path, "is not what keyfolio login writes") }
        return try entries.map { entry in
            guard let address = entry["address"]?.asString, let token = entry["token"]?.asString else {
                throw RemoteError.badLogin(path, "is not what keyfolio login writes")
            }
            return Login(
                address: try ServerAddress(address),
                token: Secret(token),
                expires: entry["expires"]?.asString,
                authority: entry["authority"]?.asString
            )
        }
    }

    /// Remembers a login, as the newest, in the place of another one at the same server.
    public static func remember(_ login: Login) throws {
        try write([login] + read().filter { $0.address != login.address }.prefix(most - 1))
    }

    /// Forgets the login at a server. The file goes with the last one.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public static func forget(_ address: ServerAddress) throws -> Bool {
        let logins = try read()
        let rest = logins.filter { $0.address != address }
        guard rest.count < logins.count else { return false }
        guard rest.isEmpty else {
            try write(rest)
            return true
        }
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw WorkspaceError.writing(path, errno) }
        return true
    }

    private static func write(_ logins: [Login]) throws {
        let entries = logins.map { login -> JSONValue in
            var entry = JSONObject()
            entry["address"] = .string(login.address.description)
            entry["token"] = .string(login.token.reveal())
            entry["expires"] = login.expires.map(JSONValue.string)
            entry["authority"] = login.authority.map(JSONValue.string)
            return .object(entry)
        }
        let document: JSONValue = ["version": 1, "logins": .array(entries)]
        var bytes = Array((document.text(.pretty) + "\n").utf8)
        defer { for index in bytes.indices { bytes[index] = 0 } }
        try Files.makeFolder(folder, mode: 0o700)
        try Files.write(bytes, to: path, mode: 0o600)
    }
}
