import Foundation
import HTTPModel
import HTTPService
import Testing

struct ShutdownTests {
    @Test func whatIsUnderWayIsAnsweredAndEverythingElseIsClosed() throws {
        let kept = Kept()
        let server = try TestServer(answer: kept.keep)
        let idle = try RawClient(port: server.port)
        idle.send("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
        try #require(kept.next()).reply.send(HTTPResponse(status: 200))
        #expect(try idle.answer().status == 200)
        let busy = try RawClient(port: server.port)
        busy.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n")
        let reply = try #require(kept.next()).reply
        let half = try RawClient(port: server.port)
        half.send("POST /half HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        #expect(try half.answer().status == 100)

        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            server.service.shutdown(graceSeconds: 10)
            done.signal()
        }
        #expect(try idle.waitForClose().isEmpty)
        #expect(throws: (any Error).self) { try RawClient(port: server.port) }
        reply.send(HTTPResponse(status: 201))
        let answer = try busy.answer()
        #expect(answer.status == 201)
        #expect(answer.field("Connection") == "close")
        half.send("abcd")
        try #require(kept.next()).reply.send(HTTPResponse(status: 202))
        #expect(try half.answer().status == 202)
        busy.close()
        half.close()
        #expect(done.wait(timeout: .now() + 9) == .success)
    }

    @Test func whatIsNotAnsweredInTimeIsCutOff() throws {
        let kept = Kept()
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let reply = try #require(kept.next()).reply
        server.service.shutdown(graceSeconds: 1)
        #expect(try client.waitForClose().isEmpty)
        // Too late, and harmless.
        reply.send(HTTPResponse(status: 200))
        server.service.shutdown(graceSeconds: 1)
    }

    @Test func aServiceStartsOnce() throws {
        let server = try TestServer()
        #expect(throws: HTTPServiceError.self) { try server.service.start() }
        server.service.shutdown(graceSeconds: 0)
        #expect(throws: HTTPServiceError.self) { try server.service.start() }
    }

    @Test func whoConnectsBeforeTheStartIsAnsweredAfterIt() throws {
        final class Echo: HTTPWorker {
            func handle(_ request: HTTPRequest, _ reply: HTTPReply) { TestServer.echo(request, reply) }
            func flush() {}
        }
        var configuration = HTTPServiceConfiguration(addresses: [.init(host: "127.0.0.1", port: 0)])
        let service = try HTTPService(configuration) { Echo() }
        let bound = try service.bind()
        configuration.addresses = bound
        // It is taken as if it were served.
        let second = try HTTPService(configuration) { Echo() }
        #expect(throws: HTTPServiceError.self) { try second.bind() }
        #expect(throws: HTTPServiceError.self) { try service.bind() }
        let client = try RawClient(port: bound[0].port)
        client.send("GET /early HTTP/1.1\r\nHost: a\r\n\r\n")
        try client.waitUntilSent()
        #expect(service.connectionCount == 0)
        #expect(try service.start() == bound)
        #expect(try client.answer().body == "GET /early - ")
        service.shutdown(graceSeconds: 0)
        // One that was never started lets go of its address, too.
        let unused = try HTTPService(configuration) { Echo() }
        #expect(try unused.bind() == bound)
        unused.shutdown(graceSeconds: 0)
        let last = try HTTPService(configuration) { Echo() }
        #expect(try last.start() == bound)
        last.shutdown(graceSeconds: 0)
    }

    @Test func aPortThatIsTakenIsToldByName() throws {
        let server = try TestServer()
        let configuration = HTTPServiceConfiguration(addresses: [.init(host: "127.0.0.1", port: server.port)])
        final class Nobody: HTTPWorker {
            func handle(_ request: HTTPRequest, _ reply: HTTPReply) {}
            func flush() {}
        }
        let second = try HTTPService(configuration) { Nobody() }
        let error = #expect(throws: HTTPServiceError.self) { try second.start() }
        #expect(error?.code == "KF-HTTP-001")
        #expect(error?.message.contains("\(server.port)") == true)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.8.7", true), ("::1", true), ("::ffff:127.0.0.1", true), ("localhost", true),
        ("0.0.0.0", false), ("::", false), ("128.0.0.1", false), ("::2", false), ("example.localhost", false),
        ("127.0.0.1.example.com", false), ("", false), ("127.1", false), ("2130706433", false),
    ])
    func plainHTTPIsForLoopbackOnly(_ host: String, _ isLoopback: Bool) throws {
        #expect(LoopbackAddress.isLoopback(host) == isLoopback)
        final class Nobody: HTTPWorker {
            func handle(_ request: HTTPRequest, _ reply: HTTPReply) {}
            func flush() {}
        }
        let configuration = HTTPServiceConfiguration(addresses: [.init(host: host, port: 0)])
        if isLoopback {
            _ = try HTTPService(configuration) { Nobody() }
        } else {
            let error = #expect(throws: HTTPServiceError.self) { try HTTPService(configuration) { Nobody() } }
            #expect(error?.code == "KF-HTTP-002")
        }
    }
}
