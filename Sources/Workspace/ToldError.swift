internal import Manifest
internal import RemoteStores
internal import SecretStore

/// An error of any module below, in the words in which each of them explains itself.
struct ToldError {
    var code: String
    var message: String
    var fix: String

    init(_ error: any Error) {
        switch error {
        case let error as WorkspaceError: (code, message, fix) = (error.code, error.message, error.fix)
        case let error as StoreError: (code, message, fix) = (error.code, error.message, error.fix)
        case let error as RemoteError: (code, message, fix) = (error.code, error.message, error.fix)
        case let error as ManifestError: (code, message, fix) = (error.code, error.description, error.fix)
        case let error as FileSyntaxError: (code, message, fix) = (error.code, error.message, error.fix)
        default: (code, message, fix) = ("KF-BUG-001", "an error of type \(type(of: error))", "report it")
        }
    }
}
