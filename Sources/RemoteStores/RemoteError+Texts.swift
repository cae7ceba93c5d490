extension RemoteError {
    static func noLibrary() -> Self {
        .init(
            .noLibrary,
            "servers are talked to with libcurl (libcurl.so.4), which is not installed here",
            fix: "sudo apt install libcurl4"
        )
    }

    static func badAddress(_ why: String) -> Self {
        .init(
            .badAddress,
            "this is not a server's address: \(why)",
            fix: "give https://HOST or https://HOST:PORT"
        )
    }

    static func noSuchHost(_ address: ServerAddress) -> Self {
        .init(
            .noSuchHost,
            "\(address) has no address that this machine can find",
            fix: "check the name and the network (getent hosts \(address.host))"
        )
    }

    static func noConnection(_ address: ServerAddress) -> Self {
        .init(
            .noConnection,
            "nobody answers at \(address)",
            fix: "see whether the server runs and the network lets you there"
        )
    }

    static func timeout(_ address: ServerAddress, seconds: Int) -> Self {
        .init(
            .timeout,
            "\(address) did not answer within \(seconds) seconds",
            fix: "try again; KEYFOLIO_TIMEOUT=SECONDS waits longer"
        )
    }

    static func certificate(_ address: ServerAddress) -> Self {
        .init(
            .certificate,
            "the certificate of \(address) does not prove that it is this server: nothing was sent",
            fix: "KEYFOLIO_CACERT=FILE names the authority of a server of your own; see whether the name is right"
        )
    }

    /// Nobody whom the system's list of authorities names vouches for the server.
    static func noAuthority(_ address: ServerAddress) -> Self {
        .init(
            .noAuthority,
            "no authority that this machine believes issued the certificate of \(address), and none was given for it: "
                + "nothing was sent",
            fix:
                "KEYFOLIO_CACERT=FILE names the certificate of the authority, in PEM, which whoever runs the server has "
                + "(keyfolio serve --dev prints the line); with it, keyfolio login remembers the file"
        )
    }

    /// The authority that was given is not the one that issued the certificate.
    static func otherAuthority(_ address: ServerAddress, given path: String) -> Self {
        .init(
            .otherAuthority,
            "the authority in \(visible(path)) did not issue the certificate of \(address): nothing was sent",
            fix: "get the authority's certificate from whoever runs the server: KEYFOLIO_CACERT=FILE keyfolio login "
                + "\(address); a development server makes another at each start"
        )
    }

    static func certificateOver(_ address: ServerAddress) -> Self {
        .init(
            .certificateOver,
            "the certificate of \(address), or its authority's, has expired by this machine's clock: nothing was sent",
            fix:
                "ask whoever runs the server to put a new one into the file of --tls-certificate, which it then reads by "
                + "itself; date shows this machine's clock"
        )
    }

    static func certificateEarly(_ address: ServerAddress) -> Self {
        .init(
            .certificateEarly,
            "the certificate of \(address), or its authority's, is not valid yet by this machine's clock: nothing was sent",
            fix: "date shows this machine's clock: set it right when it is slow, else ask whoever runs the server"
        )
    }

    static func otherName(_ address: ServerAddress) -> Self {
        .init(
            .otherName,
            "the certificate of \(address) is not for \(address.host): it may be another server; nothing was sent",
            fix:
                "use a name that it is for: openssl s_client -connect \(address.hostAndPort) </dev/null | openssl x509 -noout "
                + "-ext subjectAltName shows them"
        )
    }

    static func plainAtTLS(_ address: ServerAddress) -> Self {
        let other = address.other
        return .init(
            .plainAtTLS,
            "\(address) speaks TLS, and was asked without it",
            fix: other.map { "use https: keyfolio login \($0)" } ?? "use https"
        )
    }

    static func tlsAtPlain(_ address: ServerAddress) -> Self {
        .init(
            .tlsAtPlain,
            "\(address) speaks plain HTTP, and was asked with TLS: nothing was sent",
            fix: address.other.map { "use http, as this machine may for itself: keyfolio login \($0)" }
                ?? "give the server a certificate (keyfolio serve --tls-certificate FILE --tls-key FILE), or check the port"
        )
    }

    static func authority(_ path: String) -> Self {
        .init(
            .authority,
            "\(visible(path)), which KEYFOLIO_CACERT or the login names, has no certificate that can be read",
            fix: "name a file with the authority's certificate in PEM: KEYFOLIO_CACERT=FILE"
        )
    }

    static func handshake(_ address: ServerAddress) -> Self {
        .init(
            .handshake,
            "\(address) does not speak TLS 1.2 or later",
            fix: "check the address, its port, and that the server has a certificate"
        )
    }

    static func tooLarge(_ address: ServerAddress) -> Self {
        .init(.tooLarge, "\(address) sent more than any answer of Keyfolio has", fix: "check the address")
    }

    static func broken(_ address: ServerAddress) -> Self {
        .init(
            .broken,
            "the connection to \(address) ended before the answer was there",
            fix: "try again; look at what is there before a change is repeated"
        )
    }

    static func other(_ address: ServerAddress, _ number: Int) -> Self {
        .init(
            .broken,
            "the connection to \(address) failed (libcurl's error \(number))",
            fix: "curl.se/libcurl/c/libcurl-errors.html says what the number means"
        )
    }

    static func noMemory() -> Self {
        .init(.noMemory, "there was no memory for the request", fix: "close other programs and try again")
    }

    static func notKeyfolio(_ address: ServerAddress, _ why: String) -> Self {
        .init(
            .notKeyfolio,
            "what \(address) answered is not an answer of Keyfolio: \(why)",
            fix: "check the address; a newer server may need a newer keyfolio"
        )
    }

    static func redirected(_ address: ServerAddress) -> Self {
        .init(
            .redirected,
            "\(address) answered with another address, and a token goes to no other",
            fix: "give the server's own address"
        )
    }

    static func serverFault(_ address: ServerAddress, _ status: Int) -> Self {
        .init(
            .serverFault,
            "\(address) answered with status \(status) and said nothing more",
            fix: "look at the server's own log"
        )
    }

    static func badProxy(_ address: ServerAddress) -> Self {
        .init(
            .badProxy,
            "\(address) cannot be had through the proxy that KEYFOLIO_PROXY names",
            fix: "check KEYFOLIO_PROXY; without it no proxy is used"
        )
    }

    static func notAccepted(_ address: ServerAddress, _ origin: TokenOrigin) -> Self {
        .init(
            .notAccepted,
            "\(address) does not accept the token of \(origin.words): it was revoked, or is over",
            fix: origin.fix(address)
        )
    }

    /// What was remembered of a login opens nothing any more.
    public static func expired(_ address: ServerAddress, at time: String) -> Self {
        .init(.expired, "the login at \(address) ended at \(time)", fix: "keyfolio login \(address)")
    }

    static func badToken() -> Self {
        .init(
            .badToken,
            "a token is one word of at most 4096 visible ASCII characters, and this is none",
            fix: "give the token alone, without quotes and line breaks"
        )
    }

    /// Nobody is logged in at a server.
    public static func noToken(_ address: ServerAddress) -> Self {
        .init(
            .noToken,
            "nobody is logged in at \(address)",
            fix: "keyfolio login \(address); or give KEYFOLIO_TOKEN with KEYFOLIO_ADDR"
        )
    }

    /// No server was chosen, where one is needed.
    public static func noServer() -> Self {
        .init(
            .noServer,
            "this is done on a server, and none was chosen",
            fix: "keyfolio login https://HOST, or set KEYFOLIO_ADDR and KEYFOLIO_TOKEN"
        )
    }

    /// What only a store in a file can do.
    public static func notHere(_ what: String, at address: ServerAddress, fix: String) -> Self {
        .init(.notHere, "\(what) cannot be done on the store of \(address) from here", fix: fix)
    }

    /// The file of logins is not what this program wrote.
    public static func badLogin(_ path: String, _ why: String) -> Self {
        .init(.badLogin, "\(visible(path)) \(why)", fix: "remove it, then keyfolio login https://HOST")
    }

    /// A variable of the environment that says how servers are talked to.
    public static func badSetting(_ name: String, _ why: String) -> Self {
        .init(.badSetting, "\(name) cannot be used: \(why)", fix: "set it right, or unset \(name)")
    }
}

/// Where a token comes from, for what is said when a server does not accept it.
public enum TokenOrigin: Sendable, Hashable {
    /// `keyfolio login` keeps it.
    case login
    /// `KEYFOLIO_TOKEN`.
    case variable
    /// It was just given.
    case given

    var words: String {
        switch self {
        case .login: "the login"
        case .variable: "KEYFOLIO_TOKEN"
        case .given: "standard input"
        }
    }

    func fix(_ address: ServerAddress) -> String {
        switch self {
        case .login: "keyfolio login \(address)"
        case .variable: "give a valid KEYFOLIO_TOKEN, or unset it: keyfolio login \(address)"
        case .given: "give a token that is valid"
        }
    }
}
