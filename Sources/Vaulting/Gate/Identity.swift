public import AccessPolicy
public import SecretStore

/// Who stands at the gate, and what they may do.
public struct Identity: Sendable {
    /// Who.
    public let principal: Principal
    /// What they may do.
    public let access: AccessControl
    /// By which credential they came; nil on a machine of their own.
    public let session: String?

    /// Puts the parts together.
    ///
    /// - Parameter session: The accessor of a token or the id of a key: it names the credential and opens nothing.
    public init(principal: Principal, access: AccessControl, session: String? = nil) {
        self.principal = principal
        self.access = access
        self.session = session
    }

    /// The user of this machine who holds the store's key: everything.
    public static func owner(_ principal: Principal) -> Identity {
        Identity(principal: principal, access: .root)
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
