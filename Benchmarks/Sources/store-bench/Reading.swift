import Crypto
import SecretStore
import Secrets
import Vaulting

/// How much of each sort of work one thread does in a second.
struct Figures {
    /// Secrets read in batches through the gate.
    private var reads: [Double] = []
    /// Secrets read one by one: a transaction and a signature each.
    private var singleReads: [Double] = []
    /// SHA-256 of 4 KiB: the yardstick.
    private var hashes: [Double] = []
    private let dotenvSeconds: Double

    private static let rounds = 9
    private static let batch = 1000

    /// Measures, the sorts of work in turn.
    init(of vault: Vault, count: Int) throws {
        var random = PathPicker(count: count)
        // The first round fills the caches.
        _ = try Self.readInBatches(vault, &random)
        for _ in 0..<Self.rounds {
            hashes.append(Self.hash())
            reads.append(try Self.readInBatches(vault, &random))
            singleReads.append(try Self.readOneByOne(vault, &random))
        }
        dotenvSeconds = EnvironmentFile.secondsToRead()
    }

    var json: String {
        """
        {"readsPerSecond": \(Clock.median(reads)), "singleReadsPerSecond": \(Clock.median(singleReads)), \
        "hashesPerSecond": \(Clock.median(hashes)), "dotenvSeconds": \(dotenvSeconds)}
        """
    }

    private static func readInBatches(_ vault: Vault, _ random: inout PathPicker) throws -> Double {
        let batches = try (0..<30).map { _ in try random.paths(batch) }
        var bytes = 0
        let seconds = try Clock.seconds {
            for paths in batches {
                for outcome in try vault.read(paths: paths) { bytes += try outcome.get().payload.byteCount }
            }
        }
        return try rate(batches.count * batch, seconds, bytes)
    }

    private static func readOneByOne(_ vault: Vault, _ random: inout PathPicker) throws -> Double {
        let paths = try random.paths(3000)
        var bytes = 0
        let seconds = try Clock.seconds {
            for path in paths { bytes += try vault.read(path).payload.byteCount }
        }
        return try rate(paths.count, seconds, bytes)
    }

    /// So many a second, once it is sure that each payload was there: `VALUE` and 32 digits.
    private static func rate(_ reads: Int, _ seconds: Double, _ bytes: Int) throws -> Double {
        guard bytes == reads * 37 else { throw Unexpected() }
        return Double(reads) / seconds
    }

    private static func hash() -> Double {
        let block = [UInt8](repeating: 0x6B, count: 4096)
        let count = 20_000
        var sum = 0
        let seconds = Clock.seconds {
            for _ in 0..<count { sum += SHA256.hash(data: block).reduce(0) { $0 + Int($1) } }
        }
        // Used, so that it is done.
        return sum > 0 ? Double(count) / seconds : 0
    }

    /// A payload was not what was written.
    private struct Unexpected: Error {}
}

/// Picks secrets at random, the same in each run.
private struct PathPicker {
    let count: Int
    private var state: UInt64 = 0x6B66_6F31

    init(count: Int) { self.count = count }

    mutating func paths(_ number: Int) throws(StoreError) -> [SecretPath] {
        var paths: [SecretPath] = []
        for _ in 0..<number { paths.append(try StoreBench.path(Int(next() % UInt64(count)))) }
        return paths
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
