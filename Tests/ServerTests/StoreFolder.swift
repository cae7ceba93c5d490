import Foundation
import SecretStore
import StorageSQLite
import Vaulting

/// A store in a folder that only its user may enter, and that goes with it.
final class StoreFolder: Sendable {
    let path: String
    let vault: Vault

    /// - Parameters:
    ///   - owner: Who the store's own acts are recorded as.
    ///   - options: The store's.
    init(owner: String = "test", options: VaultOptions = VaultOptions()) throws {
        path = NSTemporaryDirectory() + "keyfolio-server-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        vault = try LocalVault.create(
            at: path + "/store.keyfolio",
            key: .keyFile(path + "/keys/key"),
            identity: .owner(Principal(owner)),
            options: options
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
