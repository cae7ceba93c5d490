import RemoteStores
import SecretStore
import Secrets
import Server
import StorageSQLite
import Vaulting
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the program has to open a store with, tried in turn: the key file, the passphrase, what lies in services. A slot
/// that cannot be opened is said, and the next is tried: that is what several are for.
struct StoreKeys {
    private let keyFile: String?
    private let passphraseFile: String?
    private static let passphraseBytes = 4096

    init(_ command: ServeCommand) {
        keyFile = command.keyFile
        passphraseFile = command.passphraseFile ?? Console.variable("KEYFOLIO_PASSPHRASE_FILE") ?? Self.credential()
    }

    /// The file that systemd's `LoadCredential=passphrase:…` makes.
    private static func credential() -> String? {
        guard let folder = Console.variable("CREDENTIALS_DIRECTORY") else { return nil }
        let path = "\(folder)/passphrase"
        return unsafe access(path, F_OK) == 0 ? path : nil
    }

    /// Opens a store.
    ///
    /// - Returns: nil when only shares can open it.
    /// - Throws: ``StoreError``: what is wrong with the store, or with the last key that was tried.
    func open(_ place: ServedStore.Place) throws(StoreError) -> Vault? {
        let slots = try place.slots()
        var last: StoreError?
        for slot in Self.inOrder(slots) {
            do throws(StoreError) {
                guard let key = try key(for: slot) else { continue }
                let vault = try place.open(key)
                if last != nil { Console.complain("opened with slot \(slot.number), \(slot.kind.rawValue)") }
                return vault
            } catch {
                // What is wrong with the store itself no other key mends.
                guard error.category == .sealed || error.isServiceUnavailable else { throw error }
                Console.complain(
                    "slot \(slot.number), \(slot.kind.rawValue): \(error.code): \(error.message)\n  → \(error.fix)"
                )
                last = error
            }
        }
        for (given, kind, option) in [
            (keyFile, SealSlot.Kind.keyFile, "the key file"),
            (passphraseFile, .passphrase, "the file of the passphrase"),
        ] where given != nil && !slots.contains(where: { $0.kind == kind }) {
            Console.complain(
                "\(option) opens nothing: the store has no slot of the kind \(kind.rawValue)\n  → keyfolio seal status shows those that it has"
            )
        }
        if slots.contains(where: { $0.kind == .shares }) { return nil }
        throw last ?? .noKeyGiven(there: Set(slots.map(\.kind.rawValue)).sorted())
    }

    /// One slot of each kind that a key file or a passphrase opens: which one it is, is found out by opening it.
    private static func inOrder(_ slots: [SealSlot]) -> [SealSlot] {
        let one = [SealSlot.Kind.keyFile, .passphrase].compactMap { kind in slots.first { $0.kind == kind } }
        return one + slots.filter(\.kind.isService)
    }

    private func key(for slot: SealSlot) throws(StoreError) -> KeySource? {
        switch slot.kind {
        case .keyFile: return keyFile.map { .keyFile($0) }
        case .passphrase: return try passphraseFile.map { (path) throws(StoreError) in try Self.passphrase(in: path) }
        case .awsKMS, .vaultTransit, .azureKeyVault:
            return .service(try SealServices.service(of: slot, environment: Console.variable))
        case .shares, .unknown: return nil
        }
    }

    private static func passphrase(in path: String) throws(StoreError) -> KeySource {
        guard var bytes = try? Files.read(path, limit: passphraseBytes) else {
            throw .keyFileUnusable("the file of the passphrase cannot be read")
        }
        defer {
            unsafe bytes.withUnsafeMutableBytes { memory in
                if let base = memory.baseAddress { unsafe explicit_bzero(base, memory.count) }
            }
        }
        // The newline at its end is the editor's.
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = unsafe bytes.withUnsafeBytes({ unsafe Secret<String>(bytes: $0) }) else {
            throw .keyFileUnusable("the file of the passphrase holds no UTF-8 text")
        }
        return .passphrase(text)
    }
}
