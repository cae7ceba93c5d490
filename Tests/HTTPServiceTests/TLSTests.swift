import Foundation
import HTTPModel
import HTTPService
import Synchronization
import Testing

struct TLSTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func developmentCertificatesAreAcceptedByThoseWhoKnowTheAuthority() throws {
        let certificates = try DevelopmentCertificates(names: ["keyfolio.example"])
        let server = try TestServer(tls: TLSSettings(source: certificates.source))
        let folder = try Folder()
        let authority = try folder.write("ca.pem", certificates.authorityPEM)
        for host in ["localhost", "127.0.0.1", "vault.localhost", "a.vault.localhost", "keyfolio.example"] {
            let to = "\(host):\(server.port):127.0.0.1"
            let url = "https://\(host):\(server.port)/a"
            let (output, status) = try run("curl", ["-sS", "--cacert", authority, "--resolve", to, url])
            #expect(status == 0 && output == "GET /a - ", "\(host): \(output)")
        }
        let other = ["-sS", "--cacert", authority, "--resolve", "b.example:\(server.port):127.0.0.1"]
        #expect(try run("curl", other + ["https://b.example:\(server.port)/"]).status == 60)
        #expect(try run("curl", ["-sS", "https://localhost:\(server.port)/"]).status == 60)
        let leaf = try folder.write("leaf.pem", certificates.certificatePEM)
        let check = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authority, leaf]
        #expect(try run("openssl", check).status == 0)
        // Python is strict since 3.13, and asks for key identifiers then.
        let program = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[1])
            context.verify_flags |= ssl.VERIFY_X509_STRICT
            with socket.create_connection(("127.0.0.1", int(sys.argv[2]))) as raw:
                with context.wrap_socket(raw, server_hostname="localhost") as secure:
                    print(secure.version())
            """
        let (output, status) = try run("python3", ["-c", program, authority, "\(server.port)"])
        #expect(status == 0 && output == "TLSv1.3\n", "\(output)")
    }

    @Test(arguments: ["", "a b", "-\u{E9}", "a..b", "*.*.b", String(repeating: "a", count: 64)])
    func aNameThatIsNoneGetsNoCertificate(_ name: String) {
        #expect(throws: HTTPServiceError.self) { try DevelopmentCertificates(names: [name]) }
    }

    @Test func anExpiredCertificateIsRefusedAndReplacesNoGoodOne() throws {
        let folder = try Folder()
        let (certificate, key) = (folder.path + "/old.pem", folder.path + "/old.key")
        let request = folder.path + "/old.csr"
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
        try #require(try run("openssl", ["req", "-keyout", key, "-out", request] + curve).status == 0)
        let made = try run(
            "openssl",
            ["x509", "-req", "-in", request, "-signkey", key, "-days", "-1", "-out", certificate]
        )
        try #require(made.status == 0, "\(made.output)")
        let old = TLSSettings(source: .files(certificates: certificate, key: key))
        let error = #expect(throws: HTTPServiceError.self) { try TestServer(tls: old) }
        #expect(error?.code == "KF-HTTP-010")
        let good = try DevelopmentCertificates()
        let used = try folder.write("cert.pem", good.certificatePEM)
        let usedKey = try folder.write("key.pem", good.keyText)
        let authority = try folder.write("ca.pem", good.authorityPEM)
        let server = try TestServer(tls: TLSSettings(source: .files(certificates: used, key: usedKey)))
        _ = try folder.write("cert.pem", String(contentsOfFile: certificate, encoding: .utf8))
        _ = try folder.write("key.pem", String(contentsOfFile: key, encoding: .utf8))
        server.service.reloadCertificates()
        #expect(try run("curl", ["-sS", "--cacert", authority, "https://localhost:\(server.port)/"]).status == 0)
    }

    @Test func theKeyDoesNotPrint() throws {
        let certificates = try DevelopmentCertificates()
        var dumped = ""
        dump(certificates, to: &dumped)
        dumped += "\(certificates) \(certificates.source) \(TLSSettings(source: certificates.source))"
        #expect(!dumped.contains("PRIVATE") && !dumped.contains("80, 82, 73, 86, 65, 84, 69"))
    }

    @Test func tls12IsSpokenOnlyWhereItIsAllowed() throws {
        let certificates = try DevelopmentCertificates()
        let folder = try Folder()
        let authority = try folder.write("ca.pem", certificates.authorityPEM)
        for oldest in [TLSSettings.Version.v13, .v12] {
            var settings = TLSSettings(source: certificates.source)
            settings.oldestVersion = oldest
            let server = try TestServer(tls: settings)
            let arguments = ["-sS", "--tls-max", "1.2", "--cacert", authority, "https://localhost:\(server.port)/"]
            #expect((try run("curl", arguments).status == 0) == (oldest == .v12))
            let old = ["-sS", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", "--cacert", authority]
            #expect(try run("curl", old + ["https://localhost:\(server.port)/"]).status != 0)
        }
    }

    @Test func overTLSTheAnswerSaysToStayWithIt() throws {
        let certificates = try DevelopmentCertificates()
        let origin = Mutex<HTTPOrigin?>(nil)
        let server = try TestServer(tls: TLSSettings(source: certificates.source)) { request, reply in
            origin.withLock { $0 = request.origin }
            TestServer.echo(request, reply)
        }
        let client = try RawClient(port: server.port, authority: certificates.authorityPEM)
        client.send(Self.get + Self.get)
        for _ in 0..<2 {
            let answer = try client.answer()
            #expect(answer.body == "GET /a - ")
            #expect(answer.field("Strict-Transport-Security") == "max-age=31536000")
        }
        #expect(origin.withLock { $0 } == HTTPOrigin(address: "127.0.0.1", isEncrypted: true))
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(try client.answer().status == 200)
        try client.waitForClose()
    }

    @Test func plainHTTPOnATLSPortIsToldSo() throws {
        let server = try TestServer(tls: TLSSettings(source: DevelopmentCertificates().source))
        let answer = try server.ask(Self.get)
        #expect(answer.status == 400)
        #expect(answer.body.contains("HTTPS"))
        let other = try RawClient(port: server.port)
        other.send([0, 1, 2, 3, 4, 5, 6, 7])
        try other.waitForClose()
    }

    @Test func aHandshakeThatDoesNotEndIsCutOff() throws {
        var limits = HTTPLimits()
        limits.requestSeconds = 1
        let server = try TestServer(limits: limits, tls: TLSSettings(source: DevelopmentCertificates().source))
        let client = try RawClient(port: server.port)
        client.send([0x16, 3, 1, 0x10, 0])
        try client.waitForClose(seconds: 4)
    }

    @Test func aNewCertificateIsUsedAndABadOneIsNot() throws {
        let folder = try Folder()
        let first = try DevelopmentCertificates()
        let second = try DevelopmentCertificates()
        let certificate = try folder.write("cert.pem", first.certificatePEM)
        let key = try folder.write("key.pem", first.keyText)
        var settings = TLSSettings(source: .files(certificates: certificate, key: key))
        settings.pollSeconds = 1
        let server = try TestServer(tls: settings)
        func answers(_ certificates: DevelopmentCertificates) -> Bool {
            guard let client = try? RawClient(port: server.port, authority: certificates.authorityPEM) else {
                return false
            }
            client.send(Self.get)
            return (try? client.answer().status) == 200
        }
        #expect(answers(first))
        let open = try RawClient(port: server.port, authority: first.authorityPEM)
        open.send(Self.get)
        #expect(try open.answer().status == 200)

        server.service.reloadCertificates()
        #expect(server.events.list.isEmpty)
        _ = try folder.write("cert.pem", String(first.certificatePEM.dropLast(100)))
        server.service.reloadCertificates()
        server.service.reloadCertificates()
        try FileManager.default.removeItem(atPath: key)
        server.service.reloadCertificates()
        let codes = server.events.list.map { event in
            if case .certificateRejected(let error) = event { error.code } else { "?" }
        }
        #expect(
            codes.prefix(2) == ["KF-HTTP-005", "KF-HTTP-005"] || codes.prefix(2) == ["KF-HTTP-005", "KF-HTTP-004"]
        )
        #expect(answers(first))

        _ = try folder.write("cert.pem", second.certificatePEM)
        _ = try folder.write("key.pem", second.keyText)
        // Without a call: the service looks by itself.
        let deadline = Date().addingTimeInterval(8)
        while !server.events.list.contains(.certificateReloaded), Date() < deadline {
            Thread.sleep(forTimeInterval: 0.01)
        }
        #expect(server.events.list.last == .certificateReloaded)
        #expect(answers(second))
        #expect(!answers(first))
        // A connection goes on with what it began with.
        open.send(Self.get)
        #expect(try open.answer().status == 200)
    }

    @Test func aCertificateWithoutItsKeyIsToldBeforeTheStart() throws {
        let folder = try Folder()
        let first = try DevelopmentCertificates()
        let second = try DevelopmentCertificates()
        let certificate = try folder.write("cert.pem", first.certificatePEM)
        let key = try folder.write("key.pem", second.keyText)
        for (settings, code) in [
            (TLSSettings(source: .files(certificates: certificate, key: key)), "KF-HTTP-006"),
            (TLSSettings(source: .files(certificates: certificate, key: "/nowhere")), "KF-HTTP-004"),
            (TLSSettings(source: .files(certificates: key, key: key)), "KF-HTTP-005"),
            (TLSSettings(source: .files(certificates: certificate, key: certificate)), "KF-HTTP-005"),
        ] {
            let error = #expect(throws: HTTPServiceError.self) { try TestServer(tls: settings) }
            #expect(error?.code == code)
        }
    }

    @Test func aClientCertificateIsAskedForAndHandedOn() throws {
        let folder = try Folder()
        let certificates = try DevelopmentCertificates()
        let authority = try folder.write("ca.pem", certificates.authorityPEM)
        for name in ["known", "unknown"] {
            let made = try run(
                "openssl",
                ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                    + ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"],
                in: folder.path
            )
            #expect(made.status == 0, "\(made.output)")
            #expect(
                try run(
                    "openssl",
                    ["x509", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der"],
                    in: folder.path
                ).status == 0
            )
        }
        for (ask, shows, isServed, isSeen) in [
            (TLSSettings.ClientCertificates.notAsked, "known", true, false),
            (.anyIssuer, "known", true, true), (.anyIssuer, "unknown", true, true), (.anyIssuer, "", true, false),
            (.issued(authorities: folder.path + "/known.pem"), "known", true, true),
            (.issued(authorities: folder.path + "/known.pem"), "unknown", false, false),
            (.issued(authorities: folder.path + "/known.pem"), "", true, false),
        ] {
            for version in ["--http1.1", "--http2"] {
                let seen = Mutex<[UInt8]?>(nil)
                var settings = TLSSettings(source: certificates.source)
                settings.clientCertificates = ask
                let server = try TestServer(tls: settings) { request, reply in
                    seen.withLock { $0 = request.origin.clientCertificate }
                    TestServer.echo(request, reply)
                }
                var arguments = [version, "-sS", "--cacert", authority, "https://localhost:\(server.port)/"]
                if !shows.isEmpty {
                    arguments += ["--cert", folder.path + "/\(shows).pem", "--key", folder.path + "/\(shows).key"]
                }
                let (output, status) = try run("curl", arguments)
                #expect((status == 0) == isServed, "\(ask) \(shows): \(output)")
                let leaf = try Data(
                    contentsOf: URL(fileURLWithPath: folder.path + "/\(shows.isEmpty ? "known" : shows).der")
                )
                #expect(seen.withLock { $0 } == (isSeen ? Array(leaf) : nil))
            }
        }
    }
}
