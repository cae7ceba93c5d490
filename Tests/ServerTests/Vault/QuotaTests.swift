import Findings
import HTTPModel
import SecretStore
import Testing

@testable import Server

struct RateLimiterTests {
    private static func quota(_ name: String, _ path: String, isMount: Bool = false, rate: Double = 1) -> RateQuota {
        RateQuota(name, path: path, isMount: isMount, rate: rate, interval: 10, blockInterval: 0)
    }

    @Test func theMostSpecificQuotaCounts() {
        let time = TestClock()
        let limiter = RateLimiter(clock: time.now)
        let quotas = [
            Self.quota("global", "", rate: 1), Self.quota("mount", "auth/userpass", isMount: true, rate: 2),
            Self.quota("glob", "auth/userpass/login/*", rate: 3),
            Self.quota("longer", "auth/userpass/login/a*", rate: 4),
            Self.quota("exact", "auth/userpass/login/ada", rate: 5),
        ]
        limiter.take(quotas, RateQuotaSettings())
        let rows: [(String, Int)] = [
            ("secret/data/a", 1), ("auth/userpass/users/ada", 2), ("auth/userpass/login/bob", 3),
            ("auth/userpass/login/anna", 4), ("auth/userpass/login/ada", 5), ("auth/userpass2/login/ada", 1), ("", 1),
            // A mark is one character with the slash before it, and no way around.
            ("auth/userpass/\u{301}x", 2), ("auth/userpass/login/\u{301}xy", 3), ("auth/userpass/login/a\u{301}xyz", 4),
        ]
        for (path, limit) in rows {
            #expect(limiter.admit(path, from: "10.0.0.\(path.utf8.count)")?.limit == limit, "\(path)")
        }
        #expect(limiter.admit("sys/health", from: "10.0.0.1") == nil)
        limiter.take([], RateQuotaSettings())
        #expect(limiter.admit("secret/data/a", from: "10.0.0.1") == nil)
    }

    @Test func aQuotaHoldsForEverySpellingAndItsPathIsAskedForOnlyWhenThereIsOne() {
        let limiter = RateLimiter(clock: TestClock().now)
        limiter.take([Self.quota("q", "auth/userpass/login/Bob")], RateQuotaSettings())
        let allowed = ["bob", "BOB", "Bob"].map { limiter.admit("auth/userpass/login/\($0)", from: "a")?.isAllowed }
        #expect(allowed == [true, false, false])
        limiter.take([], RateQuotaSettings())
        var count = 0
        func path() -> String {
            count += 1
            return "secret/data/a"
        }
        #expect(limiter.admit(path(), from: "a") == nil && count == 0)
        limiter.take([Self.quota("q", "")], RateQuotaSettings())
        #expect(limiter.admit(path(), from: "a") != nil && count == 1)
    }

    @Test func whatWasReadBeforeAChangeIsNotTakenAfterIt() throws {
        let limiter = RateLimiter(clock: TestClock().now)
        let changes = try #require(limiter.mustRead)
        limiter.take([Self.quota("new", "")], RateQuotaSettings())
        limiter.take([], RateQuotaSettings(), readAt: changes)
        #expect(limiter.admit("a", from: "a") != nil)
        #expect(limiter.mustRead == nil)
        limiter.forget()
        let again = try #require(limiter.mustRead)
        limiter.take([], RateQuotaSettings(), readAt: again)
        #expect(limiter.admit("a", from: "a") == nil)
    }

    @Test func anIntervalHasSoManyRequestsForEachAddress() {
        let time = TestClock()
        let limiter = RateLimiter(clock: time.now)
        limiter.take([Self.quota("q", "", rate: 2.9)], RateQuotaSettings())
        func left(_ address: String = "10.0.0.1") -> Int? {
            limiter.admit("a", from: address).map { $0.isAllowed ? $0.left : -1 }
        }
        #expect([left(), left(), left(), left()] == [1, 0, -1, -1])
        #expect(left("10.0.0.2") == 1)
        time.pass(seconds: 9)
        #expect(limiter.admit("a", from: "10.0.0.1")?.reset == 1)
        time.pass(seconds: 1)
        #expect([left(), left(), left()] == [1, 0, -1])
        #expect(limiter.refused == 4)
        // A quota that stays as it was keeps its counts; one that changes begins anew.
        limiter.take([Self.quota("q", "", rate: 2.9), Self.quota("other", "x")], RateQuotaSettings())
        #expect(left() == -1)
        limiter.take([Self.quota("q", "", rate: 3)], RateQuotaSettings())
        #expect(left() == 2)
    }

    @Test func whoIsBlockedStaysOut() {
        let time = TestClock()
        let limiter = RateLimiter(clock: time.now)
        let quota = RateQuota("q", path: "", isMount: false, rate: 1, interval: 1, blockInterval: 60)
        limiter.take([quota], RateQuotaSettings())
        func isAllowed() -> Bool? { limiter.admit("a", from: "10.0.0.1")?.isAllowed }
        #expect(isAllowed() == true)
        #expect(isAllowed() == false)
        time.pass(seconds: 59)
        #expect(limiter.admit("a", from: "10.0.0.1")?.reset == 1)
        #expect(limiter.admit("a", from: "10.0.0.2")?.isAllowed == true)
        time.pass(seconds: 1)
        #expect(isAllowed() == true)
    }

