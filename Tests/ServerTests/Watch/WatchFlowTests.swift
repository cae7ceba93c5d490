import AccessPolicy
import Findings
import Foundation
import HTTPModel
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing
import Vaulting

@testable import Server

/// Watching through the gate: who is told what, and when.
@Suite struct WatchFlowTests {
    @Test func `a change is told when the disk has confirmed it, and not before`() throws {
        let place = try WatchPlace()
        let told = Mutex<[SecretChange]>([])
        place.vault.tellChanges { changes in told.withLock { $0 += changes } }
        _ = try place.vault.group { vault in _ = try? vault.write(SecretPath("a/b"), .text(Secret("x"))) }
        #expect(told.withLock { $0 }.isEmpty)
        try place.vault.sync()
        let changes = told.withLock { $0 }
        #expect(changes.map(\.path.text) == ["a/b"])
        #expect(changes.map(\.action) == [.write] && changes.map(\.version) == [1])
        let record = try place.vault.auditRecords(last: 10).first { $0.action == .write }
        #expect(changes.map(\.sequence) == [record?.sequence])
        try place.vault.sync()
        #expect(told.withLock { $0 }.count == 1)
    }

    @Test func `a secret that moves is told where it was and where it is`() throws {
        let place = try WatchPlace()
        let told = Mutex<[SecretChange]>([])
        place.vault.tellChanges { changes in told.withLock { $0 += changes } }
        _ = try place.vault.group { vault in
            _ = try? vault.write(SecretPath("a/b"), .text(Secret("x")))
            try? vault.move([(SecretPath("a/b"), SecretPath("c/d"))], then: .init(rawValue: "test"), on: "test") { _ in
            }
        }
        try place.vault.sync()
        let changes = told.withLock { $0 }
        #expect(changes.map(\.path.text) == ["a/b", "a/b", "c/d"])
        #expect(changes.map(\.action) == [.write, .moveSecret, .moveSecret])
    }

    @Test func `what was undone, refused, only read or changed nothing is no change`() throws {
        let place = try WatchPlace()
        let told = Mutex<[SecretChange]>([])
        place.vault.tellChanges { changes in told.withLock { $0 += changes } }
        let path = try SecretPath("a/b")
        let stranger = Identity(principal: Principal("nobody"), access: AccessControl([], identity: TemplateValues()))
        var undone: StoreError?
        _ = try place.vault.group { vault in
            do throws(StoreError) {
                // The second one finds the first one's version, and both are undone.
                try vault.writeAll(
                    [(path, .text(Secret("1"))), (path, .text(Secret("2")))],
                    options: WriteOptions(expectedVersion: 0)
                )
            } catch { undone = error }
            _ = try? vault.acting(as: stranger).write(path, .text(Secret("3")))
            _ = try? vault.read(path)
            _ = try? vault.delete(path)
            _ = try? vault.write(SecretPath("a/c"), .text(Secret("4")))
            try? vault.setAttributes(SecretPath("a/c")) { _ in }
        }
        #expect(undone?.category == .conflict)
        try place.vault.sync()
        #expect(told.withLock { $0 }.map(\.path.text) == ["a/c"])
    }

