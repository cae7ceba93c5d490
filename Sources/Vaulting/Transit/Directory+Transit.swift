internal import Findings
public import SecretStore

/// Where keys are: documents of the directory, in a collection for each space. A mount of Vault's protocol is a space.
extension Directory {
    /// A key, or nil when there is none of the name. A key that was used lately is in memory, taken apart.
    ///
    /// - Throws: ``StoreError``.
    public func transitKey(_ space: String, _ name: String) throws(StoreError) -> TransitKey? {
        try engine.transitKey(space, name)
    }

    /// Keeps a key under its name, in the place of the one that is there.
    ///
    /// - Throws: ``StoreError``.
    public mutating func keep(_ key: TransitKey, in space: String) throws(StoreError) {
        let place = TransitKeyCache.Place(collection: CollectionName.transitKeys(space), name: key.name)
        try put(place.collection, place.name, key.document)
        engine.directory.transitKeys[place] = key
        engine.noteWrite(of: place)
    }

    /// Removes a key, whatever it says about that.
    ///
    /// - Returns: Whether it was there.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func removeTransitKey(_ space: String, _ name: String) throws(StoreError) -> Bool {
        try remove(CollectionName.transitKeys(space), name)
    }

    /// The names of the keys in a space, ordered.
    ///
    /// - Throws: ``StoreError``.
    public func transitKeyNames(_ space: String) throws(StoreError) -> [String] {
        try names(in: CollectionName.transitKeys(space))
    }
}

/// What is known of a key before the gate is asked to use it.
public struct TransitKeyState: Sendable, Hashable {
    /// What it is for.
    public let type: TransitKeyType
    /// Whether it is time to rotate it.
    public let isDue: Bool
    /// Whether the disk has not confirmed it yet: what was made with it must not be given out before ``Vault/sync()``. In a
    /// group the answer waits by itself.
    public let isFresh: Bool
}

extension Vault {
    /// Whether there is a key, and whether it is time to rotate it.
    ///
    /// Nobody is answered with this, so it leaves no record: it chooses between a transaction that must be on the disk
    /// before it is answered and one that need not, and says whether an RSA key is to be made before the gate is held.
    /// What is then done asks the policy and leaves its record.
    ///
    /// - Throws: ``StoreError``.
    package func transitKeyState(_ space: String, _ name: String) throws(StoreError) -> TransitKeyState? {
        try exclusively { () throws(StoreError) in
            guard let key = try engine.transitKey(space, name) else { return nil }
            return TransitKeyState(
                type: key.type,
                isDue: key.isDue(at: engine.options.clock()),
                isFresh: engine.isFresh(.init(collection: CollectionName.transitKeys(space), name: name))
            )
        }
    }
}

extension CollectionName {
    private static let transitPrefix = "transit/"

    /// The keys of the encryption service in a space, by name.
    static func transitKeys(_ space: String) -> String { transitPrefix + space }

    /// Whether a collection holds keys of the encryption service.
    static func isTransitKeys(_ collection: String) -> Bool { collection.utf8.starts(with: transitPrefix.utf8) }
}

extension Engine {
    func transitKey(_ space: String, _ name: String) throws(StoreError) -> TransitKey? {
        let place = TransitKeyCache.Place(collection: CollectionName.transitKeys(space), name: name)
        noteUse(of: place)
        if let known = directory.transitKeys[place] { return known }
        guard let document = try entry(place.collection, name) else { return nil }
        guard let key = TransitKey(name, document) else { throw .tampered("a key of the encryption service") }
        directory.transitKeys[place] = key
        return key
    }
}

/// Keys of the encryption service that were used lately, taken apart: a use need not open and parse the document of all
/// versions. It is a part of ``DirectoryCache``, which forgets it with everything else when a transaction is taken back or
/// another process writes, and one key of it when that is changed.
struct TransitKeyCache {
    struct Place: Hashable {
        let collection: String
        let name: String
    }

    private var keys: [Place: TransitKey] = [:]
    /// How many versions there are in memory: each holds some hundred bytes, an RSA key some thousand.
    private var versions = 0
    private static let mostVersions = 20_000

    subscript(place: Place) -> TransitKey? {
        get { keys[place] }
        set {
            if let old = keys.removeValue(forKey: place) { versions -= old.versions.count }
            guard let newValue else { return }
            if versions + newValue.versions.count > Self.mostVersions {
                keys.removeAll()
                versions = 0
            }
            keys[place] = newValue
            versions += newValue.versions.count
        }
    }

    mutating func forget(_ collection: String, _ name: String) { self[Place(collection: collection, name: name)] = nil }

    mutating func forget() { self = TransitKeyCache() }
}
