public import Secrets

/// What opens a store.
public enum KeySource: Sendable {
    /// A file with a random key, at a path.
    case keyFile(String)
    /// A passphrase.
    case passphrase(Secret<String>)
    /// A key whose shares came together, or are to be given out.
    case shares(SharedKey)
    /// A key that lies in a service.
    case service(any WrappingService)
}

/// One way to open a store, as it is listed. All of it is in the clear in the store's file.
public struct SealSlot: Sendable, Hashable {
    /// The slot's number, for removing it.
    public let number: Int
    /// What opens it.
    public let kind: Kind
    /// How many shares there are, and how many of them open it; nil for other kinds.
    public internal(set) var shares: (count: Int, threshold: Int)? {
        get { sharing.map { ($0.count, $0.threshold) } }
        set { sharing = newValue.map { Sharing(count: $0.count, threshold: $0.threshold) } }
    }
    /// Where the key is that a service keeps; nil for other kinds.
    public internal(set) var place: String?

    private var sharing: Sharing?

    private struct Sharing: Hashable {
        let count: Int
        let threshold: Int
    }

    init(number: Int, kind: Kind) {
        self.number = number
        self.kind = kind
    }

    /// The most bytes of ``place``.
    public static let placeBytes = 2048

    /// What opens a slot.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A key file.
        case keyFile = "key-file"
        /// A passphrase.
        case passphrase
        /// Shares of a key.
        case shares
        /// A key of AWS KMS.
        case awsKMS = "aws-kms"
        /// A key of the transit engine of HashiCorp Vault, OpenBao or Keyfolio.
        case vaultTransit = "vault-transit"
        /// A key of Azure Key Vault.
        case azureKeyVault = "azure-key-vault"
        /// What a newer version of the program made.
        case unknown

        /// Whether a service keeps the key.
        public var isService: Bool { self == .awsKMS || self == .vaultTransit || self == .azureKeyVault }
    }
}
