import AccessPolicy
import Findings
import SecretStore
import Testing
import Vaulting

@testable import Server

struct VaultCubbyholeTests {
    @Test func theThirtyThirdTokenInALineIsRefusedAndNotBornDead() async throws {
        let client = try VaultClient(clock: TestClock().now)
        var token = client.root
        for _ in 0..<32 {
            token = await client.call("POST", "auth/token/create", #"{"policies":["root"]}"#, token: token).token
            #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 200)
        }
        #expect(await client.call("POST", "auth/token/create", #"{"policies":["root"]}"#, token: token).status == 400)
    }

    @Test func aTokenHasADrawerOfItsOwn() async throws {
        let client = try VaultClient(clock: TestClock().now)
        let mine = await client.call("POST", "auth/token/create", #"{"policies":["default"]}"#).token
        let theirs = await client.call("POST", "auth/token/create", #"{"policies":["default"]}"#).token
        #expect(await client.call("POST", "cubbyhole/a/b", #"{"k":"v","n":1.50}"#, token: mine).status == 204)
        #expect(await client.call("PUT", "cubbyhole/a", #"{"k":"w"}"#, token: mine).status == 204)
        let read = await client.call("GET", "cubbyhole/a/b", token: mine)
        #expect(read.status == 200)
        #expect(read["k"] == "v")
        // Numbers come back as they were spelled.
        #expect(read.text.contains("1.50"))
        #expect(read.body["lease_duration"] == 0)
        #expect(await client.call("LIST", "cubbyhole", token: mine).keys == ["a", "a/"])
        #expect(await client.call("GET", "cubbyhole/?list=true", token: mine).keys == ["a", "a/"])
        #expect(await client.call("LIST", "cubbyhole/a", token: mine).keys == ["b"])
        // Nobody else's, not even root's.
        for other in [theirs, client.root] {
            #expect(await client.call("GET", "cubbyhole/a", token: other).status == 404)
            #expect(await client.call("LIST", "cubbyhole", token: other).status == 404)
            #expect(await client.call("DELETE", "cubbyhole/a", token: other).status == 204)
        }
        #expect(await client.call("GET", "cubbyhole/a", token: mine)["k"] == "w")
        #expect(await client.call("DELETE", "cubbyhole/a", token: mine).status == 204)
        #expect(await client.call("GET", "cubbyhole/a", token: mine).status == 404)
        #expect(await client.call("POST", "cubbyhole/a", "{}", token: mine).errors == "missing data fields")
        #expect(await client.call("PATCH", "cubbyhole/a", "{}", token: mine).status == 405)
        let mounts = await client.call("GET", "sys/mounts")
        #expect(mounts["cubbyhole/"]?["type"] == "cubbyhole")
        #expect(await client.call("DELETE", "sys/mounts/cubbyhole").status == 400)
    }

    @Test func theDrawerGoesWithItsToken() async throws {
        let time = TestClock()
        let client = try VaultClient(clock: time.now)
        for (number, end) in ["revoke", "parent", "expire", "sweep"].enumerated() {
            let parent = await client.call("POST", "auth/token/create", #"{"policies":["root"],"ttl":"1h"}"#).token
            let made = await client.call(
                "POST",
                "auth/token/create",
                #"{"policies":["default"],"ttl":"10m"}"#,
                token: parent
            )
            let accessor = made.body["auth"]?["accessor"]?.asString ?? ""
            #expect(
                await client.call("POST", "cubbyhole/k", #"{"canary":"\#(number)"}"#, token: made.token).status == 204
            )
            #expect(try client.documents(ofToken: accessor) == ["k"])
            switch end {
            case "revoke": _ = await client.call("POST", "auth/token/revoke", "{\"token\":\"\(made.token)\"}")
            case "parent": _ = await client.call("POST", "auth/token/revoke", "{\"token\":\"\(parent)\"}")
            case "expire":
                time.pass(seconds: 601)
                #expect(await client.call("GET", "cubbyhole/k", token: made.token).status == 403)
                _ = await client.call("POST", "auth/token/tidy")
            default:
                time.pass(seconds: 601)
                for _ in 0..<20 { _ = await client.call("POST", "auth/token/create", #"{"ttl":"1h"}"#) }
            }
            #expect(try client.documents(ofToken: accessor) == [], "\(end)")
        }
    }

    @Test func aDrawerHasBounds() async throws {
        let client = try VaultClient(clock: TestClock().now)
        for number in 0..<Cubbyhole.mostPaths {
            #expect(await client.call("POST", "cubbyhole/p\(number)", #"{"k":"v"}"#).status == 204)
        }
        #expect(await client.call("POST", "cubbyhole/more", #"{"k":"v"}"#).status == 400)
        #expect(await client.call("POST", "cubbyhole/p1", #"{"k":"w"}"#).status == 204)
        let long = String(repeating: "x", count: Cubbyhole.longestValues)
        #expect(await client.call("POST", "cubbyhole/p1", "{\"k\":\"\(long)\"}").status == 413)
        #expect(
            await client.call("POST", "cubbyhole/\(String(repeating: "x", count: 513))", #"{"k":"v"}"#).status == 400
        )
        #expect(await client.call("GET", "cubbyhole/p1")["k"] == "w")
        for wrong in ["cubbyhole/a/../p1", "cubbyhole/a/%2e%2e/p1", "cubbyhole//p1", "cubbyhole/a%00"] {
            #expect(await client.call("GET", wrong).status == 400, "\(wrong)")
        }
    }
}

extension VaultClient {
    /// The names of what is kept with a token, read past every policy.
    func documents(ofToken accessor: String) throws -> [String] {
        try vault.perform("test.read", .read, on: "sys/test", changing: false) { (directory) throws(StoreError) in
            try directory.names(in: Vaulting.Directory.documents(ofToken: accessor))
        }
    }
}
