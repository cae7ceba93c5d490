import Foundation
import HTTPModel
import HTTPService
import Synchronization
import Testing

/// What is told of whether an answer has left.
struct SentTests {
    /// Takes what is told.
    private final class Told: Sendable {
        private let values = Mutex<[Bool]>([])
        private let came = DispatchSemaphore(value: 0)

        func take(_ isSent: Bool) {
            values.withLock { $0.append(isSent) }
            came.signal()
        }

        /// What was told; once, or this waits in vain for more.
        func next() -> [Bool] {
            _ = came.wait(timeout: .now() + 10)
            _ = came.wait(timeout: .now() + 0.05)
            return values.withLock { $0 }
        }
    }

    private let told = Told()
    private let kept = Kept()
    private let request = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"

    private func answer(bytes: Int = 10) throws {
        let response = HTTPResponse(status: 200, body: [UInt8](repeating: 97, count: bytes))
        try #require(kept.next()).reply.send(response, whenSent: told.take)
    }

    @Test(arguments: ["\r\n", "Connection: close\r\n\r\n"]) func anAnswerThatIsTakenHasLeft(_ rest: String) throws {
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send(request + rest)
        try answer()
        #expect(try client.answer().body.count == 10)
        #expect(told.next() == [true])
    }

    @Test func anAnswerToWhoIsGoneHasNotLeft() throws {
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send(request + "\r\n")
        let reply = try #require(kept.next()).reply
        client.close()
        usleep(100_000)
        reply.send(HTTPResponse(status: 200, body: [97]), whenSent: told.take)
        #expect(told.next() == [false])
    }

    @Test func whatABusyLoopHasNotReadYetIsKnownAllTheSame() throws {
        // On the loop itself, which so reads nothing meanwhile.
        let told = told
        let isGone = DispatchSemaphore(value: 0)
        let hasCome = DispatchSemaphore(value: 0)
        let server = try TestServer { _, reply in
            hasCome.signal()
            _ = isGone.wait(timeout: .now() + 10)
            usleep(50_000)
            reply.send(HTTPResponse(status: 200, body: [97]), whenSent: told.take)
        }
        let client = try RawClient(port: server.port)
        client.send(request + "\r\n")
        #expect(hasCome.wait(timeout: .now() + 10) == .success)
        client.close()
        isGone.signal()
        #expect(told.next() == [false])
        withExtendedLifetime(server) {}
    }

    @Test func anAnswerThatIsNotReadHasNotLeft() throws {
        var limits = HTTPLimits()
        limits.sendSeconds = 1
        let server = try TestServer(limits: limits, answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send(request + "\r\n")
        try client.waitUntilSent()
        try client.setReading(false)
        try answer(bytes: 64 << 20)
        #expect(told.next() == [false])
    }

    @Test func aSecondAnswerHasNotLeft() throws {
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send(request + "\r\n")
        let reply = try #require(kept.next()).reply
        reply.send(HTTPResponse(status: 200))
        reply.send(HTTPResponse(status: 200), whenSent: told.take)
        #expect(told.next() == [false])
        #expect(try client.answer().status == 200)
    }

    @Test func whoIsAnsweredWhileTheServerStopsHasTheAnswer() throws {
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send(request + "\r\n")
        let reply = try #require(kept.next()).reply
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            server.service.shutdown(graceSeconds: 10)
            done.signal()
        }
        usleep(100_000)
        reply.send(HTTPResponse(status: 200, body: [97]), whenSent: told.take)
        #expect(try client.answer().field("Connection") == "close")
        #expect(told.next() == [true])
        client.close()
        #expect(done.wait(timeout: .now() + 9) == .success)
    }

    @Test(arguments: [0, 1, 2]) func overHTTP2ItIsTheSame(_ how: Int) throws {
        let certificates = try DevelopmentCertificates()
        let server = try TestServer(tls: TLSSettings(source: certificates.source), answer: kept.keep)
        let client = try RawClient(port: server.port, authority: certificates.authorityPEM, protocols: ["h2"])
        client.send(Frames.preface)
        client.send(Frames.headers(1, Frames.get))
        let reply = try #require(kept.next()).reply
        switch how {
        case 0: break
        case 1:
            client.send(Frames.reset(1))
            usleep(100_000)
        default:
            client.close()
            usleep(100_000)
        }
        reply.send(HTTPResponse(status: 200, body: [97, 98, 99]), whenSent: told.take)
        #expect(told.next() == [how == 0])
    }

    @Test func overHTTP2WhatWaitsForItsWindowHasNotLeft() throws {
        let certificates = try DevelopmentCertificates()
        let server = try TestServer(tls: TLSSettings(source: certificates.source), answer: kept.keep)
        let client = try RawClient(port: server.port, authority: certificates.authorityPEM, protocols: ["h2"])
        client.send(Frames.preface)
        client.send(Frames.headers(1, Frames.get))
        // More than the first window of 65,535 bytes (RFC 9113, section 6.9.2).
        try answer(bytes: 70_000)
        let frames = try client.waitFor { bytes in
            Frames.read(bytes).filter { $0.type == 0 }.reduce(0) { $0 + $1.payload.count } == 65_535
        }
        #expect(!frames.isEmpty)
        client.send(Frames.reset(1))
        #expect(told.next() == [false])
    }
}
