/// Somebody that a file can be encrypted to.
public protocol AgeRecipient: Sendable {
    /// Which other recipients may stand in the same header.
    var mixing: AgeMixing { get }

    /// Wraps a file key, so that this recipient's identity can unwrap it.
    ///
    /// - Parameter fileKey: The key of one file.
    /// - Returns: One or more stanzas, made for this file alone.
    /// - Throws: ``AgeError`` where the key cannot be wrapped.
    func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza]
}

extension AgeRecipient {
    /// ``AgeMixing/classical``.
    public var mixing: AgeMixing { .classical }
}

/// Which recipients may be combined: those of the same kind, except for those that stand alone.
///
/// One weak recipient weakens the file for all, so a header does not mix strengths.
public enum AgeMixing: Sendable {
    /// A recipient that a quantum computer could break.
    case classical
    /// A recipient that resists a quantum computer.
    case postQuantum
    /// A passphrase: it alone says who wrote the file, so nothing stands beside it.
    case alone
}

/// Somebody who can open a file.
public protocol AgeIdentity: Sendable {
    /// Looks for a stanza that is addressed to this identity.
    ///
    /// - Parameter stanzas: All stanzas of the header, in their order.
    /// - Returns: The file key, or nil when no stanza is for this identity.
    /// - Throws: ``AgeError`` where a stanza of this identity's type breaks the format.
    func unwrap(_ stanzas: [AgeStanza]) throws(AgeError) -> AgeFileKey?
}
