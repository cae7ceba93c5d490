import Crypto
import SecretStore
import Secrets
import Vaulting

/// How much of each sort of work one thread does in a second.
struct Figures {
    /// Secrets read in batches through the gate.
    private var reads: [Rate] = []
    /// Secrets read one by one: a transaction and a signature each.
    private var singleReads: [Rate] = []
    /// SHA-256 of 4 KiB: the yardstick.
    private var hashes: [Rate] = []
    private let dotenvSeconds: Double

    private static let rounds = 15
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

    /// One object: each rate by the clock, and of the processor's time.
    var json: String {
        let rates = [("reads", reads), ("singleReads", singleReads), ("hashes", hashes)].map { name, rates in
            #""\#(name)PerSecond": \#(rates.map(\.clock).median), "#
                + #""\#(name)PerProcessorSecond": \#(rates.map(\.processor).median)"#
        }
        return "{\(rates.joined(separator: ", ")), \"dotenvSeconds\": \(dotenvSeconds)}"
    }

    /// How many a second.
    private struct Rate {
        let clock: Double
        let processor: Double

        init(_ count: Int, _ time: Time) {
            clock = Double(count) / time.clock
            processor = Double(count) / time.processor
        }
    }

    private static func readInBatches(_ vault: Vault, _ random: inout PathPicker) throws -> Rate {
        let batches = try (0..<20).map { _ in try random.paths(batch) }
        var bytes = 0
        let time = try Time.of {
            for paths in batches {
                for outcome in try vault.read(paths: paths) { bytes += try outcome.get().payload.byteCount }
            }
        }
        return try rate(batches.count * batch, time, bytes)
    }

    private static func readOneByOne(_ vault: Vault, _ random: inout PathPicker) throws -> Rate {
        let paths = try random.paths(2000)
        var bytes = 0
        let time = try Time.of {
            for path in paths { bytes += try vault.read(path).payload.byteCount }
        }
        return try rate(paths.count, time, bytes)
    }

    /// So many a second, once it is sure that each payload was there: `VALUE` and 32 digits.
    private static func rate(_ reads: Int, _ time: Time, _ bytes: Int) throws -> Rate {
        guard bytes == reads * 37 else { throw Unexpected() }
        return Rate(reads, time)
    }

    private static func hash() -> Rate {
        let block = [UInt8](repeating: 0x6B, count: 4096)
        let count = 20_000
        var sum = 0
        let time = Time.of {
            for _ in 0..<count { sum += SHA256.hash(data: block).reduce(0) { $0 + Int($1) } }
        }
        precondition(sum > 0, "used, so that it is done")
        return Rate(count, time)
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
