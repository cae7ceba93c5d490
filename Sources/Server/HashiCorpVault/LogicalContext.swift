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
        let canCreate = access.decide(.create, on: resource, parameters: sent).isAllowed
        let canUpdate = access.decide(.update, on: resource, parameters: sent).isAllowed
        if exists != nil, canCreate, !canUpdate { asked = .create }
        return try Self.run(vault, action, asked, on: resource, changing: isChanging, parameters: sent) { directory in
            if let exists, !(try exists(directory) ? canUpdate : canCreate) { throw LogicalFault.denied }
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
    func admit() throws {
        let isOpen = [VaultCall.preflight, .visibleMounts, .resultantACL].contains(routed.call)
        // The gate asks about secrets by itself.
        guard !isOpen, mount.engine != .keyValue2, routed.route.access != .anybody else { return }
        let access = vault.identity.access
        let sent = request.operation == .write ? parameters.object : nil
        if routed.route.access == .sudo, !hasSudo { try refuse(.sudo) }
        let isAllowed = access.decide(capability, on: resource, parameters: sent).isAllowed
        let canCreate = request.operation == .write && access.decide(.create, on: resource, parameters: sent).isAllowed
        if !isAllowed && !canCreate { try refuse(capability) }
    }

    private func refuse(_ capability: Capability) throws {
        try Self.run(vault, action, capability, on: resource, changing: false) { _ in }
        throw LogicalFault.denied
    }

    /// The closures of the gate throw one type; those of handlers throw two.
    private static func run<Result>(
        _ vault: Vault,
        _ action: AuditAction,
        _ capability: Capability,
        on resource: String,
        changing isChanging: Bool,
        detail: String? = nil,
        parameters: JSONObject? = nil,
        _ body: (inout Directory) throws -> Result
    ) throws -> Result {
        var thrown: LogicalFault?
        do throws(StoreError) {
            return try vault.perform(
                action,
                capability,
                on: resource,
                changing: isChanging,
                detail: detail,
                parameters: parameters
            ) { (directory) throws(StoreError) in
                do {
                    return try body(&directory)
                } catch let error as StoreError {
                    throw error
                } catch {
                    thrown = error as? LogicalFault
                    throw .invalidAttribute("the request is not valid")
                }
            }
        } catch {
            throw thrown ?? error
        }
    }
}
