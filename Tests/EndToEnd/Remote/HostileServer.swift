import Foundation

/// A server in Python that answers every request in one bad way.
final class HostileServer: Sendable {
    private let program: Background
    /// Its address.
    let url: String

    /// Starts one.
    ///
    /// - Parameters:
    ///   - way: Which way: see the program.
    ///   - certificate: The names in its certificate; nil for a server without TLS.
    ///   - validity: From when until when the certificate holds, as OpenSSL writes times; nil for from now on.
    ///   - folder: Where key and certificate are made.
    init(_ way: String, certificate: String? = nil, validity: (String, String)? = nil, folder: String = "") throws {
        if let certificate, let validity {
            let made = try Command.run([
                "sh", "-ec", Self.datedCertificate, folder, certificate, validity.0, validity.1,
            ])
            guard made.status == 0 else { throw Background.DidNotStart() }
        } else if let certificate {
            let made = try Command.run([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hostile",
                "-addext", "subjectAltName=\(certificate)", "-keyout", folder + "/tls.key", "-out", folder + "/tls.pem",
            ])
            guard made.status == 0 else { throw Background.DidNotStart() }
        }
        program = try Background(
            ["python3", "-u", "-c", Self.program, way]
                + (certificate == nil ? [] : [folder + "/tls.pem", folder + "/tls.key"])
        )
        guard let port = program.line() else { throw Background.DidNotStart() }
        url = "\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)"
    }

    /// What the next request had: `token` or `no token`.
    func line() -> String? { program.line() }

    /// Only `openssl ca` takes both dates.
    private static let datedCertificate = """
        cd "$0"
        rm -rf ca; mkdir ca; : >ca/index; echo 01 >ca/serial
        printf '[ca]\ndefault_ca=own\n[own]\ndatabase=ca/index\nserial=ca/serial\nnew_certs_dir=ca\npolicy=any\n\
        default_md=sha256\nx509_extensions=names\n[any]\ncommonName=supplied\n[names]\nsubjectAltName=%s\n' "$1" >ca/conf
        openssl req -new -newkey rsa:2048 -nodes -subj /CN=hostile -keyout tls.key -out ca/request
        openssl ca -batch -selfsign -notext -config ca/conf -startdate "$2" -enddate "$3" -keyfile tls.key -in ca/request -out tls.pem
        """

    private static let program = """
        import socket, ssl, sys, time
        way = sys.argv[1]
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1])
        if len(sys.argv) > 2:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[2], sys.argv[3])
        def answer(status, body, kind="application/json", more=""):
            return (f"HTTP/1.1 {status} X\\r\\nContent-Type: {kind}\\r\\nContent-Length: {len(body)}\\r\\n{more}\\r\\n").encode() + body
        def secret(fields):
            return ('{"path":"shop/development","environment":"development","version":1,"id":"a","created":"t","labels":[],' + fields + "}").encode()
        answers = {
            "redirect": answer(302, b"", more="Location: http://127.0.0.1:1/elsewhere\\r\\n"),
            "garbage": answer(200, b"{\\"path\\": "),
            "deep": answer(200, b"[" * 100000),
            "html": answer(200, b"<html>welcome</html>", "text/html"),
            "not-found-html": answer(404, b"<html>none</html>", "text/html"),
            "empty": answer(204, b""),
            "array": answer(200, b"[]"),
            "fault": answer(500, b"oops", "text/plain"),
            "fault-json": answer(500, b'{"error":"oops"}'),
            "told": answer(500, b'{"error":{"code":"KF-STORE-033","message":"\\\\u001b[2Jdisk","fix":"wait"}}'),
            "told-sealed": answer(503, b'{"error":{"code":"KF-STORE-038","message":"m","fix":"f"}}'),
            "told-damage": answer(500, b'{"error":{"code":"KF-STORE-044","message":"m","fix":"f"}}'),
            "told-new": answer(500, b'{"error":{"code":"KF-STORE-999","message":"m","fix":"f"}}'),
            "told-badly": answer(403, b'{"error":{"code":"rm -rf","message":"m","fix":"f"}}'),
            "other-path": answer(200, secret('"fields":{"SECRET_KEY":"a"}').replace(b"shop/", b"bank/")),
            "no-payload": answer(200, secret('"x":1')),
            "field-number": answer(200, secret('"fields":{"SECRET_KEY":7}')),
            "fields-array": answer(200, secret('"fields":["SECRET_KEY"]')),
            "twice": answer(200, secret('"fields":{"SECRET_KEY":"a","SECRET_KEY":"b"}')),
            "version-huge": answer(200, secret('"fields":{}').replace(b'"version":1', b'"version":99999999999999999999')),
            "not-http": b"SSH-2.0-OpenSSH_9.2\\r\\n",
            "banner": b"",
            "plain-refused": answer(400, b"this port speaks HTTPS", "text/plain"),
            "short": b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 100\\r\\n\\r\\n{",
            "nothing": b"",
            "unauthorized": answer(401, b'{"error":{"code":"KF-AUTH-002","message":"m","fix":"f"}}'),
            "odd-name": answer(200, secret('"fields":{"A\\\\u000aB":"x"}')),
            "many-fields": answer(200, secret('"fields":{' + ",".join(f'"A{n}":""' for n in range(5000)) + "}")),
        }
        while True:
            client, _ = listener.accept()
            try:
                if len(sys.argv) > 2:
                    client = context.wrap_socket(client, server_side=True)
                if way == "banner": client.sendall(answers["not-http"])
                text = b""
                while b"\\r\\n\\r\\n" not in text:
                    piece = client.recv(65536)
                    if not piece: break
                    text += piece
                print("token" if b"Authorization:" in text else "no token")
                if way == "slow":
                    time.sleep(100)
                elif way == "drip":
                    client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n\\r\\n")
                    while True:
                        client.sendall(b" ")
                        time.sleep(0.05)
                elif way == "endless":
                    client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n\\r\\n")
                    while True: client.sendall(b" " * 65536)
                elif way == "headers":
                    client.sendall(b"HTTP/1.1 200 OK\\r\\n")
                    while True: client.sendall(b"X-More: " + b"a" * 1000 + b"\\r\\n")
                else:
                    client.sendall(answers[way])
            except OSError:
                pass
            client.close()
        """
}
