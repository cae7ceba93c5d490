internal import Crypto
public import SecretStore
public import Secrets

/// A key that opens a slot and that nobody has alone: shares of it, of which a number must come together.
///
/// One share of one is the key itself, as in HashiCorp Vault.
public struct SharedKey: Sendable {
    /// The most shares.
    public static let mostShares = Shamir.mostShares
    private static let bytes = 32

    /// 32 bytes.
    let key: Secret<[UInt8]>
    /// How many shares there are; 0 when the key was put together from some of them.
    public let count: Int
    /// How many of them give the key; 0 when the key was put together from some of them.
    public let threshold: Int
    /// The shares of a new key, to be given out; empty when the key was put together.
    public let shares: [Secret<[UInt8]>]

    /// Makes a random key and its shares.
    ///
    /// - Parameters:
    ///   - count: How many shares: 1 to ``mostShares``.
    ///   - threshold: How many of them open the slot: 1 for one share, else 2 to `count`.
    /// - Throws: `KF-STORE-083` for other numbers.
    public init(shares count: Int, threshold: Int) throws(StoreError) {
        guard (1...Self.mostShares).contains(count) else { throw .invalidShares("there are 1 to \(Self.mostShares)") }
        guard (1...count).contains(threshold) else { throw .invalidShares("the threshold is from 1 to their number") }
        guard threshold > 1 || count == 1 else {
            throw .invalidShares("with a threshold of 1 each of several shares would be the whole key")
        }
        var random = randomBytes(Self.bytes)
        defer { wipe(&random) }
        let key = Secret(random)
        self.key = key
        self.count = count
        self.threshold = threshold
        shares = count == 1 ? [key] : Shamir.split(key, shares: count, threshold: threshold)
    }

    /// Puts a key together. Whether it is the right one shows when it is used.
    ///
    /// - Returns: nil when what is given cannot be shares of one key; it does not say which.
    public init?(combining shares: [Secret<[UInt8]>]) {
        let combined = shares.count == 1 ? shares.first : Shamir.combine(shares)
        guard let combined, combined.byteCount == Self.bytes else { return nil }
        key = combined
        (count, threshold, self.shares) = (0, 0, [])
    }

    private init(key: Secret<[UInt8]>, count: Int, threshold: Int) {
        (self.key, self.count, self.threshold, shares) = (key, count, threshold, [])
    }

    /// The same key, to make a slot with, once its shares were given out.
    public var withoutShares: SharedKey { SharedKey(key: key, count: count, threshold: threshold) }

    /// Whether another one is the same key, in the same time whatever they are.
    public func isSame(as other: SharedKey) -> Bool { key == other.key }

    /// A share from its text: hexadecimal, or base64, as HashiCorp Vault's clients send either.
    ///
    /// - Returns: nil when it is neither, or of a length that no share has.
    public static func share(_ text: Secret<String>) -> Secret<[UInt8]>? {
        let lengths = bytes...bytes + 1
        let clear = text.reveal()
        guard clear.utf8.count <= 4 * (bytes + 1) else { return nil }
        var decoded = Hex.decode(clear.lowercased()).flatMap { lengths.contains($0.count) ? $0 : nil } ?? []
        // What is hexadecimal and of another length may be base64 all the same.
        if decoded.isEmpty { decoded = Base64.decode(clear) ?? [] }
        defer { wipe(&decoded) }
        return lengths.contains(decoded.count) ? Secret(decoded) : nil
    }

    /// How many bytes a share has when there are so many of them.
    public static func shareBytes(of count: Int) -> Int { count == 1 ? bytes : bytes + 1 }

    /// What wraps the root key of a store.
    func wrappingKey(storeID: [UInt8]) -> SymmetricKey {
        let key = unsafe self.key.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        return Derivation.key(from: key, salt: storeID, info: Array("keyfolio/1 seal shares".utf8))
    }
}
