internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// One request to a vault, read and well formed: the operation, and how it is done at the gate.
///
/// What each operation needs of the policy, beside what its name says: `update`, `delete`, `recover`, `purge`, the list
/// of versions and everything about a deleted secret read the secret's metadata, because their answers show it.
struct AzureCall: Sendable {
    let operation: AzureOperation
    let host: AzureHost
    let version: AzureVersion
    let settings: AzureSettings
    let query: HTTPQuery
    let body: [UInt8]

    /// Reads a request.
    ///
    /// - Throws: ``AzureError``.
    init(_ request: HTTPRequest, _ host: AzureHost, _ settings: AzureSettings) throws(AzureError) {
        guard (request.rawQuery ?? "").utf8.count <= 8192, let query = HTTPQuery(request.rawQuery) else {
            throw .badParameter("The query of the request URI is not valid.")
        }
        version = try AzureVersion(parameter: query["api-version"])
        operation = try AzureOperation(request)
        self.host = host
        self.settings = settings
        self.query = query
        body = request.body
    }

    /// Does what is asked.
    ///
    /// - Parameter visitor: Who was let in.
    /// - Returns: Status and body of the answer.
    func perform(_ visitor: Visitor) throws(AzureError) -> (status: Int, body: [UInt8]) {
        let vault = visitor.vault
        do throws(AzureFailure) {
            switch operation {
            case .set(let name): return (200, render(try set(name, vault)))
            case .get(let name, let version): return (200, render(try get(name, version, vault)))
            case .update(let name, let version): return (200, render(try update(name, version, vault)))
            case .delete(let name): return (200, render(try delete(name, vault)))
            case .getDeleted(let name): return (200, render(try deleted(name, vault).bundle))
            case .recover(let name): return (200, render(try recover(name, vault)))
            case .purge(let name):
                let path = try deleted(name, vault).path
                try store { () throws(StoreError) in try vault.remove(path, onlyMarked: true) }
                return (204, [])
            case .backup(let name): return (200, try backUp(name, vault))
            case .restore: return (200, render(try putBack(vault)))
            case .list: return (200, try list(.secrets, vault))
            case .listDeleted: return (200, try list(.deleted, vault))
            case .listVersions(let name): return (200, try listVersions(name, vault))
            }
        } catch {
            switch error {
            case .said(let error): throw error
            case .store(let error):
                throw AzureError(error, self, principal: visitor.session.identity.principal.name)
            }
        }
    }

    func render(_ bundle: AzureBundle) -> [UInt8] {
        var object = bundle.object(host, version, settings)
        return object.close()
    }
}

/// Why an operation was not done: what the store says still needs the operation's words.
enum AzureFailure: Error {
    case said(AzureError)
    case store(StoreError)
}

/// Calls the store.
func store<Result>(_ body: () throws(StoreError) -> Result) throws(AzureFailure) -> Result {
    do throws(StoreError) { return try body() } catch { throw .store(error) }
}

/// Calls what speaks the service's words already.
func said<Result>(_ body: () throws(AzureError) -> Result) throws(AzureFailure) -> Result {
    do throws(AzureError) { return try body() } catch { throw .said(error) }
}

extension AzureCall {
    /// The name's path, and what else it may mean: see ``AzureName``, "Case".
    private func path(_ name: AzureName) throws(AzureFailure) -> SecretPath {
        try said { () throws(AzureError) in try name.path(in: host.vault) }
    }

    /// Does something with the secret that a name means.
    ///
    /// The exact path comes first, without a look-up: it is nearly always the one.
    func find<Result>(
        _ name: AzureName,
        _ vault: Vault,
        _ body: (SecretPath) throws(StoreError) -> Result
    ) throws(AzureFailure) -> Result {
        let exact = try path(name)
        do throws(StoreError) { return try body(exact) } catch {
            guard error.isNoSuchSecret else { throw .store(error) }
            let others = try store { () throws(StoreError) in try vault.paths(ignoringCaseOf: exact) }
            guard let other = others.first else { throw .store(error) }
            guard others.count == 1 else { throw .said(.ambiguous(name.text)) }
            return try store { () throws(StoreError) in try body(other) }
        }
    }

    /// Where a name is to be written: where it means a secret already, or at its own spelling.
    func destination(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> SecretPath {
        let exact = try path(name)
        let same = try store { () throws(StoreError) in try vault.paths(ignoringCaseOf: exact) }
        if same.isEmpty || same.contains(exact) { return exact }
        guard let other = same.first, same.count == 1 else { throw .said(.ambiguous(name.text)) }
        return other
    }

    /// Which version is meant. A text that is no version's id means none.
    func reference(_ version: String?) throws(AzureFailure) -> VersionReference {
        guard let version else { return .current }
        guard let id = VersionID(hex: version) else {
            throw .said(.secretNotFound(operation.name?.text ?? "", version: version))
        }
        return .id(id)
    }
}
