import Findings
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

/// What keeps an undertaking of shares alive, and what ends it.
@Suite struct CeremonyBoundsTests {
    private func client(_ clock: TestClock = TestClock()) throws -> (VaultClient, [String]) {
        let client = try VaultClient(clock: clock.now)
        let key = try SharedKey(shares: 3, threshold: 2)
        try client.vault.addSlot(.shares(key))
        return (client, key.shares.map { Hex.encode($0.reveal()) })
    }

    private func isStarted(_ client: VaultClient, _ path: String) async -> JSONValue? {
        await client.call("GET", path, token: "").body["started"]
    }

    @Test(arguments: ["sys/rekey", "sys/generate-root"])
    func `a stranger with a wrong nonce keeps nothing alive, and a holder with a share does`(path: String) async throws
    {
        let clock = TestClock()
        let (client, keys) = try client(clock)
        let beginning = path + (path == "sys/rekey" ? "/init" : "/attempt")
        let wanted = path == "sys/rekey" ? #"{"secret_shares":2,"secret_threshold":2}"# : "{}"
        for isHolder in [true, false] {
            let begun = await client.call("PUT", beginning, wanted)
            #expect(begun.status == 200)
            let nonce = isHolder ? begun.body["nonce"]?.asString ?? "" : "wrong"
            clock.pass(seconds: 20 * 3600)
            let body = #"{"key":"\#(keys[0])","nonce":"\#(nonce)"}"#
            let given = await client.call("PUT", path + "/update", body, token: "")
            #expect(given.status == (isHolder ? 200 : 400))
            #expect(await client.call("DELETE", beginning, #"{"nonce":"wrong"}"#, token: "").status == 400)
            #expect(await isStarted(client, beginning) == true)
            clock.pass(seconds: 5 * 3600)
            #expect(await isStarted(client, beginning) == .bool(isHolder), "\(isHolder)")
            clock.pass(seconds: 20 * 3600)
            #expect(await isStarted(client, beginning) == false)
        }
    }

    @Test(arguments: ["sys/%72ekey/init", "%73ys/rekey/init", "sys/rekey%2Finit", "sys/rekey/%69nit"])
    func `the nonce is taken from no URL, however its path is spelled`(spelling: String) async throws {
        let (client, _) = try client()
        let begun = await client.call("PUT", "sys/rekey/init", #"{"secret_shares":2,"secret_threshold":2}"#)
        let nonce = try #require(begun.body["nonce"]?.asString)
        let answer = await client.call("DELETE", "\(spelling)?nonce=\(nonce)", token: "")
        #expect([400, 403].contains(answer.status), "\(answer.text)")
        #expect(await isStarted(client, "sys/rekey/init") == true)
    }
}
