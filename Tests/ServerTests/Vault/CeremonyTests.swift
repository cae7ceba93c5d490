import AccessPolicy
import Findings
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

@testable import Server

/// Shares that come together for something.
@Suite struct ShareSetTests {
    private let words = ShareSet.Words(operation: "test", wrong: "wrong shares")

    private func text(_ set: ShareSet) -> Secret<String> { Secret(set.nonce) }

    @Test func `enough shares give their key, and are forgotten`() throws {
        let key = try SharedKey(shares: 5, threshold: 3)
        var set = ShareSet(required: 3, words)
        #expect(try set.add(key.shares[4], nonce: text(set)) == nil)
        #expect(try set.add(key.shares[0], nonce: text(set)) == nil)
        let found = try #require(try set.add(key.shares[2], nonce: text(set)))
        #expect(found.isSame(as: key))
        #expect(set.shares.isEmpty)
    }

    @Test func `a share for another set is not taken, and its true name is not told`() throws {
        let key = try SharedKey(shares: 3, threshold: 2)
        var set = ShareSet(required: 2, words)
        let old = text(set)
        set.restart()
        for nonce in [nil, Secret(""), old, Secret(set.nonce.uppercased()), Secret(set.nonce + "x")] {
            let fault = #expect(throws: LogicalFault.self) { try set.add(key.shares[0], nonce: nonce) }
            #expect(fault == .invalid("incorrect nonce supplied for this test operation"))
        }
        #expect(set.shares.isEmpty)
    }

    @Test func `the same share counts once`() throws {
        let key = try SharedKey(shares: 3, threshold: 2)
        var set = ShareSet(required: 2, words)
        _ = try set.add(key.shares[0], nonce: text(set))
        #expect(throws: LogicalFault.self) { try set.add(key.shares[0], nonce: text(set)) }
        #expect(set.shares.count == 1)
    }

    @Test func `what are no shares of one key says no more than wrong ones, and five sets end it`() throws {
        var set = ShareSet(required: 2, words)
        for number in 1...ShareSet.mostWrong {
            #expect(!set.isOver)
            // Two of one place.
            for byte in [UInt8(1), 2] {
                let share = Secret([UInt8](repeating: byte, count: 32) + [7])
                if byte == 1 {
                    #expect(try set.add(share, nonce: text(set)) == nil)
                } else {
                    let fault = #expect(throws: LogicalFault.self) { try set.add(share, nonce: text(set)) }
                    #expect(fault == .invalid("wrong shares"))
                }
            }
            #expect(set.wrong == number && set.shares.isEmpty)
        }
        #expect(set.isOver)
    }
}

/// What holders of shares do at a served store, and what strangers cannot.
struct VaultCeremonyTests {
    private func client(_ clock: TestClock = TestClock()) throws -> (VaultClient, [String]) {
        let client = try VaultClient(clock: clock.now)
        let key = try SharedKey(shares: 3, threshold: 2)
        try client.vault.addSlot(.shares(key))
        return (client, key.shares.map { Hex.encode($0.reveal()) })
    }

    private func shares(_ client: VaultClient) throws -> [SealSlot] {
        try client.vault.slots().filter { $0.kind == .shares }
    }

    private func give(
        _ client: VaultClient,
        _ path: String,
        _ key: String,
        _ nonce: JSONValue?,
        isSent: Bool? = true
    ) async -> VaultClient.Answer {
        let body = JSONValue.object(JSONObject(members: ["key": .string(key), "nonce": nonce ?? .null])).text()
        return await client.call("PUT", path, body, token: "", isSent: isSent)
    }

