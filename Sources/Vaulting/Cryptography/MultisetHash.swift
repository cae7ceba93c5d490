/// A keyed hash of a set of rows that changes with one row without looking at the others: MSet-Add-Hash of Clarke,
/// Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions and Their Application to Memory Integrity
/// Checking", ASIACRYPT 2003, with HMAC-SHA256 as its pseudo-random function and n = 256.
///
/// `H(M) = (HMAC(key, 0 ‖ r) + Σ HMAC(key, 1 ‖ row) mod 2^256, |M|, r)` with a random `r` of 16 bytes, new with each
/// change: it hides the sum, so that whoever sees many states of a store learns no row's code and cannot search for
/// another set with the same sum.
struct MultisetHash {
    private static let nonceBytes = 16
    private static let byteCount = nonceBytes + 8 + 32

    /// How many rows there are.
    private(set) var count: Int64 = 0
    /// The sum of the rows' codes.
    private var sum = Sum()

    /// The hash of no rows.
    init() {}

    /// Reads what ``bytes(under:)`` wrote under the same key, or gives nil when it is no such thing.
    init?(_ bytes: [UInt8], under key: Authenticator) {
        guard bytes.count == Self.byteCount else { return nil }
        let nonce = Array(bytes.prefix(Self.nonceBytes))
        count = bytes[Self.nonceBytes..<(Self.nonceBytes + 8)].reduce(0) { $0 << 8 | Int64($1) }
        guard count >= 0 else { return nil }
        sum = Sum(bytes.suffix(32))
        sum.subtract(Sum(key.code(for: [0] + nonce)[...]))
    }

    /// The count alone, without the key's work.
    static func count(in bytes: [UInt8]) -> Int64? {
        guard bytes.count == byteCount else { return nil }
        return bytes[nonceBytes..<(nonceBytes + 8)].reduce(0) { $0 << 8 | Int64($1) }
    }

    /// Takes a row in.
    mutating func add(_ row: [UInt8], under key: Authenticator) {
        sum.add(Sum(key.code(for: [1] + row)[...]))
        count &+= 1
    }

    /// Takes a row out. One that was never in leaves a hash of nothing that is there, which a check finds.
    mutating func remove(_ row: [UInt8], under key: Authenticator) {
        sum.subtract(Sum(key.code(for: [1] + row)[...]))
        count &-= 1
    }

    /// The hash as it is stored: nonce, count, masked sum.
    func bytes(under key: Authenticator) -> [UInt8] {
        let nonce = uniqueBytes(Self.nonceBytes)
        var masked = sum
        masked.add(Sum(key.code(for: [0] + nonce)[...]))
        var writer = CanonicalWriter(reserving: Self.byteCount)
        writer.write(fixed: nonce)
        writer.write(count)
        writer.write(fixed: masked.bytes)
        return writer.bytes
    }

    /// Whether two hashes are of the same rows.
    static func == (left: MultisetHash, right: MultisetHash) -> Bool {
        left.count == right.count && left.sum.limbs == right.sum.limbs
    }
}

/// A number below 2^256, added and subtracted modulo that.
private struct Sum {
    /// The least significant first.
    var limbs: SIMD4<UInt64> = .zero

    init() {}

    /// - Parameter bytes: 32, the most significant first.
    init(_ bytes: ArraySlice<UInt8>) {
        for (position, byte) in bytes.enumerated() {
            let limb = 3 - position / 8
            limbs[limb] = limbs[limb] << 8 | UInt64(byte)
        }
    }

    var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: limbs[3 - $0 / 8] >> UInt64(56 - 8 * ($0 % 8))) }
    }

    mutating func add(_ other: Sum) {
        var carry = false
        for limb in 0..<4 {
            let (partial, first) = limbs[limb].addingReportingOverflow(other.limbs[limb])
            let (result, second) = partial.addingReportingOverflow(carry ? 1 : 0)
            limbs[limb] = result
            carry = first || second
        }
    }

    mutating func subtract(_ other: Sum) {
        var borrow = false
        for limb in 0..<4 {
            let (partial, first) = limbs[limb].subtractingReportingOverflow(other.limbs[limb])
            let (result, second) = partial.subtractingReportingOverflow(borrow ? 1 : 0)
            limbs[limb] = result
            borrow = first || second
        }
    }
}
