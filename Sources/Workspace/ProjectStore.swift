internal import RemoteStores
internal import SecretStore
public import Secrets
internal import StorageSQLite
internal import Vaulting

/// A store as the commands use it: the gate, in the words of a project.
///
/// A secret of a project is the fields of one environment at `<project>/<environment>`. The environment's name decides
/// which keyring seals it, so the keys of development open nothing of production.
public final class ProjectStore {
    /// Gives the passphrase of a store, by asking a person or from where a person put it.
    public typealias PassphraseSource = () throws -> Secret<String>

    /// What keeps the secrets.
    let backEnd: any StoreBackEnd
    /// The gate of a store in a file; nil for a server's store.
    private let localVault: Vault?
    /// The client of a server's store; nil for a store in a file.
    private let client: KeyfolioClient?

    private init(_ vault: Vault) {
        (backEnd, localVault, self.client) = (LocalBackEnd(vault: vault), vault, nil)
    }

    private init(_ client: KeyfolioClient) {
        (backEnd, localVault, self.client) = (ServerBackEnd(client: client), nil, client)
    }

    /// The gate of a store in a file.
    ///
    /// - Throws: `KF-REMOTE-020` for a server's store.
    var vault: Vault {
        get throws {
            guard let localVault else { throw notHere("this") }
            return localVault
        }
    }

    private func notHere(_ what: String) -> any Error {
        guard let client else { return WorkspaceError.noStore(at: "") }
        return RemoteError.notHere(
            what,
            at: client.address,
            fix: "run it on the server's machine, with --store and the store's file"
        )
    }

    /// Opens a server's store. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - place: Which server.
    ///   - acceptRollback: What a server's store is never asked.
    /// - Throws: `KF-REMOTE-…` when nobody is logged in there.
    public static func open(at place: ServerPlace, acceptRollback: Bool = false) throws -> ProjectStore {
        let store = ProjectStore(KeyfolioClient(try place.connection()))
        if acceptRollback { throw store.notHere("accepting a rollback") }
        return store
    }

    /// Asks a server who this is, which tells whether it answers and lets one in. A store in a file says nothing.
    public func greet() throws { _ = try client?.whoAmI() }

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - location: Where it and its key are.
    ///   - acceptRollback: Opens a store that is older than the last durable write, and records that.
    ///   - passphrase: Asked when there is no key file and the store opens with a passphrase.
    ///   - shares: Shares that open it, in base64 or hexadecimal; nil for another key.
    /// - Throws: The store's own error.
    public static func open(
        at location: StoreLocation,
        acceptRollback: Bool = false,
        passphrase: PassphraseSource,
        shares: [Secret<String>]? = nil
    ) throws -> ProjectStore {
        guard try location.hasStore() else { throw missing(at: location) }
        return ProjectStore(
            try LocalVault.open(
                at: location.database,
                key: try shares.map(key(ofShares:)) ?? key(of: location, passphrase),
                identity: identity,
                source: source,
                anchorFolder: Paths.parent(of: location.keyFile),
                acceptRollback: acceptRollback
            )
        )
    }

    /// That there is no store: one that a person named is meant to be there.
    static func missing(at location: StoreLocation) -> WorkspaceError {
        location.isChosen ? .noStoreNamed(at: location.database) : .noStore(at: location.database)
    }

    /// What is there to open a store with: its key file, or else the passphrase of a store that has one.
    private static func key(of location: StoreLocation, _ passphrase: PassphraseSource) throws -> KeySource {
        if try location.hasKeyFile() { return .keyFile(location.keyFile) }
        // Whoever lost a key file must not be asked for a passphrase that never was.
        let slots = try LocalVault.slots(at: location.database)
        if slots.contains(where: { $0.kind == .passphrase }) { return .passphrase(try passphrase()) }
        if let key = try serviceKey(among: slots) { return key }
        guard slots.contains(where: { $0.kind == .keyFile }) else { throw WorkspaceError.otherSlots(slots) }
        throw WorkspaceError.noKey(at: location)
    }

    /// Makes a store and its key file.
    public static func create(at location: StoreLocation) throws {
        _ = try make(at: location, .keyFile(location.keyFile))
    }

    /// Makes a store that opens with a passphrase.
    public static func create(at location: StoreLocation, passphrase: Secret<String>) throws {
        _ = try make(at: location, .passphrase(passphrase))
    }

    /// Makes a store and its key file from a snapshot: all of it appears, or nothing.
    ///
    /// - Parameters:
    ///   - location: Where the store is to be; there must be none.
    ///   - snapshot: Gives the next bytes, nil at the end.
    /// - Returns: How many secrets were restored.
    public static func restore(at location: StoreLocation, snapshot: () throws -> [UInt8]?) throws -> Int {
        try makeFolders(of: location)
        return try LocalVault.restore(
            at: location.database,
            key: .keyFile(location.keyFile),
            identity: identity,
            source: source,
            anchorFolder: Paths.parent(of: location.keyFile),
            snapshot: snapshot
        )
        .secrets
    }

    private static func makeFolders(of location: StoreLocation) throws {
        try Files.makeFolder(Paths.parent(of: location.database), mode: 0o700)
        try Files.makeFolder(Paths.parent(of: location.keyFile), mode: 0o700)
    }

    private static func make(at location: StoreLocation, _ key: KeySource) throws -> Vault {
        try makeFolders(of: location)
        return try LocalVault.create(
            at: location.database,
            key: key,
            identity: identity,
            source: source,
            anchorFolder: Paths.parent(of: location.keyFile)
        )
    }

    /// The user of this machine. Whoever holds the key may do everything; the log tells who it was.
    private static var identity: Identity { .owner(Principal("user:\(User.name)")) }

    private static var source: AuditSource { .current() }
}

extension ProjectStore {
    /// Writes every secret with its versions, labels and histories, and the audit log, as JSON Lines in the clear.
    ///
    /// - Parameter sink: Takes the bytes; it encrypts them.
    /// - Returns: How many secrets were written.
    public func writeSnapshot(_ sink: ([UInt8]) throws -> Void) throws -> Int {
        guard let localVault else { throw notHere("a backup of the whole store") }
        return try localVault.exportSnapshot(sink).secrets
    }

    /// Fills the store, which must be new or empty, from a snapshot: all of it or nothing.
    ///
    /// - Parameter source: Gives the next bytes, nil at the end.
    /// - Returns: How many secrets were restored.
    public func readSnapshot(_ source: () throws -> [UInt8]?) throws -> Int {
        guard let localVault else { throw notHere("restoring a whole store") }
        return try localVault.importSnapshot(source).secrets
    }
}
