internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Vaulting

/// KV version 1: one payload at a path, without versions to its clients.
///
/// Its paths have no `data/` and `metadata/` in them, so the policy is asked about the path as it is, and the gate does
/// then what was allowed.
extension LogicalContext {
    func readFlat() throws -> LogicalResponse {
        let path = try secretPath()
        try require()
        var response = LogicalResponse.data(KVData.object(of: try trusted.read(path).payload))
        response.leaseDuration = mount.defaultLease == 0 ? MountRecord.systemLease : mount.defaultLease
        return response
    }

    func writeFlat() throws -> LogicalResponse {
        let path = try secretPath()
        guard parameters.object.count > 0 else { throw LogicalFault.invalid("missing data fields") }
        let isThere = (try? trusted.describe(path)) != nil
        try perform(changing: false, exists: { _ in isThere }) { _ in }
        try trusted.write(path, KVData.payload(of: parameters.object))
        return .empty
    }

    func deleteFlat() throws -> LogicalResponse {
        let path = try secretPath()
        try require()
        do {
            try trusted.remove(path)
        } catch {
            guard error.category == .notFound else { throw error }
        }
        return .empty
    }

    func listFlat() throws -> LogicalResponse {
        try require()
        let prefix = try mount.secrets.prefix(routed["path"])
        let names = try trusted.children(of: prefix, isFiltered: false).map(mount.secrets.decodedName)
        let seen = adapter.filtersLists ? names.filter(maySeeFlat) : names
        return try .keys(seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Whether a name is shown in a listing: by what the policy says of its path, or of something below it.
    private func maySeeFlat(_ name: String) -> Bool {
        let access = vault.identity.access
        let path = resource + name
        return [Capability.read, .list].contains { capability in
            name.last == "/"
                ? access.mayHold(capability, under: path) : access.decide(capability, on: path).isAllowed
        }
    }
}
