internal import Crypto
internal import Findings
public import SecretStore
internal import Secrets

/// A named key of the encryption service, with its versions: what encrypts, signs and authenticates data that is kept
/// elsewhere. Nobody is given the key itself, unless it was made exportable.
///
/// A value: whoever changes one keeps it with ``Directory/keep(_:in:)``. Rules and texts are those of HashiCorp Vault's
/// transit engine (developer.hashicorp.com/vault/api-docs/secret/transit).
public struct TransitKey: Sendable {
    /// The name: word characters, `.` and `-`.
    public let name: String
    /// What it is for.
    public let type: TransitKeyType
    /// Whether each use names a context, from which the key that is used is derived.
    public let isDerived: Bool
    /// Whether equal plaintexts in equal contexts have equal ciphertexts.
    public let isConvergent: Bool
    /// How many bytes the keys of a key for codes have; 0 for the others.
    public let byteCount: Int
    /// Whether the versions can be taken out. Once set, it stays.
    public internal(set) var isExportable = false
    /// Whether the whole key can be taken out. Once set, it stays.
    public internal(set) var allowsPlaintextBackup = false
    /// Whether it can be deleted.
    public internal(set) var isDeletionAllowed = false
    /// The oldest version that still opens and verifies.
    public internal(set) var oldestForDecryption = 1
    /// The oldest version that still encrypts and signs; 0 for any, of which the latest is the one when none is named.
    public internal(set) var oldestForEncryption = 0
    /// The oldest version that is kept, since the key was trimmed; 0 before that.
    public internal(set) var oldestKept = 0
    /// After how many seconds the key is rotated by itself; 0 for never.
    public internal(set) var rotationPeriod = 0
    /// The number of the newest version.
    public internal(set) var latest = 0
    var versions: [Int: TransitVersion] = [:]

    /// What a new key shall be.
    public struct Request: Sendable {
        /// What it is for.
        public var type = TransitKeyType.aes256
        /// Whether each use names a context.
        public var isDerived = false
        /// Whether equal plaintexts have equal ciphertexts.
        public var isConvergent = false
        /// Whether the versions can be taken out.
        public var isExportable = false
        /// Whether the whole key can be taken out.
        public var allowsPlaintextBackup = false
        /// After how many seconds it is rotated by itself; 0 for never.
        public var rotationPeriod = 0
        /// How many bytes a key for codes has; 0 for 32.
        public var byteCount = 0

        /// An ordinary key.
        public init() {}
    }

    /// Makes a key with its first version.
    ///
    /// - Parameters:
    ///   - name: Checked by whoever has it from a request.
    ///   - request: What it shall be.
    ///   - fresh: The first version, when it was made before.
    ///   - time: The moment.
    /// - Throws: ``TransitError`` when the parts of the request do not fit together.
    public init(
        _ name: String,
        _ request: Request,
        fresh: TransitFreshVersion? = nil,
        at time: Timestamp
    ) throws(TransitError) {
        if request.isConvergent, !request.isDerived {
            throw TransitError("convergent encryption requires derivation to be enabled")
        }
        if request.isDerived || request.isConvergent {
            guard request.type.supportsDerivation, !(request.isConvergent && request.type == .ed25519) else {
                let what = request.type == .ed25519 ? "" : "key derivation and "
                throw TransitError(
                    "\(what)convergent encryption not supported for keys of type \(request.type.rawValue)"
                )
            }
        }
        if request.byteCount != 0 {
            guard request.type == .hmac else {
                throw TransitError("key_size is not valid for algorithm \(request.type.rawValue)")
            }
            guard TransitLimits.hmacKeyBytes.contains(request.byteCount) else { throw TransitError("invalid key_size") }
        }
        self.name = name
        type = request.type
        isDerived = request.isDerived
        isConvergent = request.isConvergent
        byteCount = type == .hmac ? (request.byteCount == 0 ? 32 : request.byteCount) : 0
        isExportable = request.isExportable
        allowsPlaintextBackup = request.allowsPlaintextBackup
        try setRotationPeriod(request.rotationPeriod)
        try rotate(fresh, at: time)
    }

