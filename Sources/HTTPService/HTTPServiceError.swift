/// Why the transport cannot run, or cannot use a new certificate. Holds nothing of a key or of a request.
public struct HTTPServiceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable code such as `KF-HTTP-001`. Codes are never reused.
    public var code: String { kind.rawValue }
    /// What happened, in one sentence.
    public let message: String
    /// What mends it.
    public let fix: String

    private let kind: Kind

    private enum Kind: String {
        case cannotListen = "KF-HTTP-001"
        case plainBeyondLoopback = "KF-HTTP-002"
        case noAddress = "KF-HTTP-003"
        case certificateUnreadable = "KF-HTTP-004"
        case certificateInvalid = "KF-HTTP-005"
        case keyMismatch = "KF-HTTP-006"
        case authorityInvalid = "KF-HTTP-007"
        case certificateNotMade = "KF-HTTP-008"
        case alreadyRan = "KF-HTTP-009"
        case certificateExpired = "KF-HTTP-010"
    }

    private init(_ kind: Kind, _ message: String, fix: String) {
        self.kind = kind
        self.message = message
        self.fix = fix
    }

    /// The code, the message and what mends it.
    public var description: String { "\(code): \(message); \(fix)" }

    static func cannotListen(host: String, port: Int, reason: String) -> Self {
        Self(
            .cannotListen,
            "cannot listen on \(host) port \(port): \(reason)",
            fix: "stop what uses the port, or choose another address of this machine; port 0 takes a free one"
        )
    }

    static func plainBeyondLoopback(host: String) -> Self {
        Self(
            .plainBeyondLoopback,
            "plain HTTP on \(host) would show every secret to the network",
            fix: "configure TLS, or listen on 127.0.0.1 or ::1"
        )
    }

    static let noAddress = Self(.noAddress, "there is no address to listen on", fix: "name one, such as 127.0.0.1:8200")

    static func certificateUnreadable(_ path: String, reason: String) -> Self {
        Self(
            .certificateUnreadable,
            "cannot read \(path): \(reason)",
            fix: "check that the file is there and that the server's user may read it"
        )
    }

    static func certificateInvalid(_ what: String) -> Self {
        Self(
            .certificateInvalid,
            "\(what) is not in PEM, or is cut off",
            fix: "write the leaf's certificate first, then the intermediate ones, and the key without a passphrase"
        )
    }

    static func certificateExpired(_ what: String) -> Self {
        Self(
            .certificateExpired,
            "\(what) has expired: every client would refuse it",
            fix: "install a new certificate and its key"
        )
    }

    static let keyMismatch = Self(
        .keyMismatch,
        "the certificate and the key do not belong together",
        fix: "install both files of one pair"
    )

    static func authorityInvalid(_ path: String) -> Self {
        Self(.authorityInvalid, "\(path) holds no certificate in PEM", fix: "name a file of CA certificates in PEM")
    }

    static let certificateNotMade = Self(
        .certificateNotMade,
        "a name for the development certificate is not a DNS name or an address",
        fix: "use names such as vault.localhost or addresses such as 127.0.0.1"
    )

    static let alreadyRan = Self(.alreadyRan, "the service was started before", fix: "make a new one")
}
