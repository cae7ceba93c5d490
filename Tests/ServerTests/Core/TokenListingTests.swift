import AccessPolicy
import Findings
import Glibc
import HTTPModel
import SecretStore
import Secrets
import Synchronization
import Testing
import Vaulting

@testable import Server

/// Listing tokens keeps nobody waiting, however many there are.
@Suite struct TokenListingTests {
    private func issue(_ count: Int, _ vault: Vault) throws -> [String] {
        try vault.perform("test.prepare", .update, on: "sys/test", changing: true) { (directory) throws(StoreError) in
            var accessors: [String] = []
            for _ in 0..<count {
                let record = TokenRecord(principal: nil, policies: ["default"], created: directory.time)
                accessors.append(record.accessor)
                _ = try directory.issue(record)
            }
            return accessors
        }
    }

    @Test func `tokens are listed page by page, apart from groups`() async throws {
        let four = try FourProtocols()
        let made = try issue(200, four.vault)
        var headers: HTTPHeaders = ["Host": "localhost"]
        headers.add("Authorization", "Bearer x")
        let request = HTTPRequest(method: "GET", rawPath: "/api/v1/tokens", headers: headers)
        guard case .enterApart = NativeAdapter(attempts: AttemptLimiter()).plan(request) else {
            Issue.record("in a group everybody waits")
            return
        }
        var order: [String]?
        for limit in [1, 7, 64, 100, 200, 201, 1000] {
            var (listed, after, pages): ([String], String?, Int) = ([], "", 0)
            while let place = after {
                let page = await four.call("GET", "/api/v1/tokens?limit=\(limit)&after=\(place)")
                try #require(page.status == 200)
                let tokens = (page.json["tokens"]?.asArray ?? []).compactMap { $0["accessor"]?.asString }
                #expect(tokens.count <= limit)
                listed += tokens
                after = page.json["next"]?.asString
                #expect(after == nil || after == tokens.last)
                pages += 1
            }
            #expect(Set(listed).count == listed.count && Set(listed).isSuperset(of: made), "\(limit)")
            #expect(listed.count == 201 && pages == (201 + limit - 1) / limit, "\(limit): \(pages)")
            order = order ?? listed
            #expect(listed == order, "\(limit)")
        }
        let vault = await four.call("LIST", "/v1/auth/token/accessors").json["data"]?["keys"]?.asArray ?? []
        #expect(vault.count == 201 && vault.compactMap(\.asString) == order?.sorted())
        for query in ["limit=0", "limit=1001", "limit=x", "limit=-1"] {
            #expect(await four.call("GET", "/api/v1/tokens?" + query).status == 400, "\(query)")
        }
        // Whoever may not list them learns nothing, not even what was wrong.
        let ada = await four.call("POST", "/api/v1/tokens", #"{"principal":"ada"}"#).json["token"]?.asString
        #expect(await four.call("GET", "/api/v1/tokens?limit=0", token: ada).status == 403)
    }

    @Test func `others pass while all tokens are gone through`() throws {
        let clock = MeetingClock()
        let client = try VaultClient(clock: clock.now)
        _ = try issue(200, client.vault)
        let vault = client.vault
        clock.meet { _ = vault.fingerprint(of: Secret("x")) }
        let listed = try vault.liveTokens().tokens
        #expect(listed.count == 201)
        #expect(clock.meetings >= 3 && clock.failures == 0, "\(clock.meetings), \(clock.failures)")
    }

    @Test func `a page costs what is in it, and goes on where a token was that is gone`() throws {
        let clock = CountingClock()
        let client = try VaultClient(clock: clock.now)
        let made = try issue(600, client.vault)
        let all = try client.vault.liveTokens().tokens.map(\.token.accessor)
        #expect(Set(all).isSuperset(of: made))
        // Each time that some are opened the time is asked once.
        func looks(_ body: () throws -> Void) rethrows -> Int {
            let before = clock.count
            try body()
            return clock.count - before
        }
        let whole = try looks { _ = try client.vault.liveTokens() }
        #expect(whole >= 18)
        for start in [0, 300, 590] {
            let count = try looks {
                let page = try client.vault.liveTokens(after: all[start], limit: 10)
                #expect(page.tokens.map(\.token.accessor) == Array(all[(start + 1)...].prefix(10)))
                #expect(page.hasMore == (start < 590))
            }
            #expect(count <= 2, "\(start): \(count) of \(whole)")
        }
        let gone = try #require(all.dropFirst(99).first { made.contains($0) })
        try client.vault.perform("test.end", .update, on: "sys/test", changing: true) {
            (directory) throws(StoreError) in _ = try directory.revoke(accessor: gone)
        }
        let place = try #require(all.firstIndex(of: gone))
        let next = try client.vault.liveTokens(after: gone, limit: 3).tokens.map(\.token.accessor)
        #expect(next == Array(all[(place + 1)...].prefix(3)))
    }

    private final class CountingClock: Sendable {
        private let asked = Atomic<Int>(0)
        var count: Int { asked.load(ordering: .relaxed) }
        @Sendable func now() -> Timestamp {
            asked.add(1, ordering: .relaxed)
            return .now
        }
    }

    /// A clock that has somebody else do something whenever it is asked, and waits for that.
    private final class MeetingClock: Sendable {
        private let act = Mutex<(@Sendable () -> Void)?>(nil)
        private let counts = Mutex((meetings: 0, failures: 0))
        var meetings: Int { counts.withLock { $0.meetings } }
        var failures: Int { counts.withLock { $0.failures } }

        func meet(_ body: @escaping @Sendable () -> Void) { act.withLock { $0 = body } }

        @Sendable func now() -> Timestamp {
            guard let body = act.withLock({ $0 }) else { return .now }
            let done = Done()
            Thread.detach {
                body()
                done.isSet.store(true, ordering: .releasing)
            }
            let isDone = eventually(2) { done.isSet.load(ordering: .acquiring) }
            counts.withLock { $0 = ($0.meetings + 1, $0.failures + (isDone ? 0 : 1)) }
            return .now
        }
    }

    private final class Done: Sendable {
        let isSet = Atomic<Bool>(false)
    }
}
