/// Why somebody was not let in.
public enum AuthenticationError: Error, Sendable, Hashable {
    /// No credential was shown.
    case missing
    /// It is none that is known, or has ended, or was revoked: nobody is told which.
    case invalid
    /// The signature is not one of the key.
    case badSignature
    /// The principal may do nothing for now.
    case disabled
    /// Not from this address.
    case address
    /// Too many wrong ones: again in so many seconds.
    case locked(seconds: Int)
}

extension AuthenticationError {
    /// The stable code, for the audit log.
    public var code: String {
        switch self {
        case .missing: "KF-AUTH-001"
        case .invalid: "KF-AUTH-002"
        case .badSignature: "KF-AUTH-003"
        case .disabled: "KF-AUTH-004"
        case .address: "KF-AUTH-005"
        case .locked: "KF-AUTH-006"
        }
    }

    /// What happened and why.
    public var message: String {
        switch self {
        case .missing: "no credential was shown"
        case .invalid: "the credential is none that is known, or it has ended"
        case .badSignature: "the signature is not one of the key"
        case .disabled: "the principal is disabled"
        case .address: "the credential is not good from this address"
        case .locked(let seconds): "too many wrong attempts; the next one is taken in \(seconds) s"
        }
    }

    /// What mends it.
    public var fix: String {
        switch self {
        case .missing: "log in with keyfolio login, or send a token as Authorization: Bearer"
        case .invalid, .badSignature: "log in again"
        case .disabled: "ask who manages principals"
        case .address: "come from an address that is allowed, or ask who manages blocks"
        case .locked: "wait"
        }
    }

    /// Every code, for the page of codes: what it is, why it is so, and what mends it.
    public static let allCodes: [(code: String, title: String, reason: String, fix: String)] =
        ([.missing, .invalid, .badSignature, .disabled, .address, .locked(seconds: 1)] as [AuthenticationError]).map {
            let (title, reason, fix) = $0.explanation
            return ($0.code, title, reason, fix)
        }

    private var explanation: (title: String, reason: String, fix: String) {
        switch self {
        case .missing:
            (
                "No credential was shown",
                "Everything but a login is asked by somebody, so that the log can say by whom.",
                "`keyfolio login SERVER` remembers one; programs send a token as `Authorization: Bearer`, or in "
                    + "KEYFOLIO_TOKEN."
            )
        case .invalid:
            (
                "The credential opens nothing",
                "It was never one, its time is over, its last use was made, or it was revoked; whoever shows it is not told "
                    + "which.",
                "`keyfolio login` gets another; `keyfolio audit query --action 'auth.*'` shows the attempts."
            )
        case .badSignature:
            (
                "The signature is wrong", "The secret half is another key's, or the request was changed on its way.",
                "`keyfolio key issue WHO` makes a new key."
            )
        case .disabled:
            (
                "The principal is disabled",
                "Somebody switched it off: none of its credentials opens anything until that ends. `keyfolio audit query --path "
                    + "sys/principals/WHO` shows who did.",
                "`keyfolio principal set WHO --enable` lets them in again, for whoever manages principals."
            )
        case .address:
            (
                "The address is not allowed",
                "The network is blocked, or the principal or token may come from others only.",
                "`keyfolio block list` shows the one, `keyfolio principal show WHO` the other; whoever manages them changes it."
            )
        case .locked:
            (
                "Too many wrong attempts",
                "Each further wrong one makes the wait longer, for the name and for the address, so that nothing can be "
                    + "guessed.",
                "Wait as long as the message says."
            )
        }
    }
}
