import AccessPolicy
import Findings
import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
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

    @Test func `the old shares go however many jobs wait`() async throws {
        let (client, keys) = try client()
        let begun = await client.call("PUT", "sys/rekey/init", #"{"secret_shares":2,"secret_threshold":2}"#)
        let nonce = try #require(begun.body["nonce"]?.asString)
        func give(_ key: String) async -> VaultClient.Answer {
            await client.call("PUT", "sys/rekey/update", #"{"key":"\#(key)","nonce":"\#(nonce)"}"#, token: "")
        }
        #expect(await give(keys[0]).status == 200)
        // Both threads are kept busy, and there is no room behind them.
        let gate = Mutex(false)
        let busy = Mutex(0)
        func wait() -> Bool {
            client.service.work {
                busy.withLock { $0 += 1 }
                while !gate.withLock({ $0 }) { usleep(1000) }
            }
        }
        for _ in 0..<2 { #expect(wait()) }
        while busy.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
        while wait() {}
        #expect(await give(keys[1]).body["complete"] == true)
        func shares() throws -> Int { try client.vault.slots().count { $0.kind == .shares } }
        #expect(try shares() == 2)
        gate.withLock { $0 = true }
        for _ in 0..<500 where try shares() == 2 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try shares() == 1)
    }

    @Test(arguments: [true, false])
    func `what cannot be done with the old shares now is done by the next rekey`(isSent: Bool) throws {
        let clock = TestClock()
        let store = try StoreFolder()
        let old = try SharedKey(shares: 2, threshold: 2)
        try store.vault.addSlot(.shares(old))
        // Another process, which waits for the first no longer than a moment.
        var options = VaultOptions()
        options.patience = 20
        let vault = try LocalVault.open(
            at: store.path + "/store.keyfolio",
            key: .keyFile(store.path + "/keys/key"),
            identity: .owner(Principal("test")),
            options: options
        )
        let ceremonies = KeyCeremonies(clock: clock.now)
        let numbers = JSONObject(members: ["secret_shares": 2, "secret_threshold": 2])
        let wanted = try RekeyRequest(LogicalParameters(numbers))
        func shares() throws -> Int { try vault.slots().count { $0.kind == .shares } }
        try ceremonies.step { (state) throws(LogicalFault) in
            try state.start(wanted, vault)
            for share in old.shares {
                _ = try state.addRekeyShare(share, state.rekey.map { Secret($0.given.nonce) }, vault)
            }
            state.finishing?.note(isSent: isSent)
        }
        #expect(try shares() == 2)
        try store.vault.perform("test.hold", .read, on: "sys/store", changing: false) { (_) throws(StoreError) in
            let fault = #expect(throws: LogicalFault.self) {
                try ceremonies.step { (state) throws(LogicalFault) in try state.start(wanted, vault) }
            }
            #expect(fault == LogicalFault(.busy()))
        }
        #expect(try shares() == 2)
        // However much later.
        clock.pass(seconds: 30 * 3600)
        let fault: LogicalFault?
        do throws(LogicalFault) {
            try ceremonies.step { (state) throws(LogicalFault) in try state.start(wanted, vault) }
            fault = nil
        } catch { fault = error }
        #expect((fault == nil) == isSent)
        #expect(try shares() == (isSent ? 1 : 2))
        let records = try vault.auditRecords(last: 20).filter { $0.principal.name == "share-holders" }
        #expect(records.count { $0.action == .removeSlot && $0.outcome == .allowed } == (isSent ? 1 : 0))
        #expect(records.count { $0.action == .rekeySlot && $0.outcome == .failed } == (isSent ? 0 : 1))
    }
}
