internal import CPlatform
internal import Synchronization

/// Bytes that nobody has had and nobody will: nonces, salts and identifiers. Keys and whatever lets somebody in come from
/// ``randomBytes(_:)``.
///
/// They are the same generator's, fetched by the kilobyte: every write needs some ten of them, and each question to the
/// system takes longer than what is done with the answer. Never the same twice, since what was given out is overwritten
/// and no process goes on after a fork.
///
/// - Parameter count: How many, up to 64.
func uniqueBytes(_ count: Int) -> [UInt8] {
    precondition(count <= UniquePool.most)
    return UniquePool.shared.withLock { $0.take(count) }
}

/// What is left of the last kilobyte.
private struct UniquePool {
    static let shared = Mutex(UniquePool())
    static let most = 64
    private static let size = 1024

    private var bytes = [UInt8](repeating: 0, count: size)
    private var next = size

    mutating func take(_ count: Int) -> [UInt8] {
        if bytes.count - next < count {
            unsafe bytes.withUnsafeMutableBytes { unsafe kf_random_bytes($0.baseAddress, $0.count) }
            next = 0
        }
        let end = next + count
        defer {
            for position in next..<end { bytes[position] = 0 }
            next = end
        }
        return Array(bytes[next..<end])
    }
}
