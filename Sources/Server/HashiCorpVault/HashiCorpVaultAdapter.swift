internal import AccessPolicy
internal import Findings
public import HTTPModel
public import SecretStore
internal import Secrets
internal import Synchronization
public import Vaulting

/// HashiCorp Vault's HTTP API over the gate, as `vault`, `bao` and hvac speak it.
///
/// It turns bytes into a call of ``Route/all`` and the call's end into bytes. What is allowed, what is kept and what is
/// written down is the gate's business.
public final class HashiCorpVaultAdapter: Sendable {
    /// What is told about the server.
    public let state: HashiCorpVaultState
    /// Whether a LIST shows only what the caller may read. Vault shows every name.
    public let filtersLists: Bool
    /// The mounts as they were read last; nil when they changed since.
    private let table = Mutex<MountTable?>(nil)

    /// Makes an adapter.
    public init(state: HashiCorpVaultState, filtersLists: Bool = true) {
        self.state = state
        self.filtersLists = filtersLists
    }

    /// Reads the mounts anew at the next request. Called after every change of them, also of one that is taken back.
    func forgetMounts() { table.withLock { $0 = nil } }

    /// The mounts.
    ///
    /// - Parameter vault: The gate of the group; the look-up is the server's own.
    func mounts(_ vault: Vault) throws(StoreError) -> MountTable {
        if let known = table.withLock({ $0 }) { return known }
        let own = vault.acting(as: .owner(Principal("keyfolio-server")))
        let read = try own.perform(.init(rawValue: "vault.mounts"), .read, on: "sys/mounts", changing: false) {
            (directory) throws(StoreError) in try MountTable(directory)
        }
        table.withLock { $0 = read }
        return read
    }
}
