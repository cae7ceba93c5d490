internal import AccessPolicy
internal import HTTPModel
internal import SecretStore

/// What the fuzz target drives: how each protocol's names become paths of the store and back, with the invariants that
/// hold for any input.
public enum PathFuzzing {
    /// Takes a path of HashiCorp Vault's key-value mounts to the store and back.
    ///
    /// - Parameters:
    ///   - mount: The mount.
    ///   - path: The path below it.
    ///   - isFlat: Whether the mount is of version 1.
    /// - Returns: False when an invariant is broken: it comes back as another one, or belongs to another mount as well.
    public static func goesThroughVault(mount: String, path: String, isFlat: Bool) -> Bool {
        guard !mount.isEmpty else { return true }
        let own = KVPath(mount: mount, isFlat: isFlat && mount != KVPath.ownMount)
        guard let secret = try? own.secret(path) else { return true }
        let others = [
            KVPath(mount: mount == KVPath.ownMount ? "kv" : KVPath.ownMount), KVPath(mount: mount + "x"),
            KVPath(mount: mount, isFlat: !own.isFlat),
        ]
        guard own.path(of: secret).map({ Array($0.utf8) == Array(path.utf8) }) == true else { return false }
        return others.allSatisfy { other in
            // The store's own mount has one version.
            other.mount == own.mount && own.mount == KVPath.ownMount || other.path(of: secret) == nil
        }
    }

    /// Takes a name of Azure's to the store and back.
    ///
    /// - Returns: False when an invariant is broken: the path has a name that is another path, or two names that differ
    ///   in more than case are one.
    public static func goesThroughAzure(_ text: String, _ other: String, vault: String) -> Bool {
        let vault: AzureHost.Vault = vault.isEmpty ? .standard : .named(vault)
        guard let name = try? AzureName(text), let path = try? name.path(in: vault) else { return true }
        if let shown = AzureName(path, in: vault), shown.local != name.local { return false }
        guard let second = try? AzureName(other) else { return true }
        return second.local.text.lowercased() != name.local.text.lowercased()
            || other.lowercased() == text.lowercased() || AzureName(name.local, in: .standard) != nil
    }

    /// Reads the path of a request as HashiCorp Vault's protocol does.
    ///
    /// - Returns: False when an invariant is broken: what was read once is read in another way the second time, or has a
    ///   segment that goes up.
    public static func readsTarget(_ raw: String) -> Bool {
        do throws(LogicalFault) {
            let (path, _) = try LogicalRequest.path(raw)
            let segments = path.split(at: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard !segments.contains(".."), !segments.contains("."), !segments.contains("") else { return false }
            let again = "/v1/" + PercentEncoding.encode(path, keepingSlash: true)
            // Encoded it is up to three times as long, and may be too long a path.
            guard again.utf8.count <= PolicyLimits.pathBytes else { return true }
            guard let (same, _) = try? LogicalRequest.path(again) else { return false }
            return Array(same.utf8) == Array(path.utf8)
        } catch {
            return (400...499).contains(error.status)
        }
    }
}
