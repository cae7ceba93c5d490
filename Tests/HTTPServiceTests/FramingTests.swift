import HTTPModel
import HTTPService
import Testing

/// What two readers of HTTP could read in two ways is refused.
struct FramingTests {
    @Test(arguments: [
        // Lengths.
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        ("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
        ("Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("Content-Length: 3, 3\r\n\r\nabc", 400),
        ("Content-Length: +3\r\n\r\nabc", 400),
        ("Content-Length: -1\r\n\r\nabc", 400),
        ("Content-Length: 0x3\r\n\r\nabc", 400),
        ("Content-Length: 3 3\r\n\r\nabc", 400),
        ("Content-Length:\r\n\r\nabc", 400),
        ("Content-Length: 99999999999999999999999\r\n\r\nabc", 413),
        ("Content-Length : 3\r\n\r\nabc", 400),
        ("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501),
        ("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("Transfer-Encoding: identity\r\n\r\n", 501),
        ("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n", 400),
        // Fields.
        ("X: a\r\n b\r\n\r\n", 400),
        ("X: a\r\n\tb\r\n\r\n", 400),
        (" X: a\r\n\r\n", 400),
        ("X\r\n\r\n", 400),
        (": a\r\n\r\n", 400),
        ("X y: a\r\n\r\n", 400),
        ("X: a\u{0}b\r\n\r\n", 400),
        ("X: a\rb\r\n\r\n", 400),
        ("X: a\nY: b\r\n\r\n", 400),
        ("X: a\n\n", 400),
        ("X: a\u{7F}\r\n\r\n", 400),
        ("Host: other\r\n\r\n", 400),
        ("Expect: something\r\n\r\n", 417),
        // Chunks.
        ("Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n;x\r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n", 413),
        ("Transfer-Encoding: chunked\r\n\r\n3;\(String(repeating: "x", count: 300))\r\nabc\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n\r\n3;a\rb\r\nabc\r\n0\r\n\r\n", 400),
    ])
    func aRequestThatCanBeReadInTwoWaysIsRefused(_ rest: String, _ status: Int) throws {
        let server = try TestServer { _, reply in reply.send(HTTPResponse(status: 299)) }
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\n" + rest)
        let answer = try client.answer()
        #expect(answer.status == status)
        #expect(answer.field("Connection") == "close")
        try client.waitForClose()
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{E4} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/11\r\nHost: a\r\n\r\n", 400),
        ("GET /\r\n\r\n", 400),
        ("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n", 400),
    ])
    func aMalformedRequestLineOrHostIsRefused(_ text: String, _ status: Int) throws {
        let server = try TestServer { _, reply in reply.send(HTTPResponse(status: 299)) }
        #expect(try server.ask(text).status == status)
    }

    @Test(arguments: [
        ("GET /a/b?c=d&e HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a/b c=d&e "),
        ("GET /? HTTP/1.1\r\nHost: a\r\n\r\n", "GET /  "),
        ("LIST /v1/secret/metadata HTTP/1.1\r\nHost: a:8200\r\n\r\n", "LIST /v1/secret/metadata - "),
        ("SCAN /v1/secret/metadata HTTP/1.1\r\nHost: [::1]:8200\r\n\r\n", "SCAN /v1/secret/metadata - "),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * - "),
        ("\r\nGET /a%2e HTTP/1.1\r\nhost:a\r\n\r\n", "GET /a%2e - "),
        ("POST / HTTP/1.1\r\nHost: a\r\nCONTENT-LENGTH:  3 \r\n\r\nabc", "POST / - abc"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST / - "),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n0a\r\n0123456789\r\n0\r\nT: u\r\n\r\n",
            "PUT / - abc0123456789"
        ),
        ("GET / HTTP/1.0\r\n\r\n", "GET / - "),
    ])
    func whatIsWellFormedArrivesAsItWasSent(_ text: String, _ echo: String) throws {
        let server = try TestServer()
        #expect(try server.ask(text).body == echo)
        // Byte by byte it means the same.
        let client = try RawClient(port: server.port)
        for byte in text.utf8 { client.send([byte]) }
        #expect(try client.answer().body == echo)
    }

    @Test func everyFieldArrivesInItsOrder() throws {
        let server = try TestServer { request, reply in
            let fields = request.headers.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
            reply.send(HTTPResponse(status: 200, body: Array(fields.utf8)))
        }
        let answer = try server.ask("GET / HTTP/1.1\r\nHost: a\r\nx-B: \t1 2\t \r\nX-b:\r\ntraceparent: ü\r\n\r\n")
        #expect(answer.body == "Host=a|x-B=1 2|X-b=|traceparent=ü")
    }

    @Test func aFieldThatIsNotTextIsRefused() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        client.send(Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xC3, 0x28] + Array("\r\n\r\n".utf8))
        #expect(try client.answer().status == 400)
    }
}
