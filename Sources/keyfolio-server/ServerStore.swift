import AccessPolicy
import Findings
import SecretStore
import Secrets
import Server
import StorageSQLite
import Vaulting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The store that is served.
struct ServerStore {
    /// Where it is.
    let place: ServedStore.Place
    /// It, when something opened it at the start.
    let vault: Vault?
    /// Whether there is one.
    let isThere: Bool

    private static let identity = Identity.owner(Principal("keyfolio-server"))

    /// - Parameter lock: The right to serve it: has a store's file as well, when that is made later.
    static func open(_ command: ServeCommand, _ lock: ServingLock?) throws -> ServerStore {
        SQLiteStorage.useLargePages()
        do throws(StoreError) {
            if command.dev { return try development(command.storage) }
            return try team(command, lock)
        } catch { throw ServerFailure(error) }
    }

    /// Takes the right to serve the store, and keeps it for as long as the lock is kept; nil for one in memory.
    ///
    /// - Parameter isEarly: Whether other things may still be found wrong: then nothing is left beside a store that is not
    ///   there, and the lock is taken later.
    static func lock(_ command: ServeCommand, isEarly: Bool) throws -> ServingLock? {
        guard let path = command.storePath else { return nil }
        do throws(StoreError) {
            if unsafe access(path, F_OK) != 0 {
                guard command.dev || command.initialize || command.awaitInit else { throw .noServedStore() }
                if isEarly { return nil }
            }
            return try ServingLock(store: path)
        } catch { throw ServerFailure(error) }
    }

    private static func team(_ command: ServeCommand, _ lock: ServingLock?) throws(StoreError) -> ServerStore {
        let place = place(of: command, lock)
        let path = command.store ?? ""
        if unsafe access(path, F_OK) != 0 {
            if command.awaitInit { return ServerStore(place: place, vault: nil, isThere: false) }
            guard command.initialize, let keyFile = command.keyFile else { throw .noServedStore() }
            let vault = try LocalVault.create(
                at: path,
                key: .keyFile(keyFile),
                identity: identity,
                source: source,
                anchorFolder: command.anchorFolder
            )
            try sayRootToken(of: vault)
            return ServerStore(place: place, vault: vault, isThere: true)
        }
        let vault = try StoreKeys(command).open(place)
        if command.rootToken {
            guard let vault else { throw .sealed() }
            try sayRootToken(of: vault)
        }
        return ServerStore(place: place, vault: vault, isThere: true)
    }

    private static func place(of command: ServeCommand, _ lock: ServingLock?) -> ServedStore.Place {
        let path = command.store ?? ""
        let anchor = command.anchorFolder ?? command.keyFile.map(folder)
        var place = ServedStore.Place(
            slots: { () throws(StoreError) in try LocalVault.slots(at: path) },
            open: { (key) throws(StoreError) in
                try LocalVault.open(at: path, key: key, identity: identity, source: source, anchorFolder: anchor)
            }
        )
        if command.awaitInit {
            place.create = { (key) throws(StoreError) in
                let vault = try LocalVault.create(
                    at: path,
                    key: .shares(key),
                    identity: identity,
                    source: source,
                    anchorFolder: anchor
                )
                try lock?.holdStore()
                return try makeRootToken(vault)
            }
        }
        return place
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func sayRootToken(of vault: Vault) throws(StoreError) {
        // Said at once: whatever else fails, whoever has the key has a way in.
        Console.complain("a root token, shown this once: make principals with it, then revoke it")
        Console.say(try makeRootToken(vault).reveal())
    }

    private static func makeRootToken(_ vault: Vault) throws(StoreError) -> Secret<String> {
        try vault.perform("token.create", .sudo, on: "sys/store", changing: true, detail: "root, with the store's key")
        {
            (directory) throws(StoreError) in
            var record = TokenRecord(principal: nil, policies: ["root"], created: directory.time)
            record.displayName = "root"
            record.origin = "auth/token/root"
            return try directory.issue(record)
        }
    }

    /// A store that needs no care: in a folder, or in memory.
    private static func development(_ storage: String) throws(StoreError) -> ServerStore {
        guard storage == "memory" else {
            let (path, key) = ("\(storage)/store.db", KeySource.keyFile("\(storage)/store.key"))
            let place = ServedStore.Place(
                slots: { () throws(StoreError) in try LocalVault.slots(at: path) },
                open: { (key) throws(StoreError) in
                    try LocalVault.open(at: path, key: key, identity: identity, source: source, anchorFolder: storage)
                }
            )
            let vault =
                unsafe access(path, F_OK) == 0
                ? try place.open(key)
                : try LocalVault.create(at: path, key: key, identity: identity, source: source)
            return ServerStore(place: place, vault: vault, isThere: true)
        }
        // A file system in memory, and no names in it as soon as everything is open: nothing is left, however it ends.
        var template = Array(
            "\(unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp")/keyfolio-dev-XXXXXX\0".utf8CString.dropLast()
        )
        guard let made = unsafe mkdtemp(&template) else { throw .cannotOpen("there is no room for a store in memory") }
        let folder = unsafe String(cString: made)
        defer { remove(folder) }
        let vault = try LocalVault.create(
            at: "\(folder)/store.db",
            key: .keyFile("\(folder)/store.key"),
            identity: identity,
            source: source
        )
        try vault.deferSync(isTemporary: true)
        let place = ServedStore.Place(
            slots: { () throws(StoreError) in [] },
            open: { (_) throws(StoreError) in throw .noServedStore() },
            isLasting: false
        )
        return ServerStore(place: place, vault: vault, isThere: true)
    }

