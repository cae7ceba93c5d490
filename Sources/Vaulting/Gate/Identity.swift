public import SecretStore

/// Who stands at the gate, and what they may do.
public struct Identity: Sendable, Hashable {
    /// Who.
    public let principal: Principal
    /// What they may do.
    public let policy: Policy

    /// Puts the parts together.
    public init(principal: Principal, policy: Policy) {
        self.principal = principal
        self.policy = policy
    }

    /// The user of this machine who holds the store's key.
    public static func owner(_ principal: Principal) -> Identity {
        Identity(principal: principal, policy: .owner)
    }
}

/// How a vault behaves.
public struct VaultOptions: Sendable {
    /// How many versions of a secret are kept: see ``StoreLimits/versionsKept``.
    public var versionsKept: Int
    /// How long to wait for another process that writes, in milliseconds.
    public var patience: Int = 5000
    /// What the time is. Tests set the clock.
    public var clock: @Sendable () -> Timestamp
    /// The cost of a passphrase's slot that is added: the base-two logarithm of scrypt's N. Tests lower it.
    package var scryptLogN = 17

    /// Sets the options.
    public init(
        versionsKept: Int = StoreLimits.versionsKept,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp.now }
    ) {
        self.versionsKept = max(2, versionsKept)
        self.clock = clock
    }
}
