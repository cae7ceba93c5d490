internal import Crypto
internal import SecretStore
internal import Synchronization

/// What stands behind the gate: the storage, the keys, the end of the audit log. Only ``Vault`` calls it.
///
/// One thread at a time: everything here is used inside ``synchronized(_:)``, which is what makes it sendable.
final class Engine: @unchecked Sendable {
    private let lock = Mutex(())
    let storage: any VaultStorage
    let keys: RootKeys
    let keyring: Keyring
    /// Changes secrets, data keys and slots, and keeps the hash of all of them.
    let stateRows: StateRows
    let options: VaultOptions
    let anchor: Anchor?
    /// The head that was last seen and found to be signed: its signature is not verified again.
    private var trustedHead: AuditHeadRow?

    init(storage: any VaultStorage, keys: RootKeys, options: VaultOptions, anchor: Anchor?) {
        self.storage = storage
        self.keys = keys
        self.options = options
        self.anchor = anchor
        stateRows = StateRows(keys: keys, storage: storage)
        keyring = Keyring(keys: keys, storage: storage, stateRows: stateRows)
    }

    /// Does something while no other thread is behind the gate.
    func synchronized<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        // The lock's own closure wants a result that can be sent; ours stays with the caller, in this thread.
        var outcome: Swift.Result<Result, Failure>?
        lock.withLock { _ in
            do throws(Failure) {
                outcome = .success(try body())
            } catch {
                outcome = .failure(error)
            }
        }
        guard let outcome else { preconditionFailure("the closure ran") }
        return try outcome.get()
    }

    /// Runs a transaction that ends with records in the audit log and a new signed head.
    func commit<Result>(
        _ mode: TransactionMode,
        _ body: (inout AuditLog) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do throws(StoreError) {
            let (result, head) = try storage.transaction(mode) { () throws(StoreError) -> (Result, AuditHeadRow) in
                let head = try self.head()
                stateRows.begin(head.state)
                var log = AuditLog(after: head, now: options.clock(), keys: keys, storage: storage)
                let result = try body(&log)
                return (result, try log.close(state: stateRows.end()))
            }
            trustedHead = head
            if mode == .durable { anchor?.write(head, keys: keys) }
            return result
        } catch {
            // Data keys that were made in the transaction were never there.
            keyring.forget()
            throw error
        }
    }

    /// The head as the storage has it, once its signature is verified.
    func head() throws(StoreError) -> AuditHeadRow {
        let head = try storage.header().head
        if head != trustedHead {
            guard head.isSigned(storeID: keys.storeID, publicKey: keys.signing.publicKey) else {
                throw .auditBroken(record: nil)
            }
            trustedHead = head
        }
        return head
    }
}

extension StoreError {
    /// Whether the error says something about the request, and so belongs into the audit log, or about the moment.
    var isDecision: Bool { category != .unavailable }

    /// The error of a read whose record could not be written.
    var withoutAnswer: StoreError {
        isFullOrReadOnly ? .auditUnwritable(self) : self
    }
}
