internal import SecretStore
internal import Secrets
internal import Vaulting

/// Shares that come together one by one, from people who each have one of them.
///
/// The nonce names the set: whoever gives a share says which set it is for, so that nobody can put another undertaking in
/// its place. It is told to whoever began it, and to whoever may ask; an answer to a wrong one does not tell it.
///
/// Bounded: as many shares as the set needs are tried and forgotten, and after a few wrong sets all of it is over.
struct ShareSet: Sendable {
    /// What can be said about a share that was given.
    struct Words: Sendable {
        /// The undertaking, in the errors' words.
        let operation: String
        /// What is said when the shares are not the right ones; which of them is wrong is not told.
        let wrong: String
    }

    /// How many wrong sets there may be.
    static let mostWrong = 5

    /// How many shares are needed.
    let required: Int
    private(set) var nonce = VersionID().uuid
    private(set) var shares: [Secret<[UInt8]>] = []
    private(set) var wrong = 0
    private let words: Words

    init(required: Int, _ words: Words) {
        self.required = required
        self.words = words
    }

    /// Whether a nonce is this one's, in the same time whichever it is.
    func isNamed(_ text: Secret<String>?) -> Bool { text == Secret(nonce) }

    /// Takes a share.
    ///
    /// - Parameters:
    ///   - share: The share.
    ///   - nonce: Which set it is for, as whoever gives it says.
    /// - Returns: The key that the shares give, when they are enough; nil when more are needed.
    /// - Throws: What is wrong with it. Shares that are enough, and no shares of one key, are forgotten.
    mutating func add(_ share: Secret<[UInt8]>, nonce: Secret<String>?) throws(LogicalFault) -> SharedKey? {
        guard isNamed(nonce) else { throw .invalid("incorrect nonce supplied for this \(words.operation) operation") }
        // In the same time whichever it is.
        guard !shares.reduce(false, { ($1 == share) || $0 }) else {
            throw .invalid("given key has already been provided during this \(words.operation) operation")
        }
        shares.append(share)
        guard shares.count >= required else { return nil }
        let given = shares
        shares = []
        guard let key = SharedKey(combining: given) else { throw refuse() }
        return key
    }

    /// Counts a set that opens nothing.
    mutating func refuse() -> LogicalFault {
        wrong += 1
        return .invalid(words.wrong)
    }

    /// Whether there were so many wrong sets that it is over.
    var isOver: Bool { wrong >= Self.mostWrong }

    /// Begins anew under another name; wrong sets stay counted.
    mutating func restart() {
        shares = []
        nonce = VersionID().uuid
    }
}

extension ShareSet.Words {
    static let rekey = Self(operation: "rekey", wrong: "rekey aborted: the key shares do not open the store")
    static let verify = Self(
        operation: "verify",
        wrong: "rekey verification failed; incorrect key shares supplied"
    )
    static let root = Self(
        operation: "root generation",
        wrong: "root generation aborted: the key shares do not open the store"
    )
}