    init(_ name: String, _ type: TransitKeyType, isDerived: Bool, isConvergent: Bool, byteCount: Int) {
        self.name = name
        self.type = type
        self.isDerived = isDerived
        self.isConvergent = isConvergent
        self.byteCount = byteCount
    }

    /// The versions that can be used, with the moments when they were made.
    public var usableVersions: [(number: Int, created: Timestamp)] {
        versions.filter { $0.key >= oldestForDecryption }.map { ($0.key, $0.value.created) }.sorted { $0.0 < $1.0 }
    }
}

/// A version that was made before the gate is asked to add it: an RSA key takes too long to make there.
public struct TransitFreshVersion: Sendable {
    let type: TransitKeyType
    let version: TransitVersion

    /// Makes a version of a type.
    public init(_ type: TransitKeyType, at time: Timestamp) throws(TransitError) {
        self.type = type
        version = try TransitVersion.random(type, bytes: 32, created: time)
    }
}

extension TransitFreshVersion: CustomStringConvertible, CustomReflectable {
    /// The type.
    public var description: String { "a version of \(type.rawValue)" }

    /// A mirror without children, so that `dump` and debuggers show no more.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}

extension TransitKey {
    /// Adds a version, which is the one that encrypts and signs from now on.
    ///
    /// - Throws: ``TransitError`` when there are too many.
    public mutating func rotate(_ fresh: TransitFreshVersion? = nil, at time: Timestamp) throws(TransitError) {
        guard versions.count < TransitLimits.versions(type) else { throw .tooManyVersions }
        let made = fresh.flatMap { $0.type == type && type.modulusBits != nil ? $0.version : nil }
        if let made {
            versions[latest + 1] = made
        } else {
            versions[latest + 1] = try TransitVersion.random(type, bytes: byteCount, created: time)
        }
        latest += 1
    }

    /// Whether it is time for a rotation that nobody asks for.
    public func isDue(at time: Timestamp) -> Bool {
        guard rotationPeriod > 0, versions.count < TransitLimits.versions(type), let newest = versions[latest] else {
            return false
        }
        return time.microseconds - newest.created.microseconds >= Int64(rotationPeriod) * 1_000_000
    }

    /// What is to be changed of a key; nil for what stays.
    public struct Change: Sendable {
        /// The oldest version that still opens and verifies; 0 for 1.
        public var oldestForDecryption: Int?
        /// The oldest version that still encrypts and signs.
        public var oldestForEncryption: Int?
        /// Whether it can be deleted.
        public var isDeletionAllowed: Bool?
        /// Only ever set.
        public var isExportable: Bool?
        /// Only ever set.
        public var allowsPlaintextBackup: Bool?
        /// In seconds.
        public var rotationPeriod: Int?

        /// No change.
        public init() {}
    }

    /// Changes settings: all, or none when one is wrong.
    public mutating func apply(_ change: Change) throws(TransitError) {
        var key = self
        if let number = change.oldestForDecryption {
            guard number >= 0 else { throw TransitError("min decryption version cannot be negative") }
            key.oldestForDecryption = try checked(max(number, 1), "decryption")
        }
        if let number = change.oldestForEncryption {
            guard number >= 0 else { throw TransitError("min encryption version cannot be negative") }
            key.oldestForEncryption = try checked(number, "encryption")
        }
        let (encryption, decryption) = (key.oldestForEncryption, key.oldestForDecryption)
        if encryption > 0, encryption < decryption {
            throw TransitError(
                "cannot set min encryption/decryption values; min encryption version of \(encryption) must be greater "
                    + "than or equal to min decryption version of \(decryption)"
            )
        }
        if key.oldestKept > encryption {
            throw TransitError("min encryption version should not be less than min available version")
        }
        if key.oldestKept > decryption {
            throw TransitError("min decryption version should not be less then min available version")
        }
        if let flag = change.isDeletionAllowed { key.isDeletionAllowed = flag }
        if change.isExportable == true { key.isExportable = true }
        if change.allowsPlaintextBackup == true { key.allowsPlaintextBackup = true }
        if let seconds = change.rotationPeriod { try key.setRotationPeriod(seconds) }
        self = key
    }

