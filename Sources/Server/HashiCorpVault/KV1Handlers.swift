internal import Findings
internal import SecretStore
internal import Vaulting

/// KV version 1: one payload at a path, without versions to its clients.
extension LogicalContext {
    func readFlat() throws -> LogicalResponse {
        let path = try secretPath()
        var response = LogicalResponse.data(KVData.object(of: try vault.read(path).payload))
        response.leaseDuration = mount.defaultLease == 0 ? MountRecord.systemLease : mount.defaultLease
        return response
    }

    func writeFlat() throws -> LogicalResponse {
        let path = try secretPath()
        guard parameters.object.count > 0 else { throw LogicalFault.invalid("missing data fields") }
        try vault.write(path, KVData.payload(of: parameters.object))
        return .empty
    }

    func deleteFlat() throws -> LogicalResponse {
        let path = try secretPath()
        do {
            try vault.remove(path)
        } catch {
            guard error.category == .notFound else { throw error }
        }
        return .empty
    }

    func listFlat() throws -> LogicalResponse { try listSecrets() }
}
