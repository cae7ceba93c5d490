import Foundation
import HTTPModel
import HTTPService
import Synchronization
import Testing

struct HTTP2Tests {
    private let certificates: DevelopmentCertificates
    private let folder: Folder
    private let authority: String

    init() throws {
        certificates = try DevelopmentCertificates()
        folder = try Folder()
        authority = try folder.write("ca.pem", certificates.authorityPEM)
    }

    private func server(
        _ limits: HTTPLimits = HTTPLimits(),
        answer: @escaping @Sendable (HTTPRequest, HTTPReply) -> Void = TestServer.echo
    ) throws -> TestServer {
        try TestServer(limits: limits, tls: TLSSettings(source: certificates.source), answer: answer)
    }

    private func curl(_ server: TestServer, _ path: String, _ arguments: [String] = []) throws -> String {
        let all = ["-sS", "--http2", "--cacert", authority] + arguments + ["https://localhost:\(server.port)\(path)"]
        return try run("curl", all).output
    }

    private func client(_ server: TestServer, _ frames: [UInt8]...) throws -> RawClient {
        let client = try RawClient(port: server.port, authority: certificates.authorityPEM, protocols: ["h2"])
        client.send(Frames.preface)
        for frame in frames { client.send(frame) }
        return client
    }

    @Test func http2IsSpokenWhereItIsAgreedOn() throws {
        let server = try server()
        let version = ["-o", "/dev/null", "-w", "%{http_version} %{response_code}"]
        #expect(try curl(server, "/", version) == "2 200")
        #expect(try curl(server, "/", version + ["--http1.1"]) == "1.1 200")
    }

    @Test func aRequestMeansTheSameAsOverHTTP1() throws {
        let server = try server { request, reply in
            let fields = ["host", "x-a"].map { request.headers[$0] ?? "-" }.joined(separator: " ")
            let text = "\(request.method) \(request.rawPath) \(request.rawQuery ?? "-") \(fields) \(request.body.count)"
            reply.send(HTTPResponse(status: 201, headers: ["Content-Type": "text/x"], body: Array(text.utf8)))
        }
        let body = try folder.write("body", String(repeating: "x", count: 3_000_000))
        for version in ["--http1.1", "--http2"] {
            let host = "localhost:\(server.port)"
            #expect(try curl(server, "/a%2Fb?c=d", [version, "-H", "X-A: b"]) == "GET /a%2Fb c=d \(host) b 0")
            #expect(try curl(server, "/v1", [version, "-X", "LIST"]) == "LIST /v1 - \(host) - 0")
            let post = try curl(server, "/", [version, "--data-binary", "@" + body])
            #expect(post == "POST / - \(host) - 3000000")
            let fields = try curl(server, "/", [version, "-I"]).lowercased()
            for field in [
                "content-type: text/x", "cache-control: no-store", "x-content-type-options: nosniff",
                "content-length: ",
                "strict-transport-security: max-age=31536000", "referrer-policy: no-referrer", "date: ",
                "content-security-policy: default-src 'none'; frame-ancestors 'none'",
            ] {
                #expect(fields.contains("\r\n" + field), "\(version) \(field)")
            }
        }
    }

    @Test func theLimitsAreThoseOfHTTP1() throws {
        var limits = HTTPLimits()
        limits.targetBytes = 100
        limits.headerFields = 10
        limits.bodyBytes = 100
        let server = try server(limits)
        let body = try folder.write("body", String(repeating: "x", count: 101))
        let many = (0..<12).flatMap { ["-H", "X-\($0): a"] }
        for (path, arguments, status) in [
            ("/" + String(repeating: "a", count: 99), [], "200"), ("/" + String(repeating: "a", count: 100), [], "414"),
            ("/", many, "431"), ("/", ["--data-binary", "@" + body], "413"),
            ("/", ["--data-binary", "@" + body, "-H", "Content-Length:"], "413"),
        ] {
            let code = try curl(server, path, ["-o", "/dev/null", "-w", "%{response_code}"] + arguments)
            #expect(code.hasSuffix(status), "\(code) \(path)")
        }
    }

