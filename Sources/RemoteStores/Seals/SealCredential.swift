internal import SecretStore
internal import Secrets

/// A credential for a service that keeps a slot's key.
struct SealCredential: Sendable {
    let text: Secret<String>

    init(_ text: String) { self.text = Secret(text) }

    /// Reads a file: see ``CredentialFile``.
    ///
    /// - Throws: `KF-STORE-029`, naming the variable and not the path.
    init(file path: String, named name: String) throws(StoreError) {
        do throws(CredentialFile.Failure) { text = try CredentialFile.read(path) } catch {
            let why =
                switch error {
                case .unreadable: "cannot be read"
                case .empty: "is empty or cannot be read"
                case .noText: "holds no text"
                }
            throw .serviceRefused("the file that \(name)_FILE names \(why)")
        }
    }
}
