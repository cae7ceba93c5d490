internal import SecretStore
internal import Vaulting

extension AzureCall {
    /// What a backup begins with, before the store's sealed form: a format's number, and the length and text of the first
    /// segment of the vault's paths. A backup is put back in the vault it is from, under its own name; the head is there
    /// to say so before anything is done. It protects nothing: the store seals the path itself, and asks the policy.
    private var head: [UInt8] {
        let segment = Array((host.vault.segment ?? "").utf8)
        return [1, UInt8(truncatingIfNeeded: segment.count)] + segment
    }

    func backUp(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> [UInt8] {
        let bytes = try find(name, vault) { (path) throws(StoreError) in try vault.backUp(path) }
        var object = AzureObject()
        object.add("value", Base64.encodeForURL(head + bytes))
        return object.bytes
    }

    func putBack(_ vault: Vault) throws(AzureFailure) -> AzureBundle {
        let bytes = try said { () throws(AzureError) in try AzureBody.restore(body) }
        guard bytes.starts(with: head) else { throw .said(.backupUnreadable) }
        let path = try store { () throws(StoreError) in try vault.putBack(Array(bytes.dropFirst(head.count))) }
        // Only somebody who changed the head gets here without a name.
        guard let name = AzureName(path, in: host.vault) else { throw .said(.backupUnreadable) }
        // The answer shows what was put back to who may see it, and its name to all.
        do throws(StoreError) { return bundle(of: try vault.describe(path), name.text) } catch {
            guard error.isDenied else { throw .store(error) }
            return AzureBundle(name: name.text)
        }
    }
}