    /// Removes the versions before one, for ever.
    public mutating func trim(to number: Int) throws(TransitError) {
        let prefix = "minimum available version"
        if number < oldestKept { throw TransitError("\(prefix) cannot be decremented") }
        if oldestForEncryption == 0 {
            throw TransitError("\(prefix) cannot be set when minimum encryption version is not set")
        }
        if number > oldestForEncryption {
            throw TransitError("\(prefix) cannot be greater than minmum encryption version")
        }
        if number > oldestForDecryption {
            throw TransitError("\(prefix) cannot be greater than minimum decryption version")
        }
        if number < 0 { throw TransitError("\(prefix) cannot be negative") }
        if number == 0 { throw TransitError("\(prefix) should be positive") }
        oldestKept = number
        versions = versions.filter { $0.key >= number }
    }

    private func checked(_ number: Int, _ what: String) throws(TransitError) -> Int {
        guard number <= latest else {
            throw TransitError("cannot set min \(what) version of \(number), latest key version is \(latest)")
        }
        return number
    }

    mutating func setRotationPeriod(_ seconds: Int) throws(TransitError) {
        guard seconds == 0 || seconds >= TransitLimits.rotationPeriod else {
            throw TransitError("auto rotate period must be 0 to disable or at least an hour")
        }
        // It happens at the gate, with the next use: an RSA key takes too long to make there.
        guard seconds == 0 || type.modulusBits == nil else {
            throw TransitError("this server rotates RSA keys when it is asked to only: auto_rotate_period must be 0")
        }
        rotationPeriod = seconds
    }
}

extension TransitKey {
    /// The version that encrypts, signs or makes codes.
    ///
    /// - Parameter number: As it was asked for; 0 for the latest.
    func version(toMake number: Int, _ what: String) throws(TransitError) -> (number: Int, version: TransitVersion) {
        let chosen = number == 0 ? latest : number
        if chosen < 0 { throw TransitError("requested version for \(what) is negative") }
        if chosen > latest {
            throw TransitError("requested version for \(what) is higher than the latest key version")
        }
        if chosen < oldestForEncryption {
            throw TransitError("requested version for \(what) is less than the minimum encryption key version")
        }
        guard chosen >= oldestForDecryption, let version = versions[chosen] else { throw .noSuchVersion }
        return (chosen, version)
    }

    /// The version that a text was made with, when it may still be used.
    func version(of text: VersionedText, _ what: String) throws(TransitError) -> TransitVersion {
        if text.version > latest { throw TransitError("invalid \(what): version is too new") }
        if text.version < oldestForDecryption { throw .tooOld }
        guard let version = versions[text.version] else { throw .noSuchVersion }
        return version
    }

    /// Bytes for a context: HKDF-SHA256 (RFC 5869) of the version's key, without a salt, the context as `info`.
    func derived(_ version: TransitVersion, _ context: [UInt8], count: Int) throws(TransitError) -> SymmetricKey {
        guard !context.isEmpty else { throw .contextMissing }
        guard context.count <= TransitLimits.context else { throw TransitError("the context is too long") }
        let key = unsafe version.raw.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        return Derivation.key(from: key, salt: [], info: context, count: count)
    }
}

extension TransitKey: CustomStringConvertible, CustomReflectable {
    /// The name and the number of the newest version.
    public var description: String { "key \(name), version \(latest)" }

    /// A mirror without children, so that `dump` and debuggers show no more.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
