internal import Crypto
internal import CryptoExtras
public import SecretStore
public import Secrets

/// Passwords of people, as they are kept: scrypt (RFC 7914) with N = 2^15, r = 8, p = 1, which takes 32 MiB and some tens
/// of milliseconds for each guess, in the string form of the Password Hashing Competition:
/// `$scrypt$ln=15,r=8,p=1$salt$hash`.
public enum PasswordHash {
    private static let standard = (logN: 15, blockSize: 8, parallelism: 1)
    private static let hashBytes = 32

    /// The hash of a password, with a salt of its own.
    ///
    /// - Throws: ``StoreError`` when there is not enough memory.
    public static func make(_ password: Secret<String>) throws(StoreError) -> String {
        let parameters = ScryptParameters(
            logN: standard.logN,
            blockSize: standard.blockSize,
            parallelism: standard.parallelism,
            salt: randomBytes(32)
        )
        return text(parameters, try hash(password, parameters))
    }

    /// Whether a password is the one. Nothing tells how it differs, and a name that nobody has costs the same.
    ///
    /// - Parameters:
    ///   - password: What was given.
    ///   - known: The hash that is kept; nil when there is none, and then the answer is no, as late as for a wrong one.
    /// - Throws: ``StoreError`` when there is not enough memory.
    public static func isRight(_ password: Secret<String>, _ known: String?) throws(StoreError) -> Bool {
        let parsed = known.flatMap(parse)
        let parameters =
            parsed?.parameters
            ?? ScryptParameters(
                logN: standard.logN,
                blockSize: standard.blockSize,
                parallelism: standard.parallelism,
                salt: [UInt8](repeating: 0, count: 32)
            )
        let found = try hash(password, parameters)
        // The library compares keys in constant time.
        return SymmetricKey(data: found) == SymmetricKey(data: parsed?.hash ?? randomBytes(hashBytes)) && parsed != nil
    }

    private static func hash(
        _ password: Secret<String>,
        _ parameters: ScryptParameters
    ) throws(StoreError) -> [UInt8] {
        let key = try Derivation.key(from: password, parameters, count: hashBytes)
        return unsafe key.withUnsafeBytes { unsafe Array($0) }
    }

    private static func text(_ parameters: ScryptParameters, _ hash: [UInt8]) -> String {
        let cost = "ln=\(parameters.logN),r=\(parameters.blockSize),p=\(parameters.parallelism)"
        return "$scrypt$\(cost)$\(Hex.encode(parameters.salt))$\(Hex.encode(hash))"
    }

    private static func parse(_ text: String) -> (parameters: ScryptParameters, hash: [UInt8])? {
        let parts = text.split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt", let salt = Hex.decode(String(parts[2])),
            let hash = Hex.decode(String(parts[3])), hash.count == hashBytes
        else { return nil }
        var numbers: [Substring: Int] = [:]
        for part in parts[1].split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let number = Int(pair[1]) else { return nil }
            numbers[pair[0]] = number
        }
        guard let logN = numbers["ln"], let blockSize = numbers["r"], let parallelism = numbers["p"] else { return nil }
        let parameters = ScryptParameters(logN: logN, blockSize: blockSize, parallelism: parallelism, salt: salt)
        return parameters.isAcceptable ? (parameters, hash) : nil
    }
}