    @Test func `a request that waits is answered with the change that it waits for, and passes the gate anew`() throws {
        let place = try WatchPlace()
        let token = try place.token("reader", #"path "secret/data/shop/*" { capabilities = ["read"] }"#)
        let first = place.watch("path=shop/one&wait=20", token)
        #expect(first.isOpen)
        try place.write("shop/other")
        #expect(first.staysOpen())
        try place.write("shop/one")
        #expect(try first.answer().status == 200)
        #expect(try first.answer().json["changes"]?.asArray?.first?["path"]?.asString == "shop/one")
        let second = place.watch("path=shop/one&wait=20", token)
        #expect(second.isOpen)
        try place.revoke(token)
        try place.write("shop/one")
        #expect(try second.answer().status == 401)
        #expect(!(try second.answer().text.contains("shop/one")))
    }

    @Test func `a stream is ended when its reader is too slow, gone, or not let in any more`() throws {
        let place = try WatchPlace()
        let token = try place.token("reader", #"path "secret/data/shop/*" { capabilities = ["read"] }"#)
        for end in ["slow", "gone", "revoked"] {
            let reader = place.watch("path=shop/one", token, accept: "text/event-stream")
            #expect(reader.text.hasPrefix("retry: 1000\nid: "))
            try place.write("shop/one")
            #expect(reader.waits { $0.text.contains("event: change\ndata: {\"number\":") })
            #expect(reader.waits { $0.text.contains("\n\n:\n\n") }, "a heartbeat")
            let before = reader.text
            #expect(place.service.watches.count == 1)
            switch end {
            case "slow": reader.refusesPieces()
            case "gone": reader.leave()
            default: try place.revoke(token)
            }
            try place.write("shop/one")
            #expect(reader.waits { $0.isClosed })
            #expect(reader.text == before)
            #expect(place.waits { $0.service.watches.count == 0 }, "\(end): its seat comes back")
        }
    }

    @Test func `when the server ends, who waits is answered and nobody waits from then on`() throws {
        let place = try WatchPlace()
        let waiting = place.watch("prefix=&wait=60", place.root)
        let reader = place.watch("prefix=", place.root, accept: "text/event-stream")
        #expect(waiting.isOpen && !reader.isClosed)
        place.service.drain()
        #expect(try waiting.answer().status == 200)
        #expect(reader.waits { $0.isClosed })
        #expect(try place.watch("prefix=&wait=60", place.root).answer().status == 200)
    }

    @Test(arguments: ["poll", "stream", "over", "gone"])
    func `once somebody has watched, a store is sealed as soon as nobody waits`(_ manner: String) throws {
        let place = try WatchPlace()
        let isStream = ["stream", "gone"].contains(manner)
        let query = manner == "over" ? "path=shop/one&wait=1" : isStream ? "path=shop/one" : "path=shop/one&wait=60"
        let reader = place.watch(query, place.root, accept: isStream ? "text/event-stream" : nil)
        #expect(place.service.watches.count == 1 && !place.isAlone())
        switch manner {
        case "over": _ = try reader.answer()
        case "gone": reader.leave()
        default: place.service.drain()
        }
        // What ServedStore waits for, at most ten seconds, before it lets go of the keys.
        #expect(place.waits(milliseconds: 1000) { $0.isAlone() })
    }

    @Test func `who comes to wait when the hub has ended is answered, and a stream is ended`() throws {
        let place = try WatchPlace()
        for isStream in [false, true] {
            let reader = Reader()
            let hub = place.service.watches
            let stream = isStream ? reader.begin(200, {}) : nil
            let watcher = Watcher(
                id: hub.newID(),
                adapter: 0,
                request: HTTPRequest(method: "GET", rawPath: "/api/v1/watch", rawQuery: nil, headers: [:], body: []),
                credential: .token(Secret(place.root)),
                watch: Watch(place: .below(nil), after: nil, manner: .answer(seconds: 60), format: NativeWatch()),
                reply: { if isStream { reader.end() } else { reader.take($0) } },
                stream: stream,
                seat: try #require(hub.seat(for: "a", at: "b")),
                after: hub.now(),
                due: .now + .seconds(60)
            )
            hub.stop()
            hub.wait(watcher, place.service)
            if isStream { #expect(reader.isClosed) } else { #expect(try reader.answer().status == 503) }
        }
    }
}

/// A store of its own behind the native API.
private final class WatchPlace {
    private let store: StoreFolder
    let vault: Vault
    private(set) var service: Service
    let root: String

    init() throws {
        store = try StoreFolder()
        vault = store.vault
        root = try Self.issue(vault, policies: ["root"])
        let attempts = AttemptLimiter()
        service = try Service(
            vault: vault,
            adapters: [NativeAdapter(attempts: attempts)],
            attempts: attempts,
            heartbeat: .milliseconds(50)
        ) { _ in 0 }
    }

    deinit {
        service.stop()
    }

    private static func issue(_ vault: Vault, policies: [String]) throws -> String {
        try vault.perform("token.create", .update, on: "auth/token/create", changing: true) {
            (directory) throws(StoreError) in
            var record = TokenRecord(principal: nil, policies: policies, created: directory.time)
            record.live(seconds: 3600, from: directory.time)
            return try directory.issue(record).reveal()
        }
    }

    func token(_ name: String, _ policy: String) throws -> String {
        let body: JSONValue = ["text": .string(policy)]
        _ = try send("PUT", "/api/v1/policies/\(name)", body: body.text())
        return try Self.issue(vault, policies: [name])
    }

    func revoke(_ token: String) throws { _ = try send("DELETE", "/api/v1/self", token: token) }

    func write(_ path: String) throws { _ = try send("PUT", "/api/v1/secrets/\(path)", body: #"{"text":"x"}"#) }

    private func send(_ method: String, _ path: String, body: String = "", token: String? = nil) throws -> Reader {
        let reader = start(method, path, nil, body, token ?? root, nil)
        let answer = try reader.answer()
        #expect((200...299).contains(answer.status), "\(method) \(path): \(answer.status) \(answer.text)")
        return reader
    }

    func watch(_ query: String, _ token: String, accept: String? = nil) -> Reader {
        start("GET", "/api/v1/watch", query, "", token, accept)
    }

    private func start(
        _ method: String,
        _ path: String,
        _ query: String?,
        _ body: String,
        _ token: String,
        _ accept: String?
    ) -> Reader {
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
        if let accept { headers.add("Accept", accept) }
        let request = HTTPRequest(
            method: method,
            rawPath: path,
            rawQuery: query,
            headers: headers,
            body: Array(body.utf8)
        )
        let reader = Reader()
        let worker = service.makeWorker()
        worker.handle(request, stream: { reader.begin($0, $2) }) { reader.take($0) }
        worker.flush()
        return reader
    }

    /// Whether nobody else holds the service, and with it the keys.
    func isAlone() -> Bool { isKnownUniquelyReferenced(&service) }

    func waits(milliseconds: Int = 2000, _ condition: (WatchPlace) -> Bool) -> Bool {
        for _ in 0..<milliseconds / 5 where !condition(self) { usleep(5000) }
        return condition(self)
    }
}

/// Whoever waits for an answer, whole or bit by bit.
private final class Reader: ServiceStream {
    struct Answer {
        let status: Int
        let text: String
        var json: JSONValue { get throws { try JSONValue(parsing: Array(text.utf8)) } }
    }

    struct NoAnswer: Error {}

    private struct State {
        var response: HTTPResponse?
        var bytes: [UInt8] = []
        var isClosed = false
        var isSlow = false
        var onClose: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func take(_ response: HTTPResponse) { state.withLock { $0.response = response } }

    func begin(_ status: Int, _ onClose: @escaping @Sendable () -> Void) -> any ServiceStream {
        state.withLock { $0.onClose = onClose }
        return self
    }

    func write(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            guard !state.isClosed, !state.isSlow else { return false }
            state.bytes += bytes
            return true
        }
    }

    func end() { leave() }

    func leave() {
        let onClose = state.withLock { state in
            state.isClosed = true
            return state.onClose.take()
        }
        onClose?()
    }

    func refusesPieces() { state.withLock { $0.isSlow = true } }

    var isClosed: Bool { state.withLock { $0.isClosed } }
    var text: String { String(decoding: state.withLock { $0.bytes }, as: UTF8.self) }
    var isOpen: Bool { state.withLock { $0.response == nil } }

    func staysOpen() -> Bool {
        usleep(100_000)
        return isOpen
    }

    func waits(_ condition: (Reader) -> Bool) -> Bool {
        for _ in 0..<400 where !condition(self) { usleep(5000) }
        return condition(self)
    }

    func answer() throws -> Answer {
        guard waits({ !$0.isOpen }), let response = state.withLock({ $0.response }) else { throw NoAnswer() }
        return Answer(status: response.status, text: String(decoding: response.body, as: UTF8.self))
    }
}
