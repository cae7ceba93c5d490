public import Secrets

/// What opens a store.
public enum KeySource: Sendable {
    /// A file with a random key, at a path.
    case keyFile(String)
    /// A passphrase.
    case passphrase(Secret<String>)
}

/// One way to open a store, as it is listed.
public struct SealSlot: Sendable, Hashable {
    /// The slot's number, for removing it.
    public let number: Int
    /// What opens it.
    public let kind: Kind

    /// What opens a slot.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A key file.
        case keyFile = "key-file"
        /// A passphrase.
        case passphrase
    }
}