    private static var source: AuditSource { .current(wire: "server") }

    private static func remove(_ folder: String) {
        guard let listing = unsafe opendir(folder) else { return }
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { unsafe unlink("\(folder)/\(name)") }
        }
        unsafe closedir(listing)
        unsafe rmdir(folder)
    }
}

/// What a development server lets in.
struct DevelopmentCredentials {
    let rootToken: Secret<String>
    let accessKeyID: String
    let secretAccessKey: Secret<String>
    let clientID: String
    let clientSecret: Secret<String>

    /// Puts credentials into the store: those of the environment, or new ones. A store that is kept has them already.
    static func place(in vault: Vault) throws -> DevelopmentCredentials {
        let chosen = DevelopmentCredentials(
            rootToken: Console.variable("KEYFOLIO_DEV_ROOT_TOKEN").map { Secret($0) } ?? CredentialText.make(.token),
            accessKeyID: Console.variable("KEYFOLIO_DEV_AWS_ACCESS_KEY_ID")
                ?? AccessKeyRecord(principal: nil, created: .now).id,
            secretAccessKey: Console.variable("KEYFOLIO_DEV_AWS_SECRET_ACCESS_KEY").map { Secret($0) }
                ?? AccessKeyRecord(principal: nil, created: .now).secret,
            clientID: Console.variable("KEYFOLIO_DEV_AZURE_CLIENT_ID") ?? VersionID().uuid,
            clientSecret: Console.variable("KEYFOLIO_DEV_AZURE_CLIENT_SECRET").map { Secret($0) }
                ?? CredentialText.make(.clientSecret)
        )
        do throws(StoreError) { try chosen.put(into: vault) } catch { throw ServerFailure(error) }
        return chosen
    }

    private func put(into vault: Vault) throws(StoreError) {
        try vault.perform("token.create", .sudo, on: "sys/store", changing: true, detail: "development server") {
            (directory) throws(StoreError) in
            try Self.removeEarlier(&directory)
            if try directory.token(.token(rootToken)) == nil {
                var record = TokenRecord(principal: nil, policies: ["root"], created: directory.time)
                record.displayName = "root"
                record.origin = "auth/token/root"
                _ = try directory.issue(record, text: rootToken)
                try directory.put(
                    Self.settings,
                    Self.name,
                    [
                        "token": .string(record.accessor), "key": .string(accessKeyID), "client": .string(clientID),
                    ]
                )
            }
            try directory.put(
                AccessKeyRecord(
                    principal: nil,
                    policies: ["root"],
                    id: accessKeyID,
                    secret: secretAccessKey,
                    created: directory.time
                )
            )
            try directory.put(
                ClientRecord(
                    principal: nil,
                    policies: ["root"],
                    id: clientID,
                    secrets: [clientSecret],
                    created: directory.time
                )
            )
        }
    }

    private static let settings = "settings"
    private static let name = "development"

    /// Takes away what an earlier start of a development server put into a store that is kept: a store must not gather ways
    /// in that nobody remembers.
    private static func removeEarlier(_ directory: inout Directory) throws(StoreError) {
        guard let earlier = try directory.document(settings, name) else { return }
        if let accessor = earlier["token"]?.asString { _ = try directory.revoke(accessor: accessor) }
        if let key = earlier["key"]?.asString { _ = try directory.removeAccessKey(key) }
        if let client = earlier["client"]?.asString { _ = try directory.removeClient(client) }
    }
}
