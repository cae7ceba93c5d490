import Foundation
import HTTPModel
import HTTPService
import Synchronization
import Testing

/// A group waits for those who were just answered from another thread.
@Suite struct GatheringTests {
    /// Gathers requests, and answers each group when it is told to.
    private final class Groups: Sendable {
        private let gathered = Mutex<[HTTPReply]>([])
        private let groups = Mutex<[[HTTPReply]]>([])
        private let told = Mutex<[Int]>([])

        /// How many were in each group so far.
        var sizes: [Int] { told.withLock { $0 } }

        func take(_ reply: HTTPReply) { gathered.withLock { $0.append(reply) } }

        func end() {
            let group = gathered.withLock { gathered in
                defer { gathered = [] }
                return gathered
            }
            told.withLock { $0.append(group.count) }
            groups.withLock { $0.append(group) }
        }

        /// Answers everybody who waits; called from a thread that is no event loop.
        func answer() {
            let waiting = groups.withLock { groups in
                defer { groups = [] }
                return groups.joined()
            }
            for reply in waiting { reply.send(HTTPResponse(status: 200)) }
        }

        /// Waits until so many have passed in groups.
        func wait(for count: Int) {
            for _ in 0..<1000 where sizes.reduce(0, +) < count { usleep(5000) }
            #expect(sizes.reduce(0, +) == count)
        }
    }

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private let groups = Groups()

    private func server(patience: Int) throws -> TestServer {
        try TestServer(
            answer: { [groups] _, reply in groups.take(reply) },
            onFlush: { [groups] in groups.end() },
            patience: patience
        )
    }

    /// Two clients that were answered together.
    private func twoClients(_ server: TestServer) throws -> (RawClient, RawClient) {
        let (first, second) = (try RawClient(port: server.port), try RawClient(port: server.port))
        for (position, client) in [first, second].enumerated() {
            client.send(Self.request)
            groups.wait(for: position + 1)
        }
        groups.answer()
        for client in [first, second] { #expect(try client.answer().status == 200) }
        return (first, second)
    }

    @Test func `those who were answered together come again in one group`() throws {
        let server = try server(patience: 60_000_000)
        let (first, second) = try twoClients(server)
        first.send(Self.request)
        usleep(100_000)
        #expect(groups.sizes == [1, 1])
        second.send(Self.request)
        // Not after a minute, but at once.
        groups.wait(for: 4)
        #expect(groups.sizes == [1, 1, 2])
        groups.answer()
        for client in [first, second] { #expect(try client.answer().status == 200) }
    }

    @Test func `who does not ask again is awaited no longer than that`() throws {
        let server = try server(patience: 50_000)
        let (first, second) = try twoClients(server)
        for count in 3...5 {
            first.send(Self.request)
            groups.wait(for: count)
            groups.answer()
            #expect(try first.answer().status == 200)
        }
        #expect(groups.sizes == [1, 1, 1, 1, 1])
        second.send(Self.request)
        groups.wait(for: 6)
    }

    @Test func `who goes away takes nobody along`() throws {
        let server = try server(patience: 50_000)
        let (first, second) = try twoClients(server)
        second.close()
        first.send(Self.request)
        groups.wait(for: 3)
        groups.answer()
        #expect(try first.answer().status == 200)
    }

    @Test func `without patience nobody is awaited`() throws {
        let server = try server(patience: 0)
        let (first, second) = try twoClients(server)
        first.send(Self.request)
        groups.wait(for: 3)
        second.send(Self.request)
        groups.wait(for: 4)
        #expect(groups.sizes == [1, 1, 1, 1])
    }

    @Test func `a service that stops while a group is gathered ends it`() throws {
        let server = try server(patience: 60_000_000)
        let (first, second) = try twoClients(server)
        first.send(Self.request)
        usleep(50_000)
        server.service.shutdown(graceSeconds: 0)
        #expect(groups.sizes == [1, 1, 1])
        second.close()
    }
}
