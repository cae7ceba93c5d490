/// Why a server did not do what it was asked.
///
/// Either there was no answer, or none of Keyfolio's, and then the code is one of `KF-REMOTE-…`; or the server said why,
/// and then its own code, message and fix are passed on. No token and no value is ever part of it.
public struct RemoteError: Error, Sendable, Hashable {
    /// The stable name: `KF-REMOTE-…`, or the server's own, such as `KF-STORE-001`.
    public let code: String
    /// What happened and why.
    public let message: String
    /// The command or the sentence that mends it.
    public let fix: String
    /// What sort of trouble it is, for the exit status.
    public let category: Category

    /// What sort of trouble it is.
    public enum Category: Sendable, Hashable {
        case usage, notFound, denied, sealed, unavailable, corrupt, conflict, invalid
    }

    enum Kind: String, CaseIterable {
        case noLibrary = "KF-REMOTE-001"
        case badAddress = "KF-REMOTE-002"
        case noSuchHost = "KF-REMOTE-003"
        case noConnection = "KF-REMOTE-004"
        case timeout = "KF-REMOTE-005"
        case certificate = "KF-REMOTE-006"
        case authority = "KF-REMOTE-007"
        case handshake = "KF-REMOTE-008"
        case tooLarge = "KF-REMOTE-009"
        case broken = "KF-REMOTE-010"
        case notKeyfolio = "KF-REMOTE-011"
        case redirected = "KF-REMOTE-012"
        case serverFault = "KF-REMOTE-013"
        case badProxy = "KF-REMOTE-014"
        case noToken = "KF-REMOTE-015"
        case notAccepted = "KF-REMOTE-016"
        case expired = "KF-REMOTE-017"
        case badToken = "KF-REMOTE-018"
        case noServer = "KF-REMOTE-019"
        case notHere = "KF-REMOTE-020"
        case badLogin = "KF-REMOTE-021"
        case badSetting = "KF-REMOTE-022"
        case noMemory = "KF-REMOTE-023"
        case noAuthority = "KF-REMOTE-024"
        case otherAuthority = "KF-REMOTE-025"
        case certificateOver = "KF-REMOTE-026"
        case certificateEarly = "KF-REMOTE-027"
        case otherName = "KF-REMOTE-028"
        case plainAtTLS = "KF-REMOTE-029"
        case tlsAtPlain = "KF-REMOTE-030"

        var category: Category {
            switch self {
            case .badAddress, .noServer, .badSetting, .notHere: .usage
            case .noToken, .notAccepted, .expired: .denied
            case .badToken, .badLogin, .notKeyfolio, .redirected, .tooLarge: .invalid
            case .noLibrary, .noSuchHost, .noConnection, .timeout, .certificate, .authority, .handshake, .broken,
                .serverFault, .badProxy, .noMemory, .noAuthority, .otherAuthority, .certificateOver, .certificateEarly,
                .otherName, .plainAtTLS, .tlsAtPlain:
                .unavailable
            }
        }

        var title: String {
            switch self {
            case .noLibrary: "libcurl is not installed"
            case .badAddress: "A text is not a server's address"
            case .noSuchHost: "A server's name has no address"
            case .noConnection: "Nobody answers at a server's address"
            case .timeout: "A server did not answer in time"
            case .certificate: "A server's certificate was not believed"
            case .authority: "The authority's certificate cannot be read"
            case .handshake: "TLS could not be agreed on with a server"
            case .tooLarge: "A server's answer is too large"
            case .broken: "The connection to a server broke"
            case .notKeyfolio: "An answer is not a Keyfolio server's"
            case .redirected: "A server answered with another address"
            case .serverFault: "A server has a fault"
            case .badProxy: "The proxy cannot be used"
            case .noToken: "Nobody is logged in at a server"
            case .notAccepted: "A server does not accept the token"
            case .expired: "The login has expired"
            case .badToken: "A text cannot be a token"
            case .noServer: "No server was chosen"
            case .notHere: "Something cannot be done on a server's store"
            case .badLogin: "The file of logins cannot be read"
            case .badSetting: "A setting for servers cannot be used"
            case .noMemory: "There was no memory for a request"
            case .noAuthority: "No authority that this machine believes issued a server's certificate"
            case .otherAuthority: "Another authority than the one given issued a server's certificate"
            case .certificateOver: "A server's certificate is over"
            case .certificateEarly: "A server's certificate is not valid yet"
            case .otherName: "A server's certificate is for another name"
            case .plainAtTLS: "A server with TLS was asked without it"
            case .tlsAtPlain: "A server without TLS was asked with it"
            }
        }
    }

    init(code: String, message: String, fix: String, category: Category) {
        (self.code, self.message, self.fix, self.category) = (code, message, fix, category)
    }

    init(_ kind: Kind, _ message: String, fix: String) {
        self.init(code: kind.rawValue, message: message, fix: fix, category: kind.category)
    }

    /// Whether it is one of this module's kinds.
    func isOf(_ kind: Kind) -> Bool { code == kind.rawValue }
}

extension RemoteError: CustomStringConvertible {
    /// The code, the message and what mends it.
    public var description: String { "\(code): \(message); \(fix)" }
}
