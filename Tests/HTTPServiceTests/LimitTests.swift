import Foundation
import HTTPModel
import HTTPService
import Testing

struct LimitTests {
    @Test func theLargestBodyIsThatOfVault() { #expect(HTTPLimits().bodyBytes == 32 << 20) }

    @Test(arguments: [
        ("GET /\(String(repeating: "a", count: 99)) HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET /\(String(repeating: "a", count: 100)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("GET /\(String(repeating: "a", count: 400))", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 900))\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 1000))\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 1100))", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: a\r\n", count: 9))\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: a\r\n", count: 10))\r\n", 431),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n\(String(repeating: "a", count: 100))", 200),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n\(String(repeating: "a", count: 100))\r\n0\r\n\r\n",
            200
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n\(String(repeating: "a", count: 100))\r\n1\r\n",
            413
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(String(repeating: "T: u\r\n", count: 1400))\r\n",
            431
        ),
    ])
    func whatIsLargerThanItsLimitIsRefused(_ text: String, _ status: Int) throws {
        var limits = HTTPLimits()
        limits.targetBytes = 100
        limits.headerBytes = 1024
        limits.headerFields = 10
        limits.bodyBytes = 100
        let server = try TestServer(limits: limits)
        let answer = try server.ask(text)
        #expect(answer.status == status)
        if status != 200 {
            #expect(server.events.list == [.requestRefused(address: "127.0.0.1", status: status)])
        }
    }

    @Test(arguments: [
        "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n555\r\nab",
    ])
    func whoSendsTooSlowlyIsCutOff(_ text: String) throws {
        var limits = HTTPLimits()
        limits.requestSeconds = 1
        let server = try TestServer(limits: limits)
        let client = try RawClient(port: server.port)
        client.send(text)
        // Drops of bytes do not move the deadline: it is for the whole request.
        Thread.detachNewThread {
            for _ in 0..<50 {
                client.send("a")
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        #expect(try client.answer(seconds: 3).status == 408)
        try client.waitForClose()
    }

    @Test func whoSaysNothingIsClosedWithoutAnAnswer() throws {
        var limits = HTTPLimits()
        limits.requestSeconds = 1
        limits.idleSeconds = 1
        let server = try TestServer(limits: limits)
        let silent = try RawClient(port: server.port)
        let idle = try RawClient(port: server.port)
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.answer().status == 200)
        #expect(try silent.waitForClose(seconds: 4).isEmpty)
        #expect(try idle.waitForClose(seconds: 4).isEmpty)
    }

    @Test func aWorkerMayTakeLongerThanAPeer() throws {
        var limits = HTTPLimits()
        limits.requestSeconds = 1
        limits.idleSeconds = 1
        let server = try TestServer(limits: limits) { _, reply in
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: 2)
                reply.send(HTTPResponse(status: 201))
            }
        }
        #expect(try server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 201)
    }

    @Test func tooManyConnectionsAreClosedAsTheyCome() throws {
        for perAddress in [true, false] {
            var limits = HTTPLimits()
            if perAddress { limits.connectionsPerAddress = 2 } else { limits.connections = 2 }
            let server = try TestServer(limits: limits)
            let clients = try (0..<2).map { _ in try RawClient(port: server.port) }
            for client in clients {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.answer().status == 200)
            }
            let third = try RawClient(port: server.port)
            #expect(try third.waitForClose().isEmpty)
            #expect(server.events.list == [.connectionRefused(address: "127.0.0.1")])
            clients[0].close()
            while server.service.connectionCount > 1 { Thread.sleep(forTimeInterval: 0.001) }
            #expect(try server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        }
    }

    @Test func unfinishedBodiesShareOneBudget() throws {
        var limits = HTTPLimits()
        limits.bufferedBytes = 100_000
        let server = try TestServer(limits: limits)
        let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + String(repeating: "a", count: 59_999)
        let first = try RawClient(port: server.port)
        first.send(half)
        // The first has its bytes in the server when the second is refused, or the other way round.
        let second = try RawClient(port: server.port)
        second.send(half)
        let third = try RawClient(port: server.port)
        third.send(half)
        let refused = try third.answer()
        #expect(refused.status == 503)
        #expect(refused.field("Retry-After") == "1")
        // Who needs no memory is served all the time, and the others go on.
        #expect(try server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        first.send("a")
        second.send("a")
        let statuses = [try? first.answer().status, try? second.answer().status].map { $0 ?? 0 }
        #expect(statuses.contains(200))
        // Everything was given back: the same fits again.
        first.close()
        second.close()
        third.close()
        let last = try RawClient(port: server.port)
        last.send(half + "a")
        #expect(try last.answer().status == 200)
    }

    @Test func whoIsRefusedWhileStillSendingGetsToReadWhy() throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 100
        let server = try TestServer(limits: limits)
        let body = [UInt8](repeating: 0x61, count: 4 << 20)
        for _ in 0..<10 {
            let client = try RawClient(port: server.port)
            try client.setReading(false)
            client.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
            // The whole body has left before the answer is read: a reset would have thrown the answer away.
            try client.waitUntilSent()
            try client.setReading(true)
            #expect(try client.answer().status == 413)
        }
    }

    @Test func aPeerThatReadsNothingIsCutOff() throws {
        var limits = HTTPLimits()
        limits.sendSeconds = 1
        let large = [UInt8](repeating: 0x61, count: 16 << 20)
        let server = try TestServer(limits: limits) { _, reply in reply.send(HTTPResponse(status: 200, body: large)) }
        let client = try RawClient(port: server.port)
        try client.setReading(false)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let deadline = Date().addingTimeInterval(8)
        while server.service.connectionCount == 0, Date() < deadline { Thread.sleep(forTimeInterval: 0.001) }
        while server.service.connectionCount > 0, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
        #expect(server.service.connectionCount == 0)
    }
}