    @Test func manyAddressesFillNoMemory() {
        let time = TestClock()
        let limiter = RateLimiter(limit: 100, clock: time.now)
        limiter.take([Self.quota("q", "")], RateQuotaSettings())
        for number in 0..<1000 {
            if number % 10 == 0 { time.pass(seconds: 1) }
            #expect(limiter.admit("a", from: "10.0.\(number / 256).\(number % 256)")?.isAllowed == true)
        }
        #expect(limiter.count <= 100)
        // At one instant as well.
        for number in 0..<1000 { _ = limiter.admit("a", from: "10.1.\(number / 256).\(number % 256)") }
        #expect(limiter.count <= 100)
    }
}

struct VaultQuotaFlowTests {
    @Test func quotasAreWrittenReadListedAndTakenAway() async throws {
        let client = try VaultClient()
        #expect(await client.call("LIST", "sys/quotas/rate-limit").status == 404)
        let body = #"{"path":"secret/","rate":897.3,"interval":"2m","block_interval":"5m"}"#
        #expect(await client.call("POST", "sys/quotas/rate-limit/q", body).status == 204)
        let read = await client.call("GET", "sys/quotas/rate-limit/q")
        #expect(read.text.contains("\"rate\":897.3"))
        #expect(read["path"] == "secret/")
        #expect(read["interval"] == 120)
        #expect(read["block_interval"] == 300)
        #expect(read["type"] == "rate-limit")
        #expect(read["name"] == "q")
        #expect(await client.call("POST", "sys/quotas/rate-limit/q", #"{"rate":"5"}"#).status == 204)
        #expect(await client.call("GET", "sys/quotas/rate-limit/q")["rate"] == 5)
        #expect(await client.call("GET", "sys/quotas/rate-limit/q")["interval"] == 120)
        #expect(await client.call("LIST", "sys/quotas/rate-limit").keys == ["q"])
        for wrong in [
            #"{"path":"secret/","rate":5}"#, #"{"path":"none/","rate":5}"#, "{}", #"{"rate":0}"#, #"{"rate":-1}"#,
            #"{"rate":"CANARY"}"#, #"{"rate":5,"interval":"CANARY"}"#, #"{"rate":5,"interval":"-1s"}"#,
            #"{"rate":5,"block_interval":-1}"#, #"{"rate":5,"role":"x"}"#, #"{"rate":{}}"#, #"{"rate":5,"path":[]}"#,
        ] {
            let answer = await client.call("POST", "sys/quotas/rate-limit/w", wrong)
            #expect(answer.status == 400, "\(wrong)")
            #expect(!answer.text.contains("CANARY"))
        }
        #expect(await client.call("DELETE", "sys/quotas/rate-limit/q").status == 204)
        #expect(await client.call("GET", "sys/quotas/rate-limit/q").status == 404)
        #expect(await client.call("GET", "sys/quotas/config")["enable_rate_limit_response_headers"] == false)
        for wrong in [
            #"{"enable_rate_limit_audit_logging":true}"#,
            #"{"rate_limit_exempt_paths":5.5,"x":{}}"#.replacing("5.5", with: "{}"),
            #"{"absolute_rate_limit_exempt_paths":["a"]}"#,
        ] {
            #expect(await client.call("POST", "sys/quotas/config", wrong).status == 400, "\(wrong)")
        }
    }

    @Test func aLoginIsCountedBeforeItsPasswordIsHashed() async throws {
        let time = TestClock()
        let client = try VaultClient(clock: time.now)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "auth/userpass/users/ada", #"{"password":"canary-password"}"#)
        let quota = #"{"path":"auth/userpass/login/*","rate":2,"interval":"1m"}"#
        #expect(await client.call("POST", "sys/quotas/rate-limit/logins", quota).status == 204)
        let login = #"{"password":"canary-password"}"#
        for _ in 0..<2 {
            let answer = await client.call("POST", "auth/userpass/login/ada", login, token: "")
            #expect(answer.status == 200)
            #expect(answer.headers["X-Ratelimit-Limit"] == nil)
        }
        // Neither the password nor the form of the body is looked at any more.
        for body in [login, #"{"password":"x"}"#, "{", ""] {
            let answer = await client.call("POST", "auth/userpass/login/ada", body, token: "")
            #expect(answer.status == 429)
            #expect(answer.errors == "request path \"auth/userpass/login/ada\": rate limit quota exceeded")
            #expect(answer.headers["Retry-After"] == "60")
            #expect(answer.headers["X-Ratelimit-Limit"] == "2")
            #expect(answer.headers["X-Ratelimit-Remaining"] == "0")
            #expect(answer.headers["X-Ratelimit-Reset"] == "60")
        }
        #expect(await client.call("POST", "auth/userpass/login/bob", login, token: "").status == 429)
        #expect(await client.call("POST", "auth/userpass/login/ada", login, token: "", from: "10.0.0.1").status == 200)
        #expect(await client.call("GET", "auth/userpass/users/ada").status == 200)
        time.pass(seconds: 60)
        #expect(await client.call("POST", "auth/userpass/login/ada", login, token: "").status == 200)
    }

