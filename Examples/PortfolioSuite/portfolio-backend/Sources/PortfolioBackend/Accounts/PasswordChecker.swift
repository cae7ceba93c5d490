/// Checks passwords, one after the other, on a thread of its own.
///
/// One hash takes 16 MiB and a fifth of a second on purpose. Done one at a time they never take more, and a queue of
/// bounded length keeps a flood of logins from filling the memory.
actor PasswordChecker {
    /// How many may wait before the next is turned away.
    static let queueLimit = 32

    private let executor = SerialQueueExecutor(label: "portfolio-backend.passwords")
    private let nobody: PasswordHash
    private let queue = Queue(limit: queueLimit)
    /// How many hashes were computed: the same for a user who exists and one who does not.
    private(set) var hashesComputed = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter cost: What a hash costs.
    init(cost: PasswordHash.Cost) {
        nobody = PasswordHash(ofNobody: cost)
    }

    /// Whether a password is the stored one. An unknown user costs what a known one costs.
    ///
    /// - Parameters:
    ///   - password: The password that somebody typed.
    ///   - stored: The user's hash as stored; nil when there is no such user.
    /// - Returns: The answer, or nil when too many are waiting.
    /// - Throws: ``BackendError`` when scrypt fails.
    nonisolated func check(_ password: String, against stored: String?) async throws(BackendError) -> Bool? {
        guard queue.enter() else { return nil }
        defer { queue.leave() }
        return try await compute(password, against: stored)
    }

    private func compute(_ password: String, against stored: String?) throws(BackendError) -> Bool {
        let hash = stored.flatMap { PasswordHash($0) }
        hashesComputed += 1
        return try (hash ?? nobody).matches(password)
    }
}
