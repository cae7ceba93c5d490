/// The codes of the server's own errors, for the page of codes: the transport's and the native API's.
///
/// They stand here, where the command can see them without what they are raised in: it starts in milliseconds, and the
/// transport is large.
public enum ServiceCodes {
    /// Every code with what it is.
    public static let all: [(code: String, title: String)] = [
        ("KF-API-001", "There is no such path"),
        ("KF-API-002", "The request is not well formed"),
        ("KF-API-003", "The request has what the operation does not know"),
        ("KF-API-004", "The body is none that the operation takes"),
        ("KF-API-005", "The path has other methods"),
        ("KF-API-006", "Too many are watching"),
        ("KF-API-007", "There is no stream for this token"),
        ("KF-HTTP-001", "An address cannot be listened on"),
        ("KF-HTTP-002", "Plain HTTP would leave this machine"),
        ("KF-HTTP-003", "There is no address to listen on"),
        ("KF-HTTP-004", "A certificate's file cannot be read"),
        ("KF-HTTP-005", "A certificate's file is none"),
        ("KF-HTTP-006", "A certificate and a key do not belong together"),
        ("KF-HTTP-007", "A file of authorities holds none"),
        ("KF-HTTP-008", "A development certificate cannot be made"),
        ("KF-HTTP-009", "The transport ran before"),
        ("KF-HTTP-010", "A certificate has expired"),
    ]
}
