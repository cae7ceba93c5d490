internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Vaulting

/// One call that is under way: who asks, what, and the gate.
struct LogicalContext: Sendable {
    /// The gate, for whoever asks.
    let vault: Vault
    /// Who was let in; nil where nobody is asked for a token.
    let session: Session?
    let request: LogicalRequest
    let routed: RoutedCall
    let mount: MountRecord
    let table: MountTable
    let adapter: HashiCorpVaultAdapter

    var parameters: LogicalParameters { request.parameters }

    /// What a policy's rule is about: the path, with a slash at its end for a listing.
    var resource: String {
        let isListing = request.operation == .list || request.operation == .scan
        return isListing ? request.path + "/" : request.path
    }

    /// The gate for what belongs to a call that the policy has already decided about: the metadata in an answer that a
    /// version is deleted, the secrets of a mount that is taken away. The log still has who asked.
    var trusted: Vault {
        vault.acting(
            as: Identity(principal: vault.identity.principal, access: .root, session: vault.identity.session)
        )
    }

    /// Whether the policy gives `sudo` on the path.
    var hasSudo: Bool { vault.identity.access.decide(.sudo, on: resource).isAllowed }

    /// The name in the audit log.
    var action: AuditAction { AuditAction(rawValue: "vault.\(routed.call.rawValue)") }

    /// The capability that the verb needs.
    private var capability: Capability {
        switch request.operation {
        case .read, .header: .read
        case .list, .scan: .list
        case .write: .update
        case .patch: .patch
        case .delete: .delete
        }
    }

    /// Does something with the directory: the policy is asked for the verb's capability on the request's path.
    ///
    /// - Parameters:
    ///   - isChanging: Whether it may change the directory.
    ///   - exists: For a write, whether what is written is there: then it needs `update`, and else `create`. nil for
    ///     `update` in any case.
    ///   - body: What to do. When it throws, nothing was changed.
    @discardableResult
    func perform<Result>(
        changing isChanging: Bool,
        exists: ((borrowing Directory) throws -> Bool)? = nil,
        _ body: (inout Directory) throws -> Result
    ) throws -> Result {
        let access = vault.identity.access
        let sent = request.operation == .write || request.operation == .patch ? parameters.object : nil
        if routed.route.access == .sudo, !hasSudo { try refuse(.sudo) }
        var asked = capability
        let canCreate = access.decide(.create, on: resource, parameters: sent).admits(wrapping: request.wrapSeconds)
        let canUpdate = access.decide(.update, on: resource, parameters: sent).admits(wrapping: request.wrapSeconds)
        if exists != nil, canCreate, !canUpdate { asked = .create }
        return try Self.run(vault, action, asked, on: resource, changing: isChanging, parameters: sent) { directory in
            if let exists, case let isThere = try exists(directory), !(isThere ? canUpdate : canCreate) {
                let needed: Capability = isThere ? .update : .create
                directory.rule = access.decide(needed, on: resource, parameters: sent).refusalText(of: needed)
                throw LogicalFault.denied
            }
            return try body(&directory)
        }
    }

    /// Does something with the directory for a call that nobody's policy decides about, such as a login.
    @discardableResult
    func performTrusted<Result>(
        changing isChanging: Bool,
        detail: String? = nil,
        _ body: (inout Directory) throws -> Result
    ) throws -> Result {
        try Self.run(trusted, action, .update, on: resource, changing: isChanging, detail: detail, body)
    }

    /// Asks the policy, and leaves a record, for a call that needs nothing of the directory.
    func require() throws { try perform(changing: false) { _ in } }

    /// Asks the policy before anything of the request is looked at: whoever may do nothing here learns nothing here, not
    /// even what was wrong with what they sent. What is then done asks once more, and leaves the record.
    ///
    /// It asks about the path as it was sent, and with the parameters. The gate asks about a secret by the path in the
    /// store, where some bytes are spelled otherwise: a rule that denies `secret/data/a b` holds for both.
    func admit() throws {
        let isOpen = [VaultCall.preflight, .visibleMounts, .resultantACL].contains(routed.call)
        guard !isOpen, routed.route.access != .anybody, !isWrappingTokensOwn else { return }
        if routed.route.access == .sudo, !hasSudo { try refuse(.sudo) }
        if isAllowed(with: request.operation == .list ? nil : parameters.object) { return }
        // What the gate refuses by itself has a record that names the secret.
        if mount.engine == .keyValue2, !isAllowed(with: nil), hasPlainPath { return }
        try refuse(capability)
    }

    private func isAllowed(with sent: JSONObject?) -> Bool {
        let access = vault.identity.access
        func admits(_ capability: Capability) -> Bool {
            access.decide(capability, on: resource, parameters: sent).admits(wrapping: request.wrapSeconds)
        }
        return admits(capability) || (request.operation == .write && admits(.create))
    }

    /// Whether the secret's path in the store is the one that was sent.
    private var hasPlainPath: Bool {
        guard let path = routed.names["path"], !path.isEmpty else { return false }
        guard let stored = try? mount.secrets.secret(path) else { return false }
        return !stored.text.utf8.contains(UInt8(ascii: "="))
    }

    /// Refuses, and leaves a record.
    func refuse(_ capability: Capability) throws {
        let sent = request.operation == .list ? nil : parameters.object
        try Self.run(
            vault,
            action,
            capability,
            on: resource,
            changing: false,
            parameters: sent
        ) { _ in }
        throw LogicalFault.denied
    }

    /// The closures of the gate throw one type; those of handlers throw two. What a handler answers is the answer once its
    /// record is there: when that could not be written, the disk's error is.
    static func run<Result>(
        _ vault: Vault,
        _ action: AuditAction,
        _ capability: Capability,
        on resource: String,
        changing isChanging: Bool,
        detail: String? = nil,
        parameters: JSONObject? = nil,
        begins: Bool = false,
        _ body: (inout Directory) throws -> Result
    ) throws -> Result {
        var thrown: (fault: LogicalFault, recorded: StoreError)?
        do throws(StoreError) {
            return try vault.perform(
                action,
                capability,
                on: resource,
                changing: isChanging,
                detail: detail,
                parameters: parameters,
                begins: begins
            ) { (directory) throws(StoreError) in
                do {
                    return try body(&directory)
                } catch let error as StoreError {
                    throw error
                } catch {
                    let recorded = Self.recorded(error as? LogicalFault, action)
                    thrown = (error as? LogicalFault).map { ($0, recorded) }
                    throw recorded
                }
            }
        } catch {
            guard let thrown, thrown.recorded == error else { throw error }
            throw thrown.fault
        }
    }

    /// What the record says of what a handler answered.
    private static func recorded(_ fault: LogicalFault?, _ action: AuditAction) -> StoreError {
        switch fault?.status {
        case 403: .denied(action.rawValue, nil)
        case 404: .noSuchEntry("entry")
        default: .invalidAttribute("the request is not valid")
        }
    }
}
