/// What a rule of a policy can give or take, by the names of HashiCorp Vault ("Policies", section "Capabilities").
public enum Capability: String, Sendable, Hashable, CaseIterable {
    /// Make what is not there yet.
    case create
    /// See it.
    case read
    /// Change what is there.
    case update
    /// Change a part of it.
    case patch
    /// Delete it.
    case delete
    /// See the names below it.
    case list
    /// Reach the paths that are protected beyond their other capability.
    case sudo
    /// Nothing, whatever other policies say about the same pattern.
    case deny
    /// What the root policy has. It is an answer only: no policy text can give it.
    case root

    /// The capabilities that a policy text can name.
    static let writable: [Capability] = allCases.filter { $0 != .root }
}

/// Capabilities as a set in one number, so that a decision needs no memory of its own.
public struct CapabilitySet: OptionSet, Sendable, Hashable {
    /// One bit for each capability.
    public let rawValue: UInt16

    /// Takes the bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The set of one capability.
    public init(_ capability: Capability) {
        switch capability {
        case .create: rawValue = 1
        case .read: rawValue = 2
        case .update: rawValue = 4
        case .patch: rawValue = 8
        case .delete: rawValue = 16
        case .list: rawValue = 32
        case .sudo: rawValue = 64
        case .deny: rawValue = 128
        case .root: rawValue = 256
        }
    }

    /// The set of some capabilities.
    public init(_ capabilities: some Sequence<Capability>) {
        self = capabilities.reduce(into: []) { $0.formUnion(CapabilitySet($1)) }
    }

    /// Deny and nothing else: what a rule that names deny means.
    public static let deny = CapabilitySet(.deny)

    /// Whether a capability is in the set.
    public func contains(_ capability: Capability) -> Bool { contains(CapabilitySet(capability)) }

    /// The capabilities, sorted by name.
    public var sorted: [Capability] {
        Capability.allCases.filter { contains($0) }.sorted { $0.rawValue < $1.rawValue }
    }
}
