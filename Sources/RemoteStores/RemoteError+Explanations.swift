extension RemoteError {
    /// Every code of this module, for the page of codes: what it is, why it is so, and what mends it.
    public static let allCodes: [(code: String, title: String, reason: String, fix: String)] = Kind.allCases.map {
        let (reason, fix) = $0.explanation
        return ($0.rawValue, $0.title, reason, fix)
    }
}

extension RemoteError.Kind {
    fileprivate var explanation: (reason: String, fix: String) {
        switch self {
        case .noLibrary:
            (
                "Servers are talked to with libcurl, which is opened when it is needed and is not part of the command.",
                "`sudo apt install libcurl4`, or the package of your system that has libcurl.so.4."
            )
        case .badAddress:
            (
                "A server is named by scheme, host and port and nothing else; a token would go over the network in the clear "
                    + "without TLS, so http is for this machine's own addresses.",
                "`keyfolio login https://HOST:PORT`, or http://127.0.0.1:PORT on the server's own machine."
            )
        case .noSuchHost:
            (
                "The resolver does not know the name: it is mistyped, the network is away, or it is known elsewhere only.",
                "`getent hosts NAME` shows what this machine knows of it; `keyfolio whoami` says which server is asked."
            )
        case .noConnection:
            (
                "No program listens at the address, or a firewall turns the connection away.",
                "Start the server, or open the network; `keyfolio doctor` says which server is used and who chose it."
            )
        case .timeout:
            (
                "The server is busy, hangs, or the network loses what is sent.",
                "Try again; `KEYFOLIO_TIMEOUT=SECONDS` waits longer than 30 seconds. /healthz says whether it lives."
            )
        case .certificate:
            (
                "A token is sent only to a server that proves that it is the one that was named. This certificate does not, "
                    + "for another reason than those that have codes of their own (KF-REMOTE-024 to KF-REMOTE-028).",
                "`openssl s_client -connect HOST:PORT -CAfile FILE` says what is wrong with it."
            )
        case .authority:
            (
                "The file is missing, may not be read, or has no certificate in PEM. A development server removes its own at "
                    + "its end.",
                "`KEYFOLIO_CACERT=FILE` names another; `keyfolio login` with it remembers that one."
            )
        case .handshake:
            (
                "TLS 1.2 is the oldest that is spoken, and the two sides found nothing in common; or it is no server of TLS.",
                "Check address and port; `openssl s_client -connect HOST:PORT` shows what is there."
            )
        case .tooLarge:
            (
                "No answer of Keyfolio is that large, and one that fills the memory is not waited for.",
                "Check the address: something else answers there."
            )
        case .broken:
            (
                "The server ended, was ended, or something between closed the connection. Whether a change was made is not "
                    + "known.",
                "Try again; before a change is repeated, `keyfolio history` shows whether it was made."
            )
        case .notKeyfolio:
            (
                "What answers is another program, a proxy's page of errors, or a Keyfolio server of another time. Nothing of "
                    + "its answer is used.",
                "Check the address; `keyfolio --version` and `keyfolio serve --version` show whether one is older."
            )
        case .redirected:
            (
                "A token that follows to another address is somebody else's to use.",
                "`keyfolio login` with the address that the server really has."
            )
        case .serverFault:
            (
                "The server, or what stands before it, could not answer and said nothing more.",
                "Look at the server's own log, `journalctl -u keyfolio`; /readyz says whether it is ready."
            )
        case .badProxy:
            (
                "Only KEYFOLIO_PROXY chooses a proxy, and what it names does not pass the connection on.",
                "Set it right (http://, https:// or socks5h://), or `unset KEYFOLIO_PROXY`."
            )
        case .noToken:
            (
                "Everything at a server is asked with a token, and none is known for this one. KEYFOLIO_TOKEN goes to the "
                    + "server of KEYFOLIO_ADDR alone.",
                "`keyfolio login https://HOST`, or set KEYFOLIO_ADDR and KEYFOLIO_TOKEN."
            )
        case .notAccepted:
            (
                "The token was revoked, is over, has had its last use, or its owner's sessions were ended.",
                "`keyfolio login`; with KEYFOLIO_TOKEN, give another or unset it."
            )
        case .expired:
            (
                "A token has an end, and that of the login is past.",
                "`keyfolio login` begins anew."
            )
        case .badToken:
            (
                "A token is one word; with a line break in it, it could be another header's beginning.",
                "Give it alone, as it was printed: `keyfolio login --token-stdin <FILE`."
            )
        case .noServer:
            (
                "Principals, policies and tokens are a server's. A store in a file belongs to whoever holds its key.",
                "`keyfolio login https://HOST`, or set KEYFOLIO_ADDR and KEYFOLIO_TOKEN; `keyfolio serve --dev` starts one."
            )
        case .notHere:
            (
                "It takes the store's file or its key, which are on the server's machine.",
                "Run it there, with `--store FILE`; the message says what can be done from here instead."
            )
        case .badLogin:
            (
                "The file has tokens, so one that others can read or write, or that was written by something else, is not "
                    + "believed.",
                "Remove it (~/.config/keyfolio/login.json), then `keyfolio login https://HOST`."
            )
        case .badSetting:
            (
                "A setting that is not understood is not guessed at: it may be the one that protects something.",
                "The message says what the variable takes; set it so, or unset it."
            )
        case .noMemory:
            (
                "The system gave no memory for the request or its answer.",
                "Close other programs, or raise the limit (`ulimit -v`), and try again."
            )
        case .noAuthority:
            (
                "Anybody can make a certificate with any name: it counts when an authority issued it that is believed. The "
                    + "system's list does not know the one that issued this one; a company's own server, and each development "
                    + "server, has an authority of its own.",
                "`KEYFOLIO_CACERT=FILE keyfolio login https://HOST`, with the authority's certificate from whoever runs the "
                    + "server; it is remembered. `keyfolio serve --dev` prints the line to export."
            )
        case .otherAuthority:
            (
                "Only the authority of the file is believed, and another issued the certificate: the file is another "
                    + "server's, or an older one, or somebody stands between. A development server makes an authority at each "
                    + "start.",
                "`KEYFOLIO_CACERT=FILE keyfolio login https://HOST` with the right file; `unset KEYFOLIO_CACERT` and `keyfolio "
                    + "logout` go back to the system's authorities."
            )
        case .certificateOver:
            (
                "After its end nobody vouches for a certificate any more: its key may have been lost or sold since.",
                "Whoever runs the server puts a new one into the file of `--tls-certificate`, which is read by itself. When "
                    + "this machine's clock is ahead (`date`), set it right."
            )
        case .certificateEarly:
            (
                "The certificate begins later than this machine's clock says it is. Mostly the clock is slow.",
                "`date` shows the clock: set it right, or wait until the certificate begins."
            )
        case .otherName:
            (
                "The certificate is good, and for other names than the one that was asked: it may be another server, or this "
                    + "one under a name that it was not issued for.",
                "`openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -ext subjectAltName` shows the names; log "
                    + "in under one of them, or have the certificate issued for this one too."
            )
        case .plainAtTLS:
            (
                "The port speaks TLS, and plain HTTP there would show the token to whoever listens.",
                "`keyfolio login https://HOST:PORT`."
            )
        case .tlsAtPlain:
            (
                "The port has no TLS: nothing there proves who it is. Without TLS, only a server on this very machine is "
                    + "talked to.",
                "`keyfolio login http://127.0.0.1:PORT` on its own machine; else start it with `--tls-certificate` and "
                    + "`--tls-key`."
            )
        }
    }
}