    @Test(arguments: [
        [(":method", "GET"), (":scheme", "https"), (":path", "/a")],
        [(":method", "GET"), (":scheme", "https"), (":path", "a"), (":authority", "localhost")],
        [(":method", "GET"), (":scheme", "https"), (":path", "/a b"), (":authority", "localhost")],
        [(":method", "GET"), (":scheme", "https"), (":path", ""), (":authority", "localhost")],
        [(":method", "G T"), (":scheme", "https"), (":path", "/"), (":authority", "localhost")],
        [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "a/b")],
        Frames.get + [("host", "other")],
        Frames.get + [("x", "a\r\nb: c")],
        Frames.get + [("x", "a\u{0}")],
        Frames.get + [("x y", "a")],
        Frames.get + [("connection", "close")],
        Frames.get + [("transfer-encoding", "chunked")],
        Frames.get + [("content-length", "5")],
        Frames.get + [("content-length", "0"), ("content-length", "0")],
        Frames.get + [("content-length", "+0")],
        Frames.get + [(":path", "/b")],
        Frames.get + [("X", "a")],
    ])
    func aMalformedRequestNeverReachesTheWorker(_ fields: [(String, String)]) throws {
        let isReached = Mutex(false)
        let server = try server { _, reply in
            isReached.withLock { $0 = true }
            reply.send(HTTPResponse(status: 200))
        }
        // A good request behind it, where the connection survives, or the end of it.
        let client = try client(server, Frames.headers(1, fields))
        let frames = Frames.read(
            try client.waitFor { bytes in
                Frames.read(bytes).contains { $0.type == 7 || ([1, 3].contains($0.type) && $0.stream == 1) }
            }
        )
        #expect(!frames.isEmpty)
        #expect(isReached.withLock { $0 } == false)
    }

    @Test func aFloodOfResetsEndsTheConnection() throws {
        var limits = HTTPLimits()
        limits.streamResets = 20
        let requests = Mutex(0)
        let server = try server(limits) { _, reply in
            requests.withLock { $0 += 1 }
            reply.send(HTTPResponse(status: 200))
        }
        var flood: [UInt8] = []
        for number in 0..<UInt32(500) {
            flood += Frames.headers(2 * number + 1, Frames.get)
            flood += Frames.reset(2 * number + 1)
        }
        try client(server, flood).waitForClose()
        #expect(requests.withLock { $0 } < 100)
        #expect(try curl(server, "/", ["-w", "%{response_code}"]) == "200")
    }

    @Test func aFloodOfContinuationsEndsTheConnection() throws {
        let server = try server()
        let start = Frames.frame(type: 1, flags: 1, stream: 1, Frames.block(Frames.get))
        var flood: [UInt8] = []
        for number in 0..<50 {
            flood += Frames.frame(type: 9, flags: 0, stream: 1, Frames.block([("x\(number)", "y")]))
        }
        try client(server, start, flood).waitForClose()
        #expect(try curl(server, "/a") == "GET /a - ")
    }

    @Test func moreStreamsThanAgreedAreNotAnswered() throws {
        var limits = HTTPLimits()
        limits.streamsPerConnection = 5
        let kept = Kept()
        let server = try server(limits, answer: kept.keep)
        var many: [UInt8] = []
        for number in 0..<UInt32(8) { many += Frames.headers(2 * number + 1, Frames.get) }
        let client = try client(server, many)
        _ = try client.waitFor { bytes in Frames.read(bytes).contains { $0.type == 7 || $0.type == 3 } }
        var count = 0
        while kept.ready() != nil { count += 1 }
        #expect(count <= 5)
    }

    @Test func aStreamThatDoesNotEndIsCutOff() throws {
        var limits = HTTPLimits()
        limits.requestSeconds = 1
        let server = try server(limits)
        let client = try client(server, Frames.headers(1, Frames.get, end: false))
        // 408 in the table of HPACK is not there: the status comes as text.
        _ = try client.waitFor(seconds: 5) { bytes in
            Frames.read(bytes).contains { $0.type == 1 && $0.stream == 1 }
        }
        #expect(server.events.list == [.requestRefused(address: "127.0.0.1", status: 408)])
    }

    @Test func whatIsUnderWayIsAnsweredWhenTheServerStops() throws {
        let kept = Kept()
        let server = try server(answer: kept.keep)
        let client = try client(server, Frames.headers(1, Frames.get))
        let reply = try #require(kept.next()).reply
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            server.service.shutdown(graceSeconds: 10)
            done.signal()
        }
        // GOAWAY first, then the answer, then the end.
        _ = try client.waitFor { bytes in Frames.read(bytes).contains { $0.type == 7 } }
        reply.send(HTTPResponse(status: 200, body: [0x61]))
        let frames = Frames.read(try client.waitForClose())
        #expect(frames.contains { $0.type == 0 && $0.stream == 1 && $0.payload == [0x61] })
        #expect(done.wait(timeout: .now() + 9) == .success)
    }

    @Test func aStreamedAnswerArrivesPieceByPiece() throws {
        let kept = Kept()
        let server = try server(answer: kept.keep)
        let client = try client(server, Frames.headers(1, Frames.get))
        let closed = DispatchSemaphore(value: 0)
        let stream = try #require(kept.next()).reply.stream(status: 200, headers: [:]) { event in
            if case .closed = event { closed.signal() }
        }
        for piece in ["one", "two"] {
            #expect(stream.write(Array(piece.utf8)))
            try client.waitFor(piece)
        }
        client.send(Frames.reset(1))
        #expect(closed.wait(timeout: .now() + 5) == .success)
        #expect(!stream.write([1]))
    }

    @Test func whatIsNotHTTP2IsClosed() throws {
        let server = try server()
        let client = try RawClient(port: server.port, authority: certificates.authorityPEM, protocols: ["h2"])
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try client.waitForClose()
    }
}
