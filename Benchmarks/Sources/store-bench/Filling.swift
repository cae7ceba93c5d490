import SecretStore
import Secrets
import Vaulting

extension StoreBench {
    /// Writes secrets of one field, a random value of 32 digits, in a few large transactions.
    static func fill(_ vault: Vault, count: Int) throws {
        // A transaction's pages wait in the write-ahead log until it is committed: this bounds how far that grows.
        let transaction = 100_000
        var random = SystemRandomNumberGenerator()
        for start in stride(from: 0, to: count, by: transaction) {
            let numbers = start..<min(start + transaction, count)
            let paths = try numbers.map { number in try path(number) }
            try vault.writeAll(
                paths.lazy.map { path in
                    (path: path, payload: .fields(["VALUE": Secret(value(from: &random))]))
                }
            )
        }
    }

    private static func value(from random: inout SystemRandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var (high, low) = (random.next(), random.next())
        return String(
            decoding: (0..<32).map { position in
                defer { if position < 16 { high >>= 4 } else { low >>= 4 } }
                return digits[Int((position < 16 ? high : low) & 15)]
            },
            as: UTF8.self
        )
    }
}
