internal import Crypto
internal import SecretStore

/// The keys under the root key, each derived with HKDF-SHA256 for one purpose (RFC 5869, section 3.2: the `info` binds
/// a key to its use), salted with the store's id, and only when it is first needed.
///
/// `SymmetricKey` wipes its memory when it goes.
final class RootKeys {
    let storeID: [UInt8]
    private let root: SymmetricKey

    init(root: SymmetricKey, storeID: [UInt8]) {
        self.root = root
        self.storeID = storeID
    }

    /// Wraps the data keys of the rings.
    private(set) lazy var keyEncryption = derive("key encryption")
    /// Seals the records of secrets and versions.
    private(set) lazy var metadata = derive("metadata")
    /// Seals the blocks of the audit log.
    private(set) lazy var audit = derive("audit record")
    /// Hashes paths and names of environments, so that rows are found without being readable.
    private(set) lazy var index = Authenticator(key: derive("index"))
    /// Makes fingerprints of values.
    private(set) lazy var fingerprint = Authenticator(key: derive("fingerprint"))
    /// Seals secrets that are taken out to be put back.
    private(set) lazy var backup = derive("secret backup")
    /// Seals tokens that are kept nowhere.
    private(set) lazy var batchTokens = derive("batch token")
    /// Authenticates the anchor beside the key file.
    private(set) lazy var anchor = Authenticator(key: derive("anchor"))
    /// Makes the codes of rows, whose sum is signed.
    private(set) lazy var state = Authenticator(key: derive("state"))
    /// Signs the head of the audit log.
    private(set) lazy var signing: SigningKey = {
        guard let key = SigningKey(seed: derive("audit signing")) else {
            preconditionFailure("every 32 bytes are an Ed25519 seed")
        }
        return key
    }()

    /// Calls a closure with the root key, to wrap it in another slot.
    func withRoot<Result>(_ body: (SymmetricKey) throws(StoreError) -> Result) throws(StoreError) -> Result {
        try body(root)
    }

    private func derive(_ purpose: String) -> SymmetricKey {
        Derivation.key(from: root, salt: storeID, info: Array("keyfolio/1 \(purpose)".utf8))
    }
}

extension RootKeys {
    /// How many bytes of a keyed hash find a row: enough that no two of 2^40 rows meet by chance (odds of 2^-49).
    static let indexBytes = 16

    /// What finds the row of a path.
    func index(of path: SecretPath) -> [UInt8] {
        code("path:", path.text)
    }

    /// What finds the ring of an environment.
    func tag(of environment: EnvironmentName) -> [UInt8] {
        code("environment:", environment.text)
    }

    /// What finds the collection of an entry.
    func tag(ofCollection name: String) -> [UInt8] { code("collection:", name) }

    /// What finds an entry in a collection.
    func key(ofEntry name: String) -> [UInt8] { code("entry:", name) }

    private func code(_ sort: StaticString, _ name: String) -> [UInt8] {
        var name = name
        let digest = name.withUTF8 { name in
            sort.withUTF8Buffer { sort in
                unsafe index.digest(of: UnsafeRawBufferPointer(sort), UnsafeRawBufferPointer(name))
            }
        }
        return unsafe digest.withUnsafeBytes { unsafe Array($0.prefix(Self.indexBytes)) }
    }
}
