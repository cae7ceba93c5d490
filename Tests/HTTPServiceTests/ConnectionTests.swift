import Foundation
import HTTPModel
import HTTPService
import Synchronization
import Testing

struct ConnectionTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func pipelinedRequestsAreAnsweredInOrderAndOneAfterTheOther() throws {
        let kept = Kept()
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send((1...20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        for number in 1...20 {
            let (path, reply) = try #require(kept.next())
            #expect(path == "/\(number)")
            reply.send(HTTPResponse(status: 200, body: Array(path.utf8)))
            #expect(try client.answer().body == "/\(number)")
        }
    }

    @Test func aConnectionIsKeptOrClosedAsBothSidesSay() throws {
        for (text, closes) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", true),
            ("GET / HTTP/1.0\r\nHost: a\r\n\r\n", true),
            ("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", false),
        ] {
            let server = try TestServer()
            let client = try RawClient(port: server.port)
            client.send(text)
            let answer = try client.answer()
            #expect((answer.field("Connection") == "close") == closes)
            if closes {
                try client.waitForClose()
            } else {
                client.send(Self.get)
                #expect(try client.answer().status == 200)
            }
        }
    }

    @Test func aPeerThatIsDoneSendingGetsItsAnswers() throws {
        let kept = Kept()
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send(Self.get + Self.get)
        client.finishSending()
        for isLast in [false, true] {
            try #require(kept.next()).reply.send(HTTPResponse(status: 201))
            let answer = try client.answer()
            #expect(answer.status == 201)
            // Whether the last answer says so depends on when the end of the sending is seen.
            if !isLast { #expect(answer.field("Connection") != "close") }
        }
        try client.waitForClose()
    }

    @Test func aPeerThatIsDoneInTheMiddleOfARequestIsClosed() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        client.finishSending()
        #expect(try client.waitForClose().isEmpty)
    }

    @Test func whoExpectsContinueIsToldToGoOn() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try client.answer().status == 100)
        client.send("abc")
        #expect(try client.answer().body == "POST / - abc")
        // Not when it is refused, and not when the body is here.
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
        #expect(try client.answer().status == 200)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")
        #expect(try client.answer().status == 413)
    }

    @Test func theAnswerToHeadHasTheLengthAndNoBody() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        client.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
        #expect(try client.answer(toHead: true).field("Content-Length") == "12")
        #expect(try client.answer().body == "GET /a - ")
    }

    @Test func anAnswerThatCanHaveNoBodyHasNone() throws {
        for status in [204, 304] {
            let server = try TestServer { _, reply in reply.send(HTTPResponse(status: status, body: [1, 2])) }
            let client = try RawClient(port: server.port)
            client.send(Self.get + Self.get)
            for _ in 0..<2 {
                let answer = try client.answer()
                #expect(answer.status == status)
                #expect(answer.field("Content-Length") == nil)
            }
        }
    }

    @Test func onlyTheFirstAnswerCounts() throws {
        let server = try TestServer { _, reply in
            reply.send(HTTPResponse(status: 201))
            reply.send(HTTPResponse(status: 202))
            Thread.detachNewThread { reply.send(HTTPResponse(status: 203)) }
        }
        let client = try RawClient(port: server.port)
        for _ in 0..<50 {
            client.send(Self.get)
            #expect(try client.answer().status == 201)
        }
    }

    @Test func aReplyThatIsDroppedIsA500AndTheEndOfTheConnection() throws {
        for later in [false, true] {
            let server = try TestServer { _, reply in
                if later { Thread.detachNewThread { _ = reply } }
            }
            let client = try RawClient(port: server.port)
            client.send(Self.get)
            #expect(try client.answer().status == 500)
            try client.waitForClose()
        }
    }

    @Test func anAnswerThatWouldSplitIsA500() throws {
        for field in [("X", "a\r\nY: b"), ("X\r\nY", "b"), ("", "a"), ("X y", "b"), ("X", "a\u{0}")] {
            let server = try TestServer { _, reply in
                reply.send(HTTPResponse(status: 200, headers: HTTPHeaders([.init(field.0, field.1)])))
            }
            let answer = try server.ask(Self.get)
            #expect(answer.status == 500)
            #expect(answer.field("Y") == nil)
        }
    }

    @Test func theWorkerAnswersWholeTurns() throws {
        let kept = Kept()
        let flushes = Mutex(0)
        let server = try TestServer(
            answer: kept.keep,
            onFlush: {
                flushes.withLock { $0 += 1 }
                while let waiting = kept.ready() { waiting.send(HTTPResponse(status: 200)) }
            }
        )
        let client = try RawClient(port: server.port)
        for count in 1...5 {
            client.send(Self.get)
            #expect(try client.answer().status == 200)
            #expect(flushes.withLock { $0 } == count)
        }
    }

    @Test func everyAnswerHasTheSecurityFieldsUnlessItSetsItsOwn() throws {
        let server = try TestServer { request, reply in
            var headers: HTTPHeaders = ["Content-Type": "application/json"]
            if request.rawPath == "/own" {
                headers.add("content-security-policy", "default-src 'self'")
                headers.add("Content-Length", "999")
                headers.add("Transfer-Encoding", "chunked")
                headers.add("Date", "never")
            }
            reply.send(HTTPResponse(status: 200, headers: headers, body: [0x7B, 0x7D]))
        }
        let answer = try server.ask(Self.get)
        #expect(answer.field("Content-Type") == "application/json")
        #expect(answer.field("Cache-Control") == "no-store")
        #expect(answer.field("X-Content-Type-Options") == "nosniff")
        #expect(answer.field("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'")
        #expect(answer.field("Referrer-Policy") == "no-referrer")
        #expect(answer.field("Strict-Transport-Security") == nil)
        #expect(answer.field("Content-Length") == "2")
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = try #require(answer.field("Date").flatMap(format.date(from:)))
        #expect(abs(date.timeIntervalSinceNow) < 5)

        let own = try server.ask("GET /own HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(own.head.lowercased().components(separatedBy: "content-security-policy").count == 2)
        #expect(own.field("Content-Security-Policy") == "default-src 'self'")
        #expect(own.field("Content-Length") == "2")
        #expect(own.field("Transfer-Encoding") == nil)
        #expect(own.field("Date") != "never")
        #expect(own.field("Cache-Control") == "no-store")
        // What the transport answers by itself has them, too.
        #expect(try server.ask("x\r\n\r\n").field("Cache-Control") == "no-store")
    }

    @Test func aLargeBodyGoesBothWays() throws {
        let server = try TestServer { request, reply in reply.send(HTTPResponse(status: 200, body: request.body)) }
        let client = try RawClient(port: server.port)
        let body = String((0..<200_000).map { "\($0)," }.joined())
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
        #expect(try client.answer().body == body)
    }
}

