internal import Crypto
internal import SecretStore

/// The data keys of every environment, by generation. Each is random, so that no environment's key follows from
/// another's, and each is wrapped on its own, so that one can be handed out without the rest.
final class Keyring {
    /// A data key in the clear.
    struct DataKey {
        let environment: EnvironmentName
        let generation: Int64
        let key: SymmetricKey
        /// The row's content, which tells this key from one of the same number that was never committed.
        fileprivate let wrapped: [UInt8]
    }

    private struct Place: Hashable {
        let environment: [UInt8]
        let generation: Int64
    }

    private let keys: RootKeys
    private let storage: any VaultStorage
    private let stateRows: StateRows
    private var opened: [Place: DataKey] = [:]
    /// The one of them that was asked for last: the secrets of a large read belong together.
    private var last: (place: Place, key: DataKey)?
    /// The newest of an environment, for as long as nobody else has written to the store.
    private var newest: [EnvironmentName: DataKey] = [:]

    init(keys: RootKeys, storage: any VaultStorage, stateRows: StateRows) {
        self.keys = keys
        self.storage = storage
        self.stateRows = stateRows
    }

    /// The data key of a generation.
    func key(environment: [UInt8], generation: Int64) throws(StoreError) -> DataKey {
        let place = Place(environment: environment, generation: generation)
        if let last, last.place == place { return last.key }
        if let key = opened[place] {
            last = (place, key)
            return key
        }
        guard let row = try storage.dataKey(environment: environment, generation: generation) else {
            throw .tampered("the keyring")
        }
        return try open(row)
    }

    /// The newest data key of an environment, made when there is none. Only inside a transaction that writes.
    func newestKey(of environment: EnvironmentName) throws(StoreError) -> DataKey {
        if let key = newest[environment] { return key }
        guard let row = try storage.dataKey(environment: keys.tag(of: environment), generation: nil) else {
            return try addKey(to: environment, generation: 1)
        }
        let key: DataKey
        let place = Place(environment: row.environment, generation: row.generation)
        if let known = opened[place], known.wrapped == row.wrapped { key = known } else { key = try open(row) }
        newest[environment] = key
        return key
    }

    /// The name of an environment from its tag.
    func environment(of tag: [UInt8]) throws(StoreError) -> EnvironmentName {
        if let key = opened.first(where: { $0.key.environment == tag }) { return key.value.environment }
        guard let row = try storage.dataKey(environment: tag, generation: nil) else { throw .tampered("the keyring") }
        return try open(row).environment
    }

    /// Adds a random data key to a ring.
    func addKey(to environment: EnvironmentName, generation: Int64) throws(StoreError) -> DataKey {
        let tag = keys.tag(of: environment)
        let key = SymmetricKey(size: .bits256)
        var writer = CanonicalWriter(reserving: 128)
        defer { writer.wipe() }
        writer.write(environment.text)
        unsafe key.withUnsafeBytes { unsafe writer.write($0) }
        let wrapped = Cipher.seal(
            writer.bytes,
            key: keys.keyEncryption,
            context: Vaulting.Place.dataKey(storeID: keys.storeID, environment: tag, generation: generation)
        )
        try stateRows.insert(DataKeyRow(environment: tag, generation: generation, wrapped: wrapped))
        newest[environment] = nil
        // Not remembered: the transaction may yet fail, and then the key was never there.
        return DataKey(environment: environment, generation: generation, key: key, wrapped: wrapped)
    }

    /// Forgets keys: after some were removed, and after a transaction in which some were made did not commit.
    func forget() {
        opened.removeAll()
        last = nil
        forgetNewest()
    }

    /// Forgets which keys are the newest: another process may have rotated a ring.
    func forgetNewest() { newest.removeAll(keepingCapacity: true) }

    /// Opens a row, and checks that it is where it belongs.
    func open(_ row: DataKeyRow) throws(StoreError) -> DataKey {
        let context = Vaulting.Place.dataKey(
            storeID: keys.storeID,
            environment: row.environment,
            generation: row.generation
        )
        let parts = unsafe Cipher.open(row.wrapped, key: keys.keyEncryption, context: context) { memory in
            var reader = unsafe CanonicalReader(memory)
            let name = reader.text()
            let key = unsafe reader.part().map { unsafe SymmetricKey(data: $0) }
            return (name, reader.isAtEnd ? key : nil)
        }
        guard let name = parts?.0, let key = parts?.1, key.bitCount == 256 else { throw .tampered("the keyring") }
        let environment = try EnvironmentName(name)
        let dataKey = DataKey(environment: environment, generation: row.generation, key: key, wrapped: row.wrapped)
        opened[Place(environment: row.environment, generation: row.generation)] = dataKey
        last = nil
        return dataKey
    }
}
