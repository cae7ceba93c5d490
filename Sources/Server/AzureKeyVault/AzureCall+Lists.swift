internal import SecretStore
internal import Vaulting

extension AzureCall {
    /// How many secrets a page looks at, at most: those of the other list, and those without a name, are passed over.
    /// A page may so be short, or empty, and still have a next one.
    private static let looks = 500

    /// A page of secrets, or of those that are marked for deletion.
    func list(_ list: AzurePage.List, _ vault: Vault) throws(AzureFailure) -> [UInt8] {
        let page = try said { () throws(AzureError) in try AzurePage(query, of: list) }
        let prefix = host.vault.segment.flatMap { try? SecretPath($0) }
        var last = page.after.flatMap { try? SecretPath($0) }
        var items: [AzureObject] = []
        var looked = 0
        var isMore = true
        while isMore, items.count < page.size, looked < Self.looks {
            let infos = try store { () throws(StoreError) in try vault.list(under: prefix, after: last, limit: 100) }
            isMore = infos.count == 100
            for (position, info) in infos.enumerated() {
                last = prefix == nil ? Self.beyondOtherVaults(info.path) : info.path
                looked += 1
                if last != info.path {
                    // What follows is listed anew, from behind all of them.
                    isMore = true
                    break
                }
                guard (info.deletion != nil) == (list == .deleted), let name = AzureName(info.path, in: host.vault)
                else { continue }
                items.append(try item(info, name, vault))
                if items.count == page.size {
                    isMore = isMore || position + 1 < infos.count
                    break
                }
            }
        }
        let path = list == .deleted ? "/deletedsecrets" : "/secrets"
        return page.body(items, last: isMore ? last?.text : nil, of: list, path: path, host, version)
    }

    /// A page of a secret's versions, oldest first. Those that were deleted one by one, which Azure cannot do, are not
    /// there.
    func listVersions(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> [UInt8] {
        let page = try said { () throws(AzureError) in try AzurePage(query, of: .versions) }
        let secret = try find(name, vault) { (path) throws(StoreError) in try vault.describe(path) }
        guard secret.deletion == nil else { throw .said(.secretNotFound(name.text)) }
        let after = page.after.flatMap { Int($0) } ?? 0
        let rest = secret.versions.filter { $0.number > after && $0.state == .live }
        let shown = rest.prefix(page.size)
        let spelling = spelled(secret.path, name)
        let items = shown.map { details in
            AzureBundle(
                name: spelling,
                version: details.id.hex,
                attributes: .init(details.attributes, created: details.created)
            ).object(host, version, settings)
        }
        let last = rest.count > shown.count ? shown.last.map { String($0.number) } : nil
        return page.body(items, last: last, of: .versions, path: "/secrets/\(spelling)/versions", host, version)
    }

    /// One line of a list: what is said of the current version, to who may see that.
    private func item(_ info: SecretInfo, _ name: AzureName, _ vault: Vault) throws(AzureFailure) -> AzureObject {
        var bundle = AzureBundle(name: name.text)
        bundle.attributes.created = info.created
        bundle.attributes.updated = info.updated
        bundle.deletion = info.deletion.map { ($0.deleted, $0.purged) }
        do throws(StoreError) {
            let secret = try vault.describe(info.path)
            bundle = self.bundle(of: secret, name.text, deletion: info.deletion)
            bundle.version = nil
        } catch {
            guard error.isDenied else { throw .store(error) }
        }
        return bundle.object(host, version, settings)
    }

    /// Among plain paths, those of other vaults, mounts and regions lie together, behind an `@`: there may be many, and
    /// none is listed here.
    private static func beyondOtherVaults(_ path: SecretPath) -> SecretPath {
        guard path.text.utf8.first == UInt8(ascii: "@") else { return path }
        return (try? SecretPath("@" + String(repeating: "z", count: 64))) ?? path
    }
}