    @Test func answersSayWhatIsLeftWhenThatIsWanted() async throws {
        let client = try VaultClient()
        #expect(await client.call("POST", "sys/quotas/rate-limit/all", #"{"rate":100,"interval":"1h"}"#).status == 204)
        let config = #"{"enable_rate_limit_response_headers":true,"rate_limit_exempt_paths":["sys/mounts"]}"#
        #expect(await client.call("POST", "sys/quotas/config", config).status == 204)
        #expect(await client.call("GET", "sys/quotas/config")["rate_limit_exempt_paths"] == ["sys/mounts"])
        #expect(await client.call("GET", "sys/mounts").headers["X-Ratelimit-Limit"] == nil)
        for (path, token) in [
            ("sys/health", ""), ("auth/token/lookup-self", nil), ("secret/data/none", "kft_x"), ("a%00", ""),
        ]
            as [(String, String?)]
        {
            let answer = await client.call("GET", path, token: token)
            #expect(answer.headers["X-Ratelimit-Limit"] == "100", "\(path)")
            #expect(answer.headers["Retry-After"] == nil)
        }
        #expect(client.adapter.limiter.refused == 0)
    }

    @Test func quotasHoldAfterTheServerWasStartedAgain() async throws {
        let client = try VaultClient()
        #expect(await client.call("POST", "sys/quotas/rate-limit/all", #"{"rate":1,"interval":"1h"}"#).status == 204)
        let adapter = HashiCorpVaultAdapter(state: client.adapter.state, attempts: AttemptLimiter())
        try adapter.prepare(client.vault)
        let request = HTTPRequest(method: "GET", rawPath: "/v1/sys/mounts")
        #expect(adapter.quota(on: request)?.isAllowed == true)
        #expect(adapter.quota(on: request)?.isAllowed == false)
    }

    @Test func quotasGoWithTheirMount() async throws {
        let client = try VaultClient()
        for mount in ["kv", "kv2"] { _ = await client.call("POST", "sys/mounts/\(mount)", #"{"type":"kv"}"#) }
        let quotas = [
            ("mount", "kv/", 50), ("below", "kv/a/*", 1), ("other", "kv2/", 60), ("all", "", 70),
        ]
        for (name, path, rate) in quotas {
            let body = "{\"path\":\"\(path)\",\"rate\":\(rate),\"interval\":\"1h\"}"
            #expect(await client.call("POST", "sys/quotas/rate-limit/\(name)", body).status == 204, "\(name)")
        }
        func paths() async -> [String] {
            var paths: [String] = []
            for name in await client.call("LIST", "sys/quotas/rate-limit").keys {
                let path = await client.call("GET", "sys/quotas/rate-limit/\(name)")["path"]?.asString ?? "none"
                paths.append("\(name) \(path)")
            }
            return paths
        }
        #expect(await client.call("POST", "sys/remount", #"{"from":"kv","to":"team"}"#).status == 200)
        #expect(await paths() == ["all ", "below team/a/*", "mount team/", "other kv2/"])
        // At once, and not when the server is started anew.
        #expect(client.adapter.limiter.admit("team/b", from: "10.0.0.1")?.limit == 50)
        #expect(client.adapter.limiter.admit("kv/b", from: "10.0.0.1")?.limit == 70)
        #expect(await client.call("GET", "team/a/x").status == 404)
        #expect(await client.call("GET", "team/a/x").status == 429)
        #expect(await client.call("DELETE", "sys/mounts/team").status == 204)
        #expect(await paths() == ["all ", "other kv2/"])
        #expect(client.adapter.limiter.admit("team/a/x", from: "10.0.0.1")?.limit == 70)
        // The next one there begins without.
        _ = await client.call("POST", "sys/mounts/team", #"{"type":"kv"}"#)
        for _ in 0..<3 { #expect(await client.call("GET", "team/a/x").status == 404) }
    }

    @Test func countersAreToldInBothForms() async throws {
        let client = try VaultClient()
        #expect(await client.call("GET", "sys/metrics?format=prometheus").text.hasPrefix("# TYPE a counter\n"))
        let body = await client.call("GET", "sys/metrics").body
        #expect(body["Counters"] == [["Name": "a", "Count": 3, "Labels": ["b": "c"]]])
        #expect(body["Gauges"]?.asArray?.first?["Name"] == "d")
        #expect(await client.call("GET", "sys/metrics?format=x").status == 400)
        #expect(await client.call("GET", "sys/metrics", token: "").status == 403)
    }
}
