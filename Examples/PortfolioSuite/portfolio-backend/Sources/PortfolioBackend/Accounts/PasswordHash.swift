import Crypto
import CryptoExtras

/// A password's scrypt hash (RFC 7914) in the PHC string format: `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`, Base64 without
/// padding, the cost beside the hash so that it can grow later.
struct PasswordHash: Equatable, Sendable, CustomStringConvertible {
    /// What a hash costs: 128 · r · 2^ln bytes of memory, p times over.
    struct Cost: Equatable, Sendable {
        var log2Rounds: Int
        var blockSize: Int
        var parallelism: Int

        /// 16 MiB, five times: one of the equally strong settings of the OWASP Password Storage Cheat Sheet, and the one
        /// that asks for the least memory.
        static let standard = Cost(log2Rounds: 14, blockSize: 8, parallelism: 5)

        /// What a stored hash may demand: a row that somebody changed must not exhaust the memory.
        var isBearable: Bool {
            (1...17).contains(log2Rounds) && (1...8).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Hashes a password under a fresh salt.
    ///
    /// - Parameters:
    ///   - password: The password.
    ///   - cost: What it shall cost.
    /// - Throws: ``BackendError`` when scrypt fails.
    init(password: String, cost: Cost) throws(BackendError) {
        salt = Self.randomBytes(16)
        self.cost = cost
        hash = unsafe try Self.derive(password: password, salt: salt, cost: cost).withUnsafeBytes { unsafe Array($0) }
    }

    /// A hash that no password has, for users who do not exist: checking against it costs the same and fails.
    ///
    /// - Parameter cost: What checking against it shall cost.
    init(ofNobody cost: Cost) {
        self.cost = cost
        salt = Self.randomBytes(16)
        hash = Self.randomBytes(32)
    }

    /// Reads the PHC string, or gives nil when it is none or costs more than is bearable.
    ///
    /// - Parameter text: The string from the database.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let numbers = parts[2].split(separator: ",").map { $0.split(separator: "=") }
        guard numbers.map(\.first) == ["ln", "r", "p"], numbers.allSatisfy({ $0.count == 2 }) else { return nil }
        guard let rounds = Int(numbers[0][1]), let size = Int(numbers[1][1]), let lanes = Int(numbers[2][1]) else {
            return nil
        }
        cost = Cost(log2Rounds: rounds, blockSize: size, parallelism: lanes)
        guard cost.isBearable else { return nil }
        guard let salt = Base64.decode(parts[3]), let hash = Base64.decode(parts[4]) else { return nil }
        guard salt.count >= 16, hash.count == 32 else { return nil }
        self.salt = salt
        self.hash = hash
    }

    var description: String {
        "$scrypt$ln=\(cost.log2Rounds),r=\(cost.blockSize),p=\(cost.parallelism)"
            + "$\(Base64.encode(salt))$\(Base64.encode(hash))"
    }

    /// Whether a password is the one, in a time that does not tell how nearly.
    ///
    /// - Parameter password: The password that somebody typed.
    /// - Throws: ``BackendError`` when scrypt fails.
    func matches(_ password: String) throws(BackendError) -> Bool {
        try Self.derive(password: password, salt: salt, cost: cost) == SymmetricKey(data: hash)
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func derive(password: String, salt: [UInt8], cost: Cost) throws(BackendError) -> SymmetricKey {
        do {
            return try KDF.Scrypt.deriveKey(
                from: Array(password.utf8),
                salt: salt,
                outputByteCount: 32,
                rounds: 1 << cost.log2Rounds,
                blockSize: cost.blockSize,
                parallelism: cost.parallelism
            )
        } catch {
            throw .hashing
        }
    }
}
