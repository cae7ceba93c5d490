internal import Findings
internal import SecretStore
internal import Vaulting

/// `sys/remount`: a mount gets another path. It is done when the request is answered; Vault's clients ask for its state
/// all the same.
extension LogicalContext {
    func remount() throws -> LogicalResponse {
        let waiting = try perform(changing: false) { try $0.names(in: MountTable.waitingCollection) }
        let (from, to) = (try mountPath("from"), try mountPath("to"))
        guard from.hasPrefix("auth/") == to.hasPrefix("auth/") else {
            throw LogicalFault.invalid("cannot remount between a secrets engine and an auth method")
        }
        guard let mount = table[from] else { throw LogicalFault.invalid("no matching mount at \"\(from)/\"") }
        guard !mount.isBuiltIn else { throw LogicalFault.invalid("cannot remount \"\(from)/\"") }
        let name = to.hasPrefix("auth/") ? String(to.dropFirst(5)) : to
        let target = (to.hasPrefix("auth/") ? "auth/" : "") + (try Self.checkedMountPath(name))
        guard !table.mounts.contains(where: { $0.path.lowercased() == target.lowercased() && $0.path != from }),
            target != from
        else { throw LogicalFault.invalid("path already in use at \"\(target)/\"") }
        let moved = mount.moved(to: target)
        // Every new path is known before anything is changed; then all of it is, or nothing.
        let secrets = mount.isAuth ? [] : try secretsToMove(of: mount, to: moved)
        let metadata = mount.isAuth ? [] : try metadataToMove(waiting, of: mount, to: moved)
        var quotas: (quotas: [RateQuota], settings: RateQuotaSettings)?
        try trusted.move(secrets, then: action, on: resource) { (directory) throws(StoreError) in
            for (from, to) in metadata {
                guard let document = try directory.document(MountTable.waitingCollection, from) else { continue }
                try directory.remove(MountTable.waitingCollection, from)
                try directory.put(MountTable.waitingCollection, to, document)
            }
            try directory.remove(MountTable.collection, mount.path)
            try directory.put(MountTable.collection, moved.path, moved.json)
            // What was got through the old path ends, as in Vault.
            let count = mount.isAuth ? try directory.revokeAll(below: mount.path) : 0
            directory.detail = "\(mount.path) to \(moved.path), \(count) tokens ended"
            quotas = try RateQuota.move(below: mount.path, to: moved.path, &directory)
        }
        adapter.forgetMounts()
        if let quotas { adapter.limiter.take(quotas.quotas, quotas.settings) }
        let id = VersionID().uuid
        adapter.remember(Remount(id: id, source: mount.path + "/", target: moved.path + "/"))
        return .data(JSONObject(members: ["migration_id": .string(id)]))
    }

    func readRemount() throws -> LogicalResponse {
        try require()
        guard let found = adapter.remount(routed["id"]) else { throw LogicalFault.notFound }
        let info = JSONObject(members: [
            "source_mount": .string(found.source), "status": "success", "target_mount": .string(found.target),
        ])
        return .data(JSONObject(members: ["migration_id": .string(found.id), "migration_info": .object(info)]))
    }

    private func secretsToMove(
        of mount: MountRecord,
        to moved: MountRecord
    ) throws -> [(from: SecretPath, to: SecretPath)] {
        let prefix = try mount.secrets.prefix("")
        let infos = try trusted.list(under: prefix, after: nil, limit: Self.mostMoved + 1, isHeld: true)
        guard infos.count <= Self.mostMoved else {
            throw LogicalFault.invalid(
                "the mount has more than \(Self.mostMoved) secrets: this server moves no more at once"
            )
        }
        var items: [(from: SecretPath, to: SecretPath)] = []
        for info in infos {
            guard let path = mount.secrets.path(of: info.path) else { continue }
            items.append((info.path, try moved.secrets.secret(path)))
        }
        return items
    }

    /// Names of what was said about secrets that have no version yet.
    private func metadataToMove(
        _ names: [String],
        of mount: MountRecord,
        to moved: MountRecord
    ) throws(LogicalFault) -> [(from: String, to: String)] {
        var items: [(from: String, to: String)] = []
        for name in names {
            guard let old = try? SecretPath(name), let path = mount.secrets.path(of: old) else { continue }
            items.append((name, try moved.secrets.secret(path).text))
        }
        return items
    }

    /// The most secrets of a mount that is moved: everybody else waits meanwhile.
    private static let mostMoved = 1000

    private func mountPath(_ name: String) throws(LogicalFault) -> String {
        guard var path = try parameters.text(name).map(LogicalParameters.trimmed), !path.isEmpty else {
            throw .invalid("both 'from' and 'to' path must be specified as a string")
        }
        guard path.utf8.count <= 256 else { throw .invalid("'\(name)' is longer than 256 bytes") }
        if path.utf8.first == UInt8(ascii: "/") { path.removeFirst() }
        while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        return path
    }
}

/// A mount that was moved.
struct Remount: Sendable, Hashable {
    let id: String
    let source: String
    let target: String

    /// How many are remembered.
    static let most = 64
}
