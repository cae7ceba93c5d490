/// The codes of the server's own errors, for the page of codes: the transport's and the native API's.
///
/// They stand here, where the command can see them without what they are raised in: it starts in milliseconds, and the
/// transport is large.
public enum ServiceCodes {
    /// Every code: what it is, why it is so, and what mends it.
    public static let all: [(code: String, title: String, reason: String, fix: String)] = [
        (
            "KF-API-001", "There is no such path",
            "The path is mistyped, of another version, or another protocol's.",
            "/api/openapi.json lists the paths; `keyfolio --help` the commands that use them."
        ),
        (
            "KF-API-002", "The request is not well formed",
            "Bytes that are no UTF-8, or an escape that is cut off, could be read in two ways.",
            "Encode path and query as UTF-8, with percent escapes."
        ),
        (
            "KF-API-003", "The request has what the operation does not know",
            "A member that is not known may be meant to narrow something, so it is not passed over.",
            "/api/openapi.json has what the operation takes; a newer `keyfolio` may need a newer server."
        ),
        (
            "KF-API-004", "The body is none that the operation takes",
            "The operation takes no body, a JSON object, or a smaller one.",
            "/api/openapi.json says which; only secrets take more than 256 KiB."
        ),
        (
            "KF-API-005", "The path has other methods",
            "The path is there, and not for this method.",
            "Use one of those that the header Allow names."
        ),
        (
            "KF-API-006", "Too many are watching",
            "Each who waits holds a connection: 4096 may at once, 1024 of a principal or from an address.",
            "Wait, or watch a prefix once instead of each secret: `keyfolio watch shop/`."
        ),
        (
            "KF-API-007", "There is no stream for this token",
            "A stream asks again and again whether it may go on, and a token with a number of uses pays for each.",
            "Ask without `Accept: text/event-stream`, or use a token without `--uses`."
        ),
        (
            "KF-HTTP-001", "An address cannot be listened on",
            "Another program has the port, the address is none of this machine, or a port below 1024 takes a "
                + "right.",
            "`ss -ltnp` shows who listens; `keyfolio serve --listen HOST:PORT` takes another, port 0 a free one."
        ),
        (
            "KF-HTTP-002", "Plain HTTP would leave this machine",
            "Without TLS every secret and token could be read on its way.",
            "`keyfolio serve --tls-certificate FILE --tls-key FILE`, or `--listen 127.0.0.1:8200`."
        ),
        (
            "KF-HTTP-003", "There is no address to listen on",
            "A server without an address answers nobody.",
            "`keyfolio serve --listen 127.0.0.1:8200`."
        ),
        (
            "KF-HTTP-004", "A certificate's file cannot be read",
            "The file is missing, or the server's user may not read it.",
            "`namei -l FILE` shows owner and mode of the file and of each folder above it."
        ),
        (
            "KF-HTTP-005", "A certificate's file is none",
            "The file is not PEM, is cut off, or its key has a passphrase.",
            "`openssl x509 -in FILE -noout -text` shows it: the leaf first, then the intermediate ones; the key "
                + "without a passphrase."
        ),
        (
            "KF-HTTP-006", "A certificate and a key do not belong together",
            "The key is another certificate's: mostly one of the two files was renewed alone.",
            "Install both files of one pair."
        ),
        (
            "KF-HTTP-007", "A file of authorities holds none",
            "Without an authority no certificate of a client could be judged.",
            "Name a file of authorities in PEM."
        ),
        (
            "KF-HTTP-008", "A development certificate cannot be made",
            "A name for the development certificate is neither a DNS name nor an address.",
            "Use names such as vault.localhost or addresses such as 127.0.0.1."
        ),
        (
            "KF-HTTP-009", "The transport ran before",
            "A transport runs once; this is a fault of the program that uses it.",
            "Make a new one."
        ),
        (
            "KF-HTTP-010", "A certificate has expired",
            "Every client would refuse it, so the server does not begin, or keeps the one that it has.",
            "Install a new certificate and its key; `openssl x509 -in FILE -noout -dates` shows from when until "
                + "when it holds."
        ),
    ]
}