    /// Waits for what another thread does after an answer.
    private func comes(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// Gives two of the old shares.
    ///
    /// - Returns: The new ones.
    private func rekey(_ client: VaultClient, _ keys: [String], _ wanted: String, isSent: Bool?) async
        -> VaultClient.Answer
    {
        let begun = await client.call("PUT", "sys/rekey/init", wanted)
        _ = await give(client, "sys/rekey/update", keys[0], begun.body["nonce"])
        return await give(client, "sys/rekey/update", keys[1], begun.body["nonce"], isSent: isSent)
    }

    private func combined(_ keys: [String]) throws -> SharedKey {
        let shares = try keys.map { try UnsealRequest.decode(Secret($0)) }
        return try #require(SharedKey(combining: shares))
    }

    private func opens(_ client: VaultClient, _ keys: [String]) throws -> Bool {
        let path = client.folder + "/store.keyfolio"
        return (try? LocalVault.open(at: path, key: .shares(combined(keys)), identity: .owner(Principal("t")))) != nil
    }

    @Test(arguments: [nil, false, true] as [Bool?])
    func `the old shares open the store until the answer with the new ones has left`(_ isSent: Bool?) async throws {
        let (client, keys) = try client()
        let wanted = #"{"secret_shares":2,"secret_threshold":2}"#
        let done = await rekey(client, keys, wanted, isSent: isSent)
        let new = (done.body["keys"]?.asArray ?? []).compactMap(\.asString)
        #expect(new.count == 2)
        if isSent == true {
            #expect(try await comes { try shares(client).count == 1 })
        } else if isSent == false {
            // The log says so, and the next rekey says what to do.
            let found = try await comes {
                try client.vault.auditRecords(last: 20).contains {
                    $0.detail?.contains("did not leave") == true && $0.action == .rekeySlot && $0.outcome == .failed
                }
            }
            #expect(found)
            let next = await client.call("PUT", "sys/rekey/init", wanted)
            let numbers = try shares(client).map { String($0.number) }.joined(separator: " and ")
            #expect(next.status == 400 && next.errors.contains("two sets of shares open this store, slots \(numbers)"))
        } else {
            // Not known yet: nobody may replace either of them.
            #expect(await client.call("PUT", "sys/rekey/init", wanted).errors == "rekey already in progress")
        }
        #expect(try shares(client).count == (isSent == true ? 1 : 2))
        #expect(try opens(client, Array(keys[0...1])) == (isSent != true))
        #expect(try opens(client, new))
        guard isSent == false else { return }
        try client.vault.removeSlot(try #require(shares(client).last).number)
        #expect(await client.call("PUT", "sys/rekey/init", wanted).status == 200)
    }

    @Test func `another slot that has the number of the old shares' slot is not taken away`() async throws {
        let (client, keys) = try client()
        let old = try #require(shares(client).first)
        let wanted = #"{"secret_shares":1,"secret_threshold":1,"require_verification":true}"#
        let given = await rekey(client, keys, wanted, isSent: true)
        // Meanwhile, where the store's file is.
        try client.vault.removeSlot(old.number)
        let other = try client.vault.addSlot(.keyFile(client.folder + "/keys/other"))
        #expect(other.number == old.number)
        let slots = try client.vault.slots()
        let key = given.body["keys"]?.asArray?.first?.asString ?? ""
        let verified = await give(client, "sys/rekey/verify", key, given.body["verification_nonce"])
        #expect(verified.status == 400 && verified.errors.contains("was removed meanwhile"), "\(verified.text)")
        #expect(try client.vault.slots() == slots)
        #expect(await client.call("GET", "sys/rekey/init").body["started"] == false)
    }

    @Test func `nor is it when the new shares have left`() throws {
        let (client, keys) = try client()
        let old = try #require(shares(client).first)
        let key = try combined(Array(keys[0...1]))
        let proven = try client.vault.proveShares(key, for: "test")
        try client.vault.removeSlot(old.number)
        let other = try client.vault.addSlot(.shares(SharedKey(shares: 3, threshold: 2)))
        #expect(other == old)
        #expect(throws: StoreError.self) { try client.vault.removeSlot(proven) }
        #expect(try shares(client) == [other])
    }

    @Test func `who does not know the nonce keeps nothing alive`() async throws {
        let clock = TestClock()
        let (client, keys) = try client(clock)
        _ = await client.call("PUT", "sys/generate-root/attempt", "{}")
        for _ in 1...3 {
            clock.pass(seconds: 10 * 3600)
            _ = await give(client, "sys/generate-root/update", keys[0], .string("x"))
            _ = await client.call("DELETE", "sys/generate-root/attempt", #"{"nonce":"x"}"#, token: "")
        }
        #expect(await client.call("GET", "sys/generate-root/attempt").body["started"] == false)
    }

    @Test func `a rekey replaces the slot of the shares, and no other`() async throws {
        let (client, keys) = try client()
        let before = try client.vault.slots()
        let begun = await client.call("PUT", "sys/rekey/init", #"{"secret_shares":2,"secret_threshold":2}"#)
        #expect(begun.status == 200 && begun.body["required"] == 2)
        #expect(await give(client, "sys/rekey/update", keys[0], begun.body["nonce"]).body["progress"] == 1)
        let done = await give(client, "sys/rekey/update", keys[1], begun.body["nonce"])
        #expect(done.body["complete"] == true && done.body["keys"]?.asArray?.count == 2)
        #expect(await client.call("GET", "sys/rekey/init").body["started"] == false)
        // The old slot goes once the answer has left, before another rekey begins.
        #expect(try await comes { try shares(client).count == 1 })
        let now = try shares(client)
        #expect(now.count == 1 && now[0].shares?.count == 2)
        #expect(try client.vault.slots().filter { $0.kind != .shares } == before.filter { $0.kind != .shares })
        let again = await client.call("PUT", "sys/rekey/init", #"{"secret_shares":1,"secret_threshold":1}"#)
        for key in keys[0...1] {
            let answer = await give(client, "sys/rekey/update", key, again.body["nonce"])
            #expect(answer.status == (key == keys[0] ? 200 : 400))
        }
    }

    @Test func `until the new shares are given back the store's slots are as they were`() async throws {
        let (client, keys) = try client()
        let before = try client.vault.slots()
        let wanted = #"{"secret_shares":1,"secret_threshold":1,"require_verification":true}"#
        let begun = await client.call("PUT", "sys/rekey/init", wanted)
        for key in keys[1...2] { _ = await give(client, "sys/rekey/update", key, begun.body["nonce"]) }
        #expect(try client.vault.slots() == before)
        let state = await client.call("GET", "sys/rekey/verify")
        #expect(state.body["started"] == true)
        #expect(await client.call("DELETE", "sys/rekey/init").status == 204)
        #expect(try client.vault.slots() == before)
        #expect(await client.call("GET", "sys/rekey/verify").status == 400)
    }

    @Test func `a stranger begins and cancels nothing (CVE-2025-4656, CVE-2026-5807)`() async throws {
        let (client, _) = try client()
        for (path, body) in [
            ("sys/rekey/init", #"{"secret_shares":2,"secret_threshold":2}"#), ("sys/generate-root/attempt", "{}"),
        ] {
            #expect(await client.call("PUT", path, body, token: "").status == 403)
            let nonce = await client.call("PUT", path, body).body["nonce"]?.asString ?? ""
            #expect(nonce.count == 36)
            #expect(await client.call("DELETE", path, token: "").status == 403)
            #expect(await client.call("DELETE", path, #"{"nonce":"x"}"#, token: "").status == 400)
            // Nor by what a URL has: it is written down on its way.
            #expect(await client.call("DELETE", path + "?nonce=" + nonce, token: "").status == 403)
            let written = path.replacing("sys/", with: "s%79s/").replacing("e", with: "%65")
            #expect(await client.call("DELETE", written + "?nonce=" + nonce, token: "").status == 403)
            let seen = await client.call("GET", path, token: "")
            #expect(seen.body["started"] == true && seen.body["nonce"] == "")
            #expect(await client.call("DELETE", path, #"{"nonce":"\#(nonce)"}"#, token: "").status == 204)
            #expect(await client.call("GET", path, token: "").body["started"] == false)
        }
    }

    @Test func `a blocked address comes in nowhere here`() async throws {
        let (client, keys) = try client()
        let nonce = await client.call("PUT", "sys/generate-root/attempt", "{}").body["nonce"]
        let range = try #require(AddressRange("203.0.113.0/24"))
        try client.vault.perform("block.add", .sudo, on: "sys/blocks", changing: true) {
            (directory) throws(StoreError) in
            try directory.put(Block(range))
        }
        for (method, path) in [
            ("GET", "sys/rekey/init"), ("GET", "sys/generate-root/attempt"), ("PUT", "sys/generate-root/update"),
            ("DELETE", "sys/generate-root/attempt"),
        ] {
            let body = JSONValue.object(JSONObject(members: ["key": .string(keys[0]), "nonce": nonce ?? .null])).text()
            let answer = await client.call(method, path, method == "GET" ? "" : body, token: "", from: "203.0.113.9")
            #expect(answer.status == 403, "\(method) \(path)")
        }
        #expect(await client.call("GET", "sys/generate-root/attempt").body["progress"] == 0)
    }

    @Test func `what nobody goes on with is over after a day`() async throws {
        let clock = TestClock()
        let (client, keys) = try client(clock)
        let nonce = await client.call("PUT", "sys/generate-root/attempt", "{}").body["nonce"]
        clock.pass(seconds: 23 * 3600)
        #expect(await give(client, "sys/generate-root/update", keys[0], nonce).status == 200)
        // Whoever only asks keeps nothing alive.
        clock.pass(seconds: 13 * 3600)
        #expect(await client.call("GET", "sys/generate-root/attempt", token: "").body["started"] == true)
        clock.pass(seconds: 13 * 3600)
        #expect(await client.call("GET", "sys/generate-root/attempt").body["started"] == false)
        #expect(await give(client, "sys/generate-root/update", keys[1], nonce).status == 400)
    }

    @Test func `two sets of shares are mended before a rekey`() async throws {
        let (client, _) = try client()
        try client.vault.addShares(SharedKey(shares: 2, threshold: 2))
        let answer = await client.call("PUT", "sys/rekey/init", #"{"secret_shares":2,"secret_threshold":2}"#)
        #expect(answer.status == 400 && answer.errors.contains("two sets of shares"))
    }
}
