extension StoreError {
    // MARK: The seal

    /// - Parameters:
    ///   - given: The kind of what was given.
    ///   - there: The kinds of the slots that there are.
    package static func noSlot(given: String, there: [String]) -> Self {
        .init(
            .noSlot,
            "this store has no slot of the kind \(given); its slots: \(there.joined(separator: ", "))",
            fix: "open it with one of those; keyfolio seal status shows them"
        )
    }

    package static func noKeyGiven(there: [String]) -> Self {
        .init(
            .noSlot,
            "nothing was given that could open this store; its slots: \(there.joined(separator: ", "))",
            fix: "give --key-file or --passphrase-file, or the credentials of the service"
        )
    }

    package static func wrongShares() -> Self {
        .init(
            .wrongShares,
            "the shares do not open this store: one or more of them are not of its key, or are mistyped",
            fix: "begin again with the shares that were given out last; which of them is wrong cannot be told"
        )
    }

    package static func invalidShares(_ why: String) -> Self {
        .init(.invalidShares, "a key cannot be cut into these shares: \(why)", fix: "for example 5 shares, threshold 3")
    }

    /// - Parameter why: The service's own code or what is wrong, without anything that was sent.
    package static func serviceRefused(_ why: String) -> Self {
        .init(
            .serviceRefused,
            "the service that keeps the key refuses: \(why)",
            fix: "check the credentials in the environment and the key's rights; another slot opens the store meanwhile"
        )
    }

    package static func serviceUnavailable(_ why: String) -> Self {
        .init(
            .serviceUnavailable,
            "the service that keeps the key does not answer: \(why)",
            fix: "check the network and the service, then try again; another slot opens the store meanwhile"
        )
    }

    package static func sealed() -> Self {
        .init(
            .sealed,
            "the store is sealed: its keys are not in memory",
            fix: "give the shares to sys/unseal, or start the server anew with a key"
        )
    }

    package static func slotExists(_ what: String) -> Self {
        .init(.slotExists, "the store opens with \(what) already", fix: "keyfolio seal rekey replaces it")
    }

    package static func tooManySlots(_ limit: Int, of what: String) -> Self {
        .init(
            .tooManySlots,
            "the store opens with \(limit) \(what) already, and each is tried in turn",
            fix: "remove one that is not needed any more with keyfolio seal remove, or use another kind"
        )
    }
}
