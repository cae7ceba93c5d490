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
                // Every page opens all of them: the smallest ones are tried at the beginning only.
                if limit < 10, pages == 5 { break }
            }
            let all = (made + listed.filter { !made.contains($0) }).sorted()
            #expect(listed == Array(all.prefix(listed.count)), "\(limit)")
            #expect(limit < 10 || Set(listed).isSuperset(of: made), "\(limit)")
            #expect(limit < 10 || pages == (201 + limit - 1) / limit, "\(limit): \(pages)")
        }
        let vault = await four.call("LIST", "/v1/auth/token/accessors").json["data"]?["keys"]?.asArray ?? []
        #expect(vault.count == 201)
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