struct StreamTests {
    @Test func aStreamArrivesPieceByPieceAndTheConnectionGoesOn() throws {
        let kept = Kept()
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        let stream = try #require(kept.next()).reply.stream(status: 200, headers: ["Content-Type": "text/event-stream"])
        #expect(stream.write(Array("data: 1\n\n".utf8)))
        try client.waitFor("9\r\ndata: 1\n\n\r\n")
        #expect(stream.write(Array("data: 2\n\n".utf8)))
        try client.waitFor("data: 2")
        stream.end()
        #expect(!stream.write([1]))
        #expect(try client.answer().body.contains("data: 2"))
        client.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        try #require(kept.next()).reply.send(HTTPResponse(status: 201))
        #expect(try client.answer().status == 201)
    }

    @Test func whoStreamsIsToldWhenThePeerIsGone() throws {
        let kept = Kept()
        let server = try TestServer(answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        let closed = DispatchSemaphore(value: 0)
        let stream = try #require(kept.next()).reply.stream(status: 200, headers: [:]) { event in
            if case .closed = event { closed.signal() }
        }
        stream.write([0x61])
        try client.waitFor("a\r\n")
        client.close()
        #expect(closed.wait(timeout: .now() + 5) == .success)
        #expect(stream.isClosed)
        #expect(!stream.write([0x61]))
    }

    @Test func aSlowReaderFillsOnlyItsBound() throws {
        var limits = HTTPLimits()
        limits.streamedBytes = 100_000
        let kept = Kept()
        let server = try TestServer(limits: limits, answer: kept.keep)
        let client = try RawClient(port: server.port)
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        try client.setReading(false)
        let drained = DispatchSemaphore(value: 0)
        let stream = try #require(kept.next()).reply.stream(status: 200, headers: [:]) { event in
            if case .drained = event { drained.signal() }
        }
        let piece = [UInt8](repeating: 0x61, count: 10_000)
        var taken = 0
        // The system's buffers take some megabytes first.
        let deadline = Date().addingTimeInterval(20)
        while Date() < deadline {
            if stream.write(piece) {
                taken += piece.count
            } else if drained.wait(timeout: .now() + 2) == .timedOut {
                break
            }
        }
        #expect(taken < 64 << 20, "\(taken)")
        // Some more may fit, because the last pieces are on their way one by one.
        var more = 0
        while more < 10, stream.write(piece) { more += 1 }
        #expect(more < 10)
        try client.setReading(true)
        #expect(drained.wait(timeout: .now() + 5) == .success)
        #expect(stream.write(piece))
    }
}

extension Kept {
    /// A reply that is there already.
    func ready() -> HTTPReply? { isEmpty ? nil : next()?.reply }
}
